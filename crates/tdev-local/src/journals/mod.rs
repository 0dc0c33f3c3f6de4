//! The journals of a project folder: each process that is at work in it has its own, so that none
//! waits for another's flush. What belongs to a run is brought together by whoever holds its lease.

mod execution;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tdev_asl::{FileJournal, FileJournalError};
use tdev_core::{Code, Error, Result};

pub(crate) use self::execution::{ExecutionJournal, journal_fault};
use crate::apart;
use crate::fault;
use crate::folder::Folder;
use crate::sqlite::{Database, run_of};

/// The journals stand in `.tdev/journal/0`, `1` and so on.
const PLACE: &str = "journal";
/// Most processes at once.
const MOST: u32 = 4096;

/// The way to the journals. Clones share this process's own.
#[derive(Clone)]
pub(crate) struct Journals {
    folder: Folder,
    database: Database,
    own: Arc<Mutex<Option<Own>>>,
}

#[derive(Clone)]
struct Own {
    journal: Arc<FileJournal>,
    place: PathBuf,
}

impl Journals {
    pub(crate) fn new(folder: Folder, database: Database) -> Self {
        Self {
            folder,
            database,
            own: Arc::default(),
        }
    }

    /// This process's own journal, opened when it is first needed.
    pub(crate) async fn own(&self) -> Result<Arc<FileJournal>> {
        Ok(self.opened().await?.journal)
    }

    /// Whether nobody has ever kept anything in this project.
    pub(crate) fn none(&self) -> bool {
        !self.folder.path(PLACE).exists() && !self.folder.path("tdev.db").exists()
    }

    async fn opened(&self) -> Result<Own> {
        if let Some(own) = self.held().clone() {
            return Ok(own);
        }
        let this = self.clone();
        let (own, is_new) = apart(move || {
            let mut slot = this.held();
            if let Some(own) = slot.as_ref() {
                return Ok((own.clone(), false));
            }
            let own = open(&this.folder.make(PLACE)?)?;
            *slot = Some(own.clone());
            Ok((own, true))
        })
        .await?;
        if is_new {
            self.clear(&own.journal).await?;
        }
        Ok(own)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Own>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets go of what the last process that had this journal no longer had to.
    async fn clear(&self, journal: &FileJournal) -> Result<()> {
        let executions = journal.executions("");
        let runs: BTreeSet<String> = executions.iter().map(|e| run_of(e).to_owned()).collect();
        if runs.is_empty() {
            return Ok(());
        }
        let ended = self.database.ended_of(runs).await?;
        for execution in executions {
            if ended.contains(run_of(&execution)) {
                journal.forget(&execution);
            }
        }
        Ok(())
    }

    /// Brings everything that was ever kept of a run into this process's journal. The caller holds the run's lease, so nobody is adding to it.
    pub(crate) async fn bring(&self, run_id: &str) -> Result<()> {
        let Own { journal, place } = self.opened().await?;
        let (folder, of) = (self.folder.path(PLACE), run_id.to_owned());
        let others = apart(move || others(&folder, &place, &of)).await?;
        let stored = self.database.journal_of(run_id).await?;
        for (execution, records) in others.into_iter().chain(stored) {
            take_over(&journal, &execution, &records).await?;
        }
        Ok(())
    }

    /// What this process's journal holds of an execution.
    pub(crate) async fn records(&self, execution: &str) -> Result<Vec<String>> {
        let journal = self.own().await?;
        journal.load(execution).await.map_err(|e| broken(&e))
    }

    /// Everything this process's journal holds of a run.
    pub(crate) async fn records_of(&self, run_id: &str) -> Result<BTreeMap<String, Vec<String>>> {
        let journal = self.own().await?;
        let mut all = BTreeMap::new();
        for execution in executions_of(&journal, run_id) {
            let records = journal.load(&execution).await.map_err(|e| broken(&e))?;
            all.insert(execution, records);
        }
        Ok(all)
    }

    /// Lets go of a run whose records stand in the database.
    pub(crate) async fn forget(&self, run_id: &str) -> Result<()> {
        let journal = self.own().await?;
        for execution in executions_of(&journal, run_id) {
            journal.forget(&execution);
        }
        Ok(())
    }
}

fn executions_of(journal: &FileJournal, run_id: &str) -> Vec<String> {
    let mut executions = journal.executions(run_id);
    executions.retain(|execution| run_of(execution) == run_id);
    executions
}

/// Opens the first journal nobody has.
fn open(folder: &Path) -> Result<Own> {
    for number in 0..MOST {
        let place = folder.join(number.to_string());
        match FileJournal::open(&place) {
            Ok(journal) => {
                return Ok(Own {
                    journal: Arc::new(journal),
                    place,
                });
            }
            Err(FileJournalError::InUse { .. }) => {}
            Err(error) => return Err(broken(&error)),
        }
    }
    Err(Error::new(
        Code::Locked,
        format!("{MOST} processes are at work in this project"),
    )
    .hint("try again when one of them has ended"))
}

/// What the journals of other processes hold of a run, whether they live or not.
fn others(folder: &Path, own: &Path, run_id: &str) -> Result<Vec<(String, Vec<String>)>> {
    let listed = fs::read_dir(folder).map_err(|e| fault::io("list", folder, &e))?;
    let mut found = Vec::new();
    for entry in listed {
        let place = entry.map_err(|e| fault::io("list", folder, &e))?.path();
        if place != own && place.is_dir() {
            let all = FileJournal::read_only(&place, run_id).map_err(|e| broken(&e))?;
            found.extend(all.into_iter().filter(|(name, _)| run_of(name) == run_id));
        }
    }
    Ok(found)
}

/// Adds what another journal knows of an execution beyond our own.
async fn take_over(journal: &FileJournal, execution: &str, records: &[String]) -> Result<()> {
    let own = journal.load(execution).await.map_err(|e| broken(&e))?;
    let common = own.len().min(records.len());
    if own[..common] != records[..common] {
        return Err(Error::new(
            Code::StoreCorrupt,
            format!("two journals tell execution `{execution}` differently"),
        )
        .hint("start the run again; nothing of either journal was changed"));
    }
    if records.len() > common {
        journal
            .append(execution, common as u64, &records[common..])
            .await
            .map_err(|e| broken(&e))?;
    }
    Ok(())
}

/// A failed journal in the one vocabulary.
fn broken(error: &FileJournalError) -> Error {
    match error {
        FileJournalError::Io {
            action,
            path,
            source,
        } => fault::io(action, path, source),
        FileJournalError::InUse { .. } => Error::new(Code::Locked, error.to_string())
            .hint("try again when that process has ended"),
        FileJournalError::Damaged { .. } => Error::new(Code::StoreCorrupt, error.to_string())
            .hint("move it away, or put a backup in its place; it was not changed"),
        FileJournalError::Version { .. } => Error::new(Code::StoreCorrupt, error.to_string())
            .hint("update tdev; the journal was not changed"),
        FileJournalError::OutOfOrder { execution, .. } => Error::new(
            Code::Conflict,
            format!("execution `{execution}` was driven on by somebody else"),
        )
        .hint("watch its events instead"),
        FileJournalError::Closed => {
            Error::new(Code::StoreUnavailable, error.to_string()).hint("start the program again")
        }
    }
}
