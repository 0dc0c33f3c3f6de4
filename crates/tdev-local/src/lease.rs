//! Leases: one process drives a run at a time.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tdev_core::{Code, Error, Result};

use crate::fault;
use crate::folder::Folder;

/// The leases this process has. Clones share them.
#[derive(Clone)]
pub(crate) struct Leases {
    folder: Folder,
    held: Arc<Mutex<HashMap<String, Weak<Lease>>>>,
}

impl Leases {
    pub(crate) fn new(folder: Folder) -> Self {
        Self {
            folder,
            held: Arc::default(),
        }
    }

    /// Takes the lease of a run for oneself alone.
    ///
    /// # Errors
    /// `Locked` naming the run where it is taken, here or elsewhere; `StoreUnavailable`.
    pub(crate) fn take(&self, run_id: &str) -> Result<Arc<Lease>> {
        let (lease, first) = self.join(run_id)?;
        if first {
            Ok(lease)
        } else {
            Err(locked(run_id))
        }
    }

    /// Takes the lease of a run, or shares it with those who have it in this process. Says whether
    /// nobody had it.
    ///
    /// # Errors
    /// `Locked` naming the run where another process has it; `StoreUnavailable`.
    pub(crate) fn join(&self, run_id: &str) -> Result<(Arc<Lease>, bool)> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lease) = held.get(run_id).and_then(Weak::upgrade) {
            return Ok((lease, false));
        }
        held.retain(|_, lease| lease.strong_count() > 0);
        let lease = Arc::new(Lease::take(&self.folder, run_id)?);
        held.insert(run_id.to_owned(), Arc::downgrade(&lease));
        Ok((lease, true))
    }
}

fn locked(run_id: &str) -> Error {
    Error::new(
        Code::Locked,
        format!("run `{run_id}` is driven by another process"),
    )
    .hint("watch its events, or try again when that process has ended")
}

/// The right to drive one run. It ends with this value, or with the process, however that dies.
#[derive(Debug)]
pub(crate) struct Lease {
    path: PathBuf,
    _file: File,
}

impl Lease {
    fn take(folder: &Folder, run_id: &str) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if run_id.is_empty() || run_id.len() > 100 || !run_id.chars().all(plain) {
            return Err(
                Error::new(Code::InvalidInput, format!("`{run_id}` is not a run id"))
                    .hint("ids are of letters, digits, `-` and `_`"),
            );
        }
        let path = folder.make("locks")?.join(format!("{run_id}.lock"));
        loop {
            let open = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path);
            let file = open.map_err(|e| fault::io("open", &path, &e))?;
            match file.try_lock() {
                Ok(()) if is_still(&path, &file) => return Ok(Self { path, _file: file }),
                // Its holder let go and took the name away between opening and locking.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(locked(run_id));
                }
                Err(TryLockError::Error(e)) => return Err(fault::io("lock", &path, &e)),
            }
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Taken away while still locked; whoever holds the old file open finds it is not the name's
        // any more. A file that stays does no harm.
        let _ignored = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_still(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(path), file.metadata()) {
        (Ok(named), Ok(held)) => named.ino() == held.ino() && named.dev() == held.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still(path: &Path, _file: &File) -> bool {
    path.exists()
}
