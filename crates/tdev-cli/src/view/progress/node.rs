//! One piece of work in the tree, and how it stands.

use chrono::{DateTime, Utc};
use tdev_core::Error;

/// How a piece of work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Under way.
    Running,
    /// An attempt failed; another follows, or somebody deals with it.
    Troubled,
    /// A person must answer.
    Waiting,
    /// Done.
    Done,
    /// Its condition did not hold.
    Skipped,
    /// Failed, and the workflow went on.
    Forgiven,
    /// Failed.
    Failed,
}

impl Standing {
    pub(crate) const fn ended(self) -> bool {
        matches!(
            self,
            Self::Done | Self::Skipped | Self::Forgiven | Self::Failed
        )
    }
}

/// A piece of work: a stage of the pipeline, a component being made, or a step.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// In plain words.
    pub(crate) label: String,
    /// What there is to say about it.
    pub(crate) note: String,
    /// How it stands.
    pub(crate) standing: Standing,
    /// When it began.
    pub(crate) started: DateTime<Utc>,
    /// When it ended.
    pub(crate) ended: Option<DateTime<Utc>>,
    /// How many times it was tried.
    pub(crate) attempts: u32,
    /// How many times it was entered, and left: loops enter a step once for each item.
    pub(crate) times: (u32, u32),
    /// Why it failed, where it did.
    pub(crate) error: Option<Error>,
    /// What is inside it.
    pub(crate) children: Vec<usize>,
}
