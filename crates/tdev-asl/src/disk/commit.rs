//! Group commit: whoever comes first flushes, whoever comes meanwhile shares the next flush.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::error::FileJournalError;
use super::frame::Batch;
use super::index::Index;
use super::writer::{Ledger, Writer};

/// A flush that takes longer than this is left to the flushing thread, lest it hold up whatever
/// else the caller's thread has to do.
const QUICK: Duration = Duration::from_micros(500);
/// Word of executions that are no longer needed waits for the next flush until it has grown to this.
const LAZY: usize = 64 << 10;

type Done = Result<(), FileJournalError>;

pub(super) struct Shared {
    state: Mutex<State>,
    /// Tells the flushing thread that the flush is its to do.
    work: Condvar,
    /// Used by whoever flushes, which is one at a time.
    desk: Mutex<Desk>,
}

pub(super) struct State {
    pub(super) index: Index,
    queue: Batch,
    /// Who waits for what is in the queue.
    waiting: Vec<oneshot::Sender<Done>>,
    /// Whether somebody is flushing, or about to.
    flushing: bool,
    /// Whether that somebody is to be the thread.
    handed_over: bool,
    /// Who appended last. One that comes again and again is alone: nobody would join its flush.
    last: Box<str>,
    quick: bool,
    /// Why nothing can be written any more.
    broken: Option<FileJournalError>,
    closing: bool,
}

struct Desk {
    writer: Writer,
    /// A batch whose memory is free to be used.
    spare: Batch,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(writer: Writer, index: Index) -> Self {
        Self {
            state: Mutex::new(State {
                index,
                queue: Batch::new(),
                waiting: Vec::new(),
                flushing: false,
                handed_over: false,
                last: Box::default(),
                quick: true,
                broken: None,
                closing: false,
            }),
            work: Condvar::new(),
            desk: Mutex::new(Desk {
                writer,
                spare: Batch::new(),
            }),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        held(&self.state)
    }

    /// Keeps records; they are on the disk when this returns `Ok`.
    pub(super) async fn append(&self, execution: &str, first: u64, lines: &[String]) -> Done {
        let waiting = {
            let mut state = self.state();
            if let Some(broken) = &state.broken {
                return Err(broken.clone());
            }
            let kept = state.index.next(execution);
            if kept != first {
                return Err(FileJournalError::OutOfOrder {
                    execution: execution.to_owned(),
                    asked: first,
                    kept,
                });
            }
            let next = first + lines.len() as u64;
            state.index.reserve(execution, next);
            state.queue.records(execution, first, lines);
            let alone = state.last.as_ref() == execution;
            if !alone {
                state.last = execution.into();
            }
            let (sender, receiver) = oneshot::channel();
            state.waiting.push(sender);
            let here = !state.flushing && alone && state.quick;
            if here {
                state.flushing = true;
            } else {
                self.hand_over(&mut state);
            }
            drop(state);
            if here {
                self.flush();
                self.pass_on();
            }
            receiver
        };
        waiting.await.unwrap_or(Err(FileJournalError::Closed))
    }

    /// Lets go of an execution's records. This need not be on the disk at once: whoever reads the
    /// journal after a crash may find them again.
    pub(super) fn forget(&self, execution: &str) {
        let mut state = self.state();
        if state.broken.is_some() || !state.index.forget(execution) {
            return;
        }
        state.queue.forget(execution);
        if state.queue.len() > LAZY {
            self.hand_over(&mut state);
        }
    }

    /// Returns once every record of an execution that was on its way stands on the disk, or does
    /// not: whoever gave it away may have stopped waiting for it.
    pub(super) async fn settle(&self, execution: &str) -> Done {
        let waiting = {
            let mut state = self.state();
            if state.index.settled(execution) {
                return Ok(());
            }
            let (sender, receiver) = oneshot::channel();
            state.waiting.push(sender);
            self.hand_over(&mut state);
            receiver
        };
        waiting.await.unwrap_or(Err(FileJournalError::Closed))
    }

    /// Leaves the next flush to the thread, unless somebody is about to do it.
    fn hand_over(&self, state: &mut State) {
        if !state.flushing {
            state.flushing = true;
            state.handed_over = true;
            self.work.notify_one();
        }
    }

    /// Flushes what is queued, and answers those who wait for it.
    fn flush(&self) {
        let mut desk = held(&self.desk);
        let mut batch = std::mem::replace(&mut desk.spare, Batch::new());
        let mut waiting = Vec::new();
        {
            let mut state = self.state();
            std::mem::swap(&mut batch, &mut state.queue);
            std::mem::swap(&mut waiting, &mut state.waiting);
        }
        let begun = Instant::now();
        let done = if batch.is_empty() {
            Ok(Vec::new())
        } else {
            desk.writer.write(&mut batch)
        };
        let took = begun.elapsed();
        let mut state = self.state();
        state.quick = took < QUICK;
        let done = match done {
            Ok(places) => {
                for (kept, place) in batch.kept.iter().zip(places) {
                    state.index.put(&kept.execution, place);
                }
                Ok(())
            }
            Err(error) => {
                for kept in batch.kept.iter().rev() {
                    state.index.release(&kept.execution, kept.first);
                }
                state.lament(&error);
                Err(error)
            }
        };
        drop(state);
        batch.clear();
        desk.spare = batch;
        if done.is_ok()
            && let Err(error) = desk.writer.turn(self)
        {
            self.state().lament(&error);
        }
        drop(desk);
        for sender in waiting {
            // Who went away meanwhile needs no answer.
            let _gone = sender.send(done.clone());
        }
    }

    /// After a flush here: if others came meanwhile, the thread goes on.
    fn pass_on(&self) {
        let mut state = self.state();
        if state.waiting.is_empty() {
            state.flushing = false;
        } else {
            state.handed_over = true;
            self.work.notify_one();
        }
    }

    /// The flushing thread.
    pub(super) fn serve(&self) {
        loop {
            let mut state = self.state();
            while !state.handed_over && !state.closing {
                state = self
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            if !state.handed_over {
                return;
            }
            state.handed_over = false;
            drop(state);
            self.flush();
            self.pass_on();
        }
    }

    /// Tells the thread to end once nothing waits.
    pub(super) fn close(&self) {
        self.state().closing = true;
        self.work.notify_one();
    }

    /// Writes what nobody waited for.
    pub(super) fn finish(&self) {
        let open = {
            let state = self.state();
            state.broken.is_none() && !state.queue.is_empty()
        };
        if open {
            self.flush();
        }
    }
}

impl State {
    /// A disk without room has taken nothing; after any other failure nobody can say what it has
    /// taken, so nothing more is written.
    fn lament(&mut self, error: &FileJournalError) {
        if !error.is_full() {
            self.broken = Some(error.clone());
        }
    }
}

impl Ledger for Shared {
    fn with<T>(&self, work: impl FnOnce(&mut Index) -> T) -> T {
        work(&mut self.state().index)
    }
}
