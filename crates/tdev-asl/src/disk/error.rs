//! What can go wrong between a journal and its disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::segment::VERSION;

/// Why a journal on disk could not be opened, written or read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileJournalError {
    /// The disk refused. What was asked for was not done; what was kept before still is.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// Another process, or another `FileJournal` of this one, has the folder.
    #[error("the journal in `{}` is in use by another process", path.display())]
    InUse {
        /// The journal's folder.
        path: PathBuf,
    },
    /// What stands there was acknowledged once and is no longer whole.
    #[error("the journal `{}` is damaged at byte {offset}: {reason}", path.display())]
    Damaged {
        /// The segment.
        path: PathBuf,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        reason: &'static str,
    },
    /// The journal was written by a later version of this crate.
    #[error(
        "the journal `{}` is of format {found}, this engine reads formats up to {VERSION}",
        path.display()
    )]
    Version {
        /// The segment.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Somebody else has driven this execution on.
    #[error("record {asked} of execution `{execution}` does not follow the {kept} records kept")]
    OutOfOrder {
        /// The execution's name.
        execution: String,
        /// The place asked for.
        asked: u64,
        /// How many there are.
        kept: u64,
    },
    /// The journal was closed before it could answer.
    #[error("the journal was closed")]
    Closed,
}

impl FileJournalError {
    pub(super) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            path: path.to_path_buf(),
            source: Arc::new(source),
        }
    }

    /// Whether room on the disk would mend it.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Io { source, .. } if matches!(
            source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        ))
    }
}
