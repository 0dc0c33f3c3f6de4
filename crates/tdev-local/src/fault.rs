//! Failures of disk and database in the one vocabulary, each with what to do about it.

use std::io::{self, ErrorKind};
use std::path::Path;

use rusqlite::ErrorCode;
use tdev_core::{Code, Error};

/// A failed file operation. `doing` is a verb: `write`, `read`, `lock`.
pub(crate) fn io(doing: &str, path: &Path, error: &io::Error) -> Error {
    let place = path.display();
    let (reason, hint) = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => (
            "there is no space left".to_owned(),
            "free some disk space and try again; nothing was lost".to_owned(),
        ),
        ErrorKind::PermissionDenied => (
            "permission denied".to_owned(),
            format!("make `{place}` and its folder writable for this user"),
        ),
        ErrorKind::ReadOnlyFilesystem => (
            "the disk is read-only".to_owned(),
            "work in a folder on a writable disk".to_owned(),
        ),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => (
            "a file stands where a folder is needed".to_owned(),
            format!("move the file in the way of `{place}`"),
        ),
        ErrorKind::IsADirectory => (
            "a folder stands where a file is needed".to_owned(),
            format!("move the folder `{place}`"),
        ),
        _ => (
            error.to_string().to_lowercase(),
            "check the disk and try again".to_owned(),
        ),
    };
    Error::new(
        Code::StoreUnavailable,
        format!("cannot {doing} `{place}`: {reason}"),
    )
    .hint(hint)
}

/// What keeps a piece of database work from its answer.
#[derive(Debug)]
pub(crate) enum Failed {
    /// The database refused.
    Sql(rusqlite::Error),
    /// The work itself says no, in the one vocabulary.
    Said(Error),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Said(error)
    }
}

impl Failed {
    /// The error a caller sees; `path` is the database.
    pub(crate) fn at(self, path: &Path) -> Error {
        match self {
            Self::Sql(error) => sql(path, &error),
            Self::Said(error) => error,
        }
    }
}

/// A failed database operation.
pub(crate) fn sql(path: &Path, error: &rusqlite::Error) -> Error {
    let place = path.display();
    let unavailable = |reason: &str, hint: &str| {
        Error::new(
            Code::StoreUnavailable,
            format!("cannot use `{place}`: {reason}"),
        )
        .hint(hint)
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::new(
            Code::Locked,
            format!("another process keeps `{place}` busy"),
        )
        .hint("try again when it is done"),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::new(
            Code::StoreCorrupt,
            format!("`{place}` is damaged or not a database"),
        )
        .hint("move it away, or put a backup in its place; it was not changed"),
        Some(ErrorCode::DiskFull) => unavailable(
            "there is no space left",
            "free some disk space and try again; nothing was lost",
        ),
        Some(ErrorCode::SystemIoFailure) => unavailable(
            "the disk is full or failing",
            "free some disk space, check the disk and try again; nothing was lost",
        ),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            unavailable(
                "it cannot be opened for writing",
                "make it and its folder writable for this user",
            )
        }
        _ => Error::new(
            Code::Internal,
            format!("a query of `{place}` failed: {error}"),
        ),
    }
}

/// A stored JSON text that is no longer what was written.
pub(crate) fn damaged(what: &str, error: &serde_json::Error) -> Error {
    Error::new(
        Code::StoreCorrupt,
        format!("the stored {what} cannot be read: {error}"),
    )
    .hint("it was changed by hand or written by a newer version")
}
