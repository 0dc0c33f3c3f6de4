//! The database of a project: one file, one writing thread a process, a few readers, and word of
//! what other processes write.

mod approvals;
mod audit;
mod events;
mod journal;
mod ledger;
mod past_plans;
mod runs;
mod schema;
mod services;
mod sessions;
mod test_runs;
mod vectors;
mod workflows;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tdev_core::ports::Clock;
use tdev_core::{Code, Error, Result};
use tokio::sync::watch;

pub(crate) use self::journal::{run_event, run_of};
use self::schema::Standing;
pub(crate) use self::writer::Pending;
use self::writer::Writer;
use crate::apart;
use crate::fault::{self, Failed};
use crate::folder::Folder;

/// How long a write waits for another process's commit.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a waiter looks whether another process wrote.
const LOOK: Duration = Duration::from_millis(40);
/// Reading connections kept open.
const READERS: usize = 4;

/// `.tdev/tdev.db`: workflows, runs, events, approvals, test runs, what runs spent on language
/// models, and the journals of what ended. It is opened when
/// it is first needed and made when it is first written; before that it reads as empty.
#[derive(Clone)]
pub(crate) struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    folder: Folder,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    writer: Mutex<Option<Writer>>,
    readers: Mutex<Vec<Connection>>,
    watcher: Mutex<Watcher>,
    changes: watch::Sender<u64>,
}

/// A connection that is asked for nothing but `data_version`, which counts others' commits.
#[derive(Default)]
struct Watcher {
    conn: Option<Connection>,
    seen: i64,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Database {
    pub(crate) fn new(folder: Folder, clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                path: folder.path("tdev.db"),
                folder,
                clock,
                writer: Mutex::new(None),
                readers: Mutex::new(Vec::new()),
                watcher: Mutex::new(Watcher::default()),
                changes: watch::Sender::new(0),
            }),
        }
    }

    /// Does one write in a transaction, flushed to disk before this returns.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T> {
        self.begin(work).await?.done().await
    }

    /// Hands over a write; it comes after all that were handed over before. How it went is told
    /// by what this returns.
    pub(crate) async fn begin<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failed> + Send + 'static,
    ) -> Result<Pending<T>> {
        let open = held(&self.shared.writer).clone();
        let writer = match open {
            Some(writer) => writer,
            None => {
                let shared = Arc::clone(&self.shared);
                apart(move || shared.writer()).await?
            }
        };
        writer.begin(work)
    }

    /// Does one reading; everything it sees is of one moment.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T> {
        let shared = Arc::clone(&self.shared);
        apart(move || shared.read(work)).await
    }

    /// Waits until somebody, here or in another process, has written after `changes` was
    /// subscribed to or last waited on.
    pub(crate) async fn changed(&self, changes: &mut watch::Receiver<u64>) {
        loop {
            tokio::select! {
                // The sender lives as long as this database does.
                _ = changes.changed() => return,
                () = tokio::time::sleep(LOOK) => self.shared.look(),
            }
        }
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.shared.clock
    }
}

impl Shared {
    fn writer(&self) -> Result<Writer> {
        let mut slot = held(&self.writer);
        if let Some(writer) = slot.as_ref() {
            return Ok(writer.clone());
        }
        // Setting up is not atomic in the database itself, so only one process does it at a time.
        let _lock = self.folder.lock("tdev.db.lock")?;
        let conn = self.set_up().map_err(|e| e.at(&self.path))?;
        let writer = Writer::start(conn, self.path.clone(), self.changes.clone())?;
        *slot = Some(writer.clone());
        Ok(writer)
    }

    fn set_up(&self) -> Result<Connection, Failed> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags)?;
        conn.busy_timeout(PATIENCE)?;
        let standing = schema::standing(&conn, &self.path)?;
        let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Error::new(
                Code::StoreUnavailable,
                format!("`{}` cannot be shared on this disk", self.path.display()),
            )
            .hint("keep the project on a local disk")
            .into());
        }
        conn.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
        )?;
        conn.set_prepared_statement_cache_capacity(64);
        if standing != Standing::Current {
            schema::migrate(&conn, &self.path)?;
        }
        Ok(conn)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failed>) -> Result<T> {
        let kept = held(&self.readers).pop();
        let conn = match kept {
            Some(conn) => conn,
            None => self.reader()?,
        };
        let done = snapshot(&conn, work).map_err(|e| e.at(&self.path));
        let on_disk = conn.path().is_some_and(|path| !path.is_empty());
        let mut readers = held(&self.readers);
        if on_disk && conn.is_autocommit() && readers.len() < READERS {
            readers.push(conn);
        }
        done
    }

    fn reader(&self) -> Result<Connection> {
        if !self.path.exists() {
            return self.nothing().map_err(|e| e.at(&self.path));
        }
        let (conn, standing) = self.open_reader().map_err(|e| e.at(&self.path))?;
        if standing != Standing::Current {
            self.writer()?;
        }
        Ok(conn)
    }

    fn open_reader(&self) -> Result<(Connection, Standing), Failed> {
        // Reading a shared database needs its shared-memory file, so not even readers open it
        // read-only; `query_only` keeps them from writing.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags)?;
        conn.busy_timeout(PATIENCE)?;
        conn.execute_batch("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")?;
        conn.set_prepared_statement_cache_capacity(32);
        let standing = schema::standing(&conn, &self.path)?;
        Ok((conn, standing))
    }

    /// A database nobody has written yet: the tables, empty, in memory.
    fn nothing(&self) -> Result<Connection, Failed> {
        let conn = Connection::open_in_memory()?;
        schema::migrate(&conn, &self.path)?;
        Ok(conn)
    }

    /// Tells the waiters where another connection has written since the last look.
    fn look(&self) {
        let mut watcher = held(&self.watcher);
        if watcher.conn.is_none() && self.path.exists() {
            watcher.conn = self.open_reader().ok().map(|(conn, _)| conn);
            watcher.seen = -1;
        }
        let Watcher {
            conn: Some(conn),
            seen,
        } = &mut *watcher
        else {
            return;
        };
        let version = conn
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)));
        // Where even this cannot be read, waking the waiters lets them meet the error themselves.
        if version.as_ref().ok() != Some(seen) {
            *seen = version.unwrap_or(-1);
            self.changes.send_modify(|count| *count += 1);
        }
    }
}

fn snapshot<T>(
    conn: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let whole = conn.unchecked_transaction()?;
    let done = work(conn)?;
    whole.finish()?;
    Ok(done)
}

/// Reads a stored JSON body.
fn body<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, Failed> {
    serde_json::from_str(text).map_err(|e| Failed::Said(fault::damaged(what, &e)))
}

/// Prints a JSON body to store.
fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|e| Error::new(Code::Internal, format!("cannot be stored: {e}")))
}
