//! The one writing connection of a process, on its own thread. Writes that queue up while a
//! commit is flushed share the next one.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};

use rusqlite::Connection;
use tdev_core::{Code, Error, Result};
use tokio::sync::{oneshot, watch};

use crate::fault::{self, Failed};

/// Most writes in one transaction.
const BATCH: usize = 256;

/// Tells the caller of a write how it ended, once its transaction did.
type Reply = Box<dyn FnOnce(Option<&Error>)>;

/// A queued write.
trait Work: Send {
    /// Does it, inside a transaction.
    fn run(self: Box<Self>, conn: &Connection, path: &std::path::Path) -> Reply;

    /// Gives it up.
    fn fail(self: Box<Self>, error: &Error);
}

struct Write<F, T> {
    work: F,
    reply: oneshot::Sender<Result<T>>,
}

impl<F, T> Work for Write<F, T>
where
    F: FnOnce(&Connection) -> Result<T, Failed> + Send,
    T: Send + 'static,
{
    fn run(self: Box<Self>, conn: &Connection, path: &std::path::Path) -> Reply {
        let Self { work, reply } = *self;
        let done = in_savepoint(conn, work).map_err(|e| e.at(path));
        Box::new(move |lost| {
            // A caller that went away needs no answer; the write stands all the same.
            let _gone = reply.send(match lost {
                Some(error) => Err(error.clone()),
                None => done,
            });
        })
    }

    fn fail(self: Box<Self>, error: &Error) {
        let _gone = self.reply.send(Err(error.clone()));
    }
}

/// Does work that takes itself back alone where it fails.
fn in_savepoint<T>(
    conn: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Failed>,
) -> Result<T, Failed> {
    conn.prepare_cached("SAVEPOINT one")?.execute([])?;
    let done = work(conn);
    if done.is_err() && !conn.is_autocommit() {
        conn.prepare_cached("ROLLBACK TO one")?.execute([])?;
    }
    if !conn.is_autocommit() {
        conn.prepare_cached("RELEASE one")?.execute([])?;
    }
    done
}

/// Hands writes to the writing thread; the thread ends with the last of these.
#[derive(Clone)]
pub(super) struct Writer {
    queue: Sender<Box<dyn Work>>,
}

impl Writer {
    /// Starts the thread on a connection that is set up. After every commit `changes` is bumped.
    pub(super) fn start(
        conn: Connection,
        path: PathBuf,
        changes: watch::Sender<u64>,
    ) -> Result<Self> {
        let (queue, jobs) = mpsc::channel();
        let thread = Thread {
            conn,
            path,
            changes,
        };
        std::thread::Builder::new()
            .name("tdev-writer".to_owned())
            .spawn(move || thread.serve(&jobs))
            .map_err(|e| {
                Error::new(
                    Code::StoreUnavailable,
                    format!("cannot start the writing thread: {e}"),
                )
            })?;
        Ok(Self { queue })
    }

    /// Queues one write.
    pub(super) fn begin<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failed> + Send + 'static,
    ) -> Result<Pending<T>> {
        let (reply, answer) = oneshot::channel();
        self.queue
            .send(Box::new(Write { work, reply }))
            .map_err(|_| lost())?;
        Ok(Pending { answer })
    }
}

/// A write that has been queued.
pub(crate) struct Pending<T> {
    answer: oneshot::Receiver<Result<T>>,
}

impl<T> Pending<T> {
    /// Whether [`done`](Self::done) would return at once.
    pub(crate) fn is_done(&self) -> bool {
        !self.answer.is_empty() || self.answer.is_terminated()
    }

    /// Waits for the write: on `Ok` it has been flushed to disk.
    pub(crate) async fn done(self) -> Result<T> {
        self.answer.await.map_err(|_| lost())?
    }
}

fn lost() -> Error {
    Error::new(Code::StoreUnavailable, "the writing thread has ended")
        .hint("start the program again")
}

struct Thread {
    conn: Connection,
    path: PathBuf,
    changes: watch::Sender<u64>,
}

impl Thread {
    /// Commits whatever is queued, until nobody can queue any more.
    fn serve(&self, jobs: &Receiver<Box<dyn Work>>) {
        while let Ok(first) = jobs.recv() {
            let batch: Vec<_> = std::iter::once(first)
                .chain(jobs.try_iter())
                .take(BATCH)
                .collect();
            self.commit(batch);
        }
    }

    fn commit(&self, batch: Vec<Box<dyn Work>>) {
        if let Err(error) = self.conn.execute_batch("BEGIN IMMEDIATE") {
            let error = fault::sql(&self.path, &error);
            return batch.into_iter().for_each(|work| work.fail(&error));
        }
        let mut replies = Vec::with_capacity(batch.len());
        let mut batch = batch.into_iter();
        for work in batch.by_ref() {
            replies.push(work.run(&self.conn, &self.path));
            // A full or failing disk takes the whole transaction back, not one statement.
            if self.conn.is_autocommit() {
                break;
            }
        }
        let lost = if self.conn.is_autocommit() {
            Some(full(&self.path))
        } else {
            self.conn
                .execute_batch("COMMIT")
                .err()
                .map(|e| fault::sql(&self.path, &e))
        };
        if lost.is_some() && !self.conn.is_autocommit() {
            // The commit was refused and the transaction is still open: nothing of it may stay.
            let _closed = self.conn.execute_batch("ROLLBACK");
        }
        if lost.is_none() {
            self.changes.send_modify(|count| *count += 1);
        }
        for reply in replies {
            reply(lost.as_ref());
        }
        let given_up = lost.unwrap_or_else(|| full(&self.path));
        batch.for_each(|work| work.fail(&given_up));
    }
}

fn full(path: &std::path::Path) -> Error {
    Error::new(
        Code::StoreUnavailable,
        format!(
            "cannot write `{}`: the disk is full or failing",
            path.display()
        ),
    )
    .hint("free some disk space, check the disk and try again; nothing was lost")
}
