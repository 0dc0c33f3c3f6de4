//! A journal on disk: one append for each decision, flushed together with whatever else is
//! waiting to be. It is the only file format of this crate.

mod commit;
mod error;
mod frame;
mod index;
mod medium;
mod recover;
mod segment;
#[cfg(test)]
mod tests;
mod writer;

pub use error::FileJournalError;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use async_trait::async_trait;

use crate::driver::{Journal, JournalError};
use crate::history::HistoryEvent;
use commit::Shared;
use medium::{Disk, Medium};
use writer::Writer;

/// A segment that has grown to this many bytes is closed.
const FULL: u64 = 8 << 20;

type Result<T> = std::result::Result<T, FileJournalError>;

/// Keeps the records of executions in a folder of its own.
///
/// What [`append`](Self::append) answered `Ok` to has been flushed to the disk; appends that come
/// while the disk is busy share its next flush. One process has the folder at a time. After a
/// crash, opening cuts off what was being written at that moment, which nobody was promised;
/// damage to anything else is refused by name, and nothing is changed.
///
/// An execution's records are kept until [`forget`](Self::forget); the files of what is forgotten
/// are removed as the journal grows, and all of them when it is next opened with nothing left.
pub struct FileJournal {
    dir: PathBuf,
    shared: Arc<Shared>,
    flusher: Option<JoinHandle<()>>,
    _lock: File,
}

impl FileJournal {
    /// Opens the journal in `dir`, made if it is not there.
    ///
    /// # Errors
    /// `InUse`, `Damaged`, `Version` and `Io`.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self> {
        Self::on(dir.into(), Box::new(Disk), FULL)
    }

    fn on(dir: PathBuf, medium: Box<dyn Medium>, full: u64) -> Result<Self> {
        fs::create_dir_all(&dir).map_err(|e| FileJournalError::io("make", &dir, e))?;
        let lock = lock(&dir)?;
        let recovered = recover::recover(&dir, medium.as_ref(), full)?;
        let (writer, index) = Writer::new(dir.clone(), medium, full, recovered);
        let shared = Arc::new(Shared::new(writer, index));
        let serving = Arc::clone(&shared);
        let flusher = std::thread::Builder::new()
            .name("asl-journal".to_owned())
            .spawn(move || serving.serve())
            .map_err(|e| FileJournalError::io("start a thread for", &dir, e))?;
        Ok(Self {
            dir,
            shared,
            flusher: Some(flusher),
            _lock: lock,
        })
    }

    /// Adds `records` to those of `execution`; the first is number `first`, from 0. When this
    /// returns `Ok` they survive a power cut.
    ///
    /// # Errors
    /// `OutOfOrder` where `first` is not the number of the next record. `Io` where the disk
    /// refuses: without room nothing has changed, and the same append may be tried again; after
    /// any other failure the journal takes nothing more until it is opened anew.
    pub async fn append(&self, execution: &str, first: u64, records: &[String]) -> Result<()> {
        self.shared.append(execution, first, records).await
    }

    /// All records of `execution`, in order; none if it is not known.
    ///
    /// # Errors
    /// `Io` and `Damaged`.
    pub async fn load(&self, execution: &str) -> Result<Vec<String>> {
        self.shared.settle(execution).await?;
        // A place that is being moved may be gone when it is read; where it is now is known then.
        loop {
            let places = self.shared.state().index.places(execution);
            let read = recover::records(&self.dir, &places);
            if read.is_ok() || self.shared.state().index.places(execution) == places {
                return read;
            }
        }
    }

    /// How many records of `execution` are kept.
    pub fn count(&self, execution: &str) -> u64 {
        self.shared.state().index.next(execution)
    }

    /// The names of the executions whose records are kept and begin with `prefix`, in order.
    pub fn executions(&self, prefix: &str) -> Vec<String> {
        let state = self.shared.state();
        state.index.names(prefix).map(str::to_owned).collect()
    }

    /// Lets go of an execution's records. After a crash they may be found again.
    pub fn forget(&self, execution: &str) {
        self.shared.forget(execution);
    }

    /// The records of the executions whose names begin with `prefix`, of the journal in `dir`,
    /// while another process may have it.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for `InUse`.
    pub fn read_only(dir: &Path, prefix: &str) -> Result<BTreeMap<String, Vec<String>>> {
        recover::read(dir, prefix)
    }
}

/// Takes the folder; the lock ends with the file, and with the process however that dies.
fn lock(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| FileJournalError::io("open", &path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FileJournalError::InUse {
            path: dir.to_path_buf(),
        }),
        Err(TryLockError::Error(e)) => Err(FileJournalError::io("lock", &path, e)),
    }
}

#[async_trait]
impl Journal for FileJournal {
    async fn append(
        &self,
        execution: &str,
        first_seq: u64,
        records: Vec<String>,
        _events: &[HistoryEvent],
    ) -> std::result::Result<(), JournalError> {
        let kept = Self::append(self, execution, first_seq, &records).await;
        kept.map_err(|e| JournalError(e.to_string()))
    }

    fn wants_events(&self) -> bool {
        false
    }

    async fn load(&self, execution: &str) -> std::result::Result<Vec<String>, JournalError> {
        Self::load(self, execution)
            .await
            .map_err(|e| JournalError(e.to_string()))
    }
}

impl Drop for FileJournal {
    fn drop(&mut self) {
        self.shared.close();
        if let Some(flusher) = self.flusher.take() {
            // It ends by itself; a panic in it has been told already.
            let _ended = flusher.join();
        }
        self.shared.finish();
    }
}

impl std::fmt::Debug for FileJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileJournal")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}
