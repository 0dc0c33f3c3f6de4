//! Workflows: steps of components, checked, pinned, and compiled to Amazon States Language.

mod catalog;
mod check;
mod compile;
mod condition;
mod graph;
mod input;
mod legacy;
mod reference;
mod step;
mod template;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::component::VersionId;
use crate::schema::Schema;

pub use catalog::Catalog;
pub use check::{Checked, check};
pub use compile::{APPROVAL_RESOURCE, STEP_RESOURCE, compile, step_of_state};
pub use condition::{Comparison, Condition, Operand};
pub use input::{asks_a_person, input};
pub use reference::{Path, Reference, Root, Segment};
pub use step::{Action, Approve, ErrorPolicy, Loop, OnExpiry, Retry, Step};
pub use template::{Piece, Template};

/// A workflow (seed §3.3): steps that form a graph by their references.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Workflow {
    /// Lowercase kebab-case.
    #[serde(default)]
    pub id: String,
    /// Counted up by the store.
    #[serde(default)]
    pub version_id: VersionId,
    /// What it achieves.
    #[serde(default)]
    pub description: String,
    /// What it takes.
    #[serde(default)]
    pub input_schema: Schema,
    /// Its steps; their order here only breaks ties.
    pub steps: Vec<Step>,
    /// A template over the steps; the last step's output where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// When this version was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
}
