//! Redrive: what an execution that did not succeed has left, and its going on from there.
//!
//! Frames are not torn down when a state fails: each is kept with the frame above it until
//! something up the chain retries or catches. If nothing does, what is left hangs together below
//! the root, and a redrive puts it back one frame at a time, from the top.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::effect::Effect;
use super::frame::{Children, Frame, FrameId, Pending, Work};
use super::{EVENT_LIMIT, Execution, Identity, Status};
use crate::definition::{Kind, State};
use crate::failure::Failure;
use crate::history::Details;

/// Why an execution cannot be redriven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRedrivable {
    /// It has no end yet.
    #[error("it has not ended; run it to resume it")]
    Running,
    /// It ended well.
    #[error("it succeeded, so there is nothing left to do")]
    Succeeded,
    /// There is no room for what a redrive would do.
    #[error("its history is full at {0} of {EVENT_LIMIT} events; start a new execution")]
    Full(u64),
}

impl Execution {
    /// Whether a redrive means anything now.
    pub(crate) fn redrivable(&self) -> Result<(), NotRedrivable> {
        match &self.ending {
            None => Err(NotRedrivable::Running),
            Some(ending) if ending.status == Status::Succeeded => Err(NotRedrivable::Succeeded),
            // Room for the redrive itself and for one event more.
            Some(_) if self.last_event + 1 >= EVENT_LIMIT => {
                Err(NotRedrivable::Full(self.last_event))
            }
            Some(_) => Ok(()),
        }
    }

    /// Goes on from where the execution ended, with time of its own.
    pub(super) fn redrive(&mut self) {
        let Some(identity) = self.identity.as_mut().filter(|_| self.ending.is_some()) else {
            return;
        };
        let redriven = identity.redriven_at(self.now);
        let count = redriven.redriven.map_or(0, |(count, _)| count);
        *identity = Arc::clone(&redriven);
        let input = Arc::clone(&identity.input);
        self.ending = None;
        self.emit_end("ExecutionRedriven", Details::Redriven { count });
        match self.corpse.take() {
            Some(mut root) => {
                self.limit_time();
                root.identity = redriven;
                let id = self.add_frame(*root);
                self.ready.push_back(id);
            }
            // It ended before it reached its first state.
            None => self.begin_root(input),
        }
    }

    /// The frame all others are below.
    pub(super) fn root(&self) -> Option<FrameId> {
        self.frames
            .iter()
            .position(|frame| frame.as_ref().is_some_and(|f| f.parent.is_none()))
    }

    /// Stops whatever the frame waits for, and takes the frames below it out of the arena; they
    /// stay with the frame above them until it is known whether anything goes on from here.
    pub(super) fn halt(&mut self, id: FrameId) {
        let mut below = vec![id];
        let mut next = 0;
        while let Some(at) = below.get(next).copied() {
            next += 1;
            let Some(frame) = self.frame_mut(at) else {
                continue;
            };
            let left = match std::mem::replace(&mut frame.pending, Pending::Stopped(None)) {
                // What is in the queue has not been entered.
                Pending::Ready if self.ready.remove(at) => Pending::Ready,
                Pending::Ready => Pending::Stopped(None),
                Pending::Stopped(line) => {
                    self.ready.remove(at);
                    Pending::Stopped(line)
                }
                Pending::Task(call) => {
                    self.forget_call(&call);
                    self.effects.push(Effect::CancelTask { id: call.id });
                    Pending::Stopped(Some(call.line))
                }
                Pending::Reader(reading) => self.stop_job(reading.task),
                Pending::Writer(writing) => {
                    self.stop_job(writing.task);
                    Pending::Children(writing.children)
                }
                Pending::Wait(timer) | Pending::Retry(timer) => {
                    self.cancel_timer(timer);
                    Pending::Stopped(None)
                }
                Pending::Children(children) => {
                    self.ready.remove(at);
                    below.extend(children.running.iter().flatten());
                    Pending::Children(children)
                }
            };
            if let Some(frame) = self.frame_mut(at) {
                frame.pending = left;
            }
        }
        // The lowest first, so that each takes along what fell below it.
        for at in below.drain(1..).rev() {
            let Some(frame) = self.remove_frame(at) else {
                continue;
            };
            let Some((parent, index)) = frame.parent else {
                continue;
            };
            if let Some(Pending::Children(children)) =
                self.frame_mut(parent).map(|f| &mut f.pending)
            {
                children.running[index] = None;
                children.fallen.push(frame);
            }
        }
    }

    fn stop_job(&mut self, task: u64) -> Pending {
        self.tasks.remove(&task);
        self.effects.push(Effect::CancelTask { id: task });
        Pending::Stopped(None)
    }

    /// Goes on with a frame a redrive has put back: its state is not entered anew, and its
    /// retriers count from nothing.
    pub(super) fn take_up(&mut self, id: FrameId) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let state = &machine.states[frame.state];
        frame.retry_count = 0;
        frame.attempts.clear();
        // What happens now follows from the state's having been entered, as it did before.
        frame.last_event = frame.entered_event;
        match &mut frame.pending {
            Pending::Children(children) => {
                children.rally();
                if let Err(failure) = self.rerun(id, state) {
                    self.fail(id, failure);
                }
            }
            pending => {
                if let Pending::Stopped(Some(line)) = pending {
                    line.redrives += 1;
                }
                self.begin(id, state);
            }
        }
    }

    /// Starts children of a Parallel or Map again.
    fn rerun(&mut self, id: FrameId, state: &State) -> Result<(), Failure> {
        let redriven = match self.frame_mut(id).map(|f| &mut f.pending) {
            Some(Pending::Children(children)) => match &children.work {
                Work::Items { run: Some(run), .. } => {
                    children.redrives += 1;
                    Some((Arc::clone(run), children.redrives))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some((run, count)) = redriven {
            self.emit(id, "MapRunRedriven", Some(&state.name), || {
                let arn = run.arn.clone();
                Details::MapRunRedriven { arn, count }
            });
        }
        self.start_more(id, state)
    }

    /// Starts the next child a redrive has put back.
    pub(super) fn restart_child(&mut self, id: FrameId, state: &State) -> Result<(), Failure> {
        let Some(Pending::Children(children)) = self.frame_mut(id).map(|f| &mut f.pending) else {
            return Ok(());
        };
        let Some(mut child) = children.again.pop() else {
            return Ok(());
        };
        let index = place(&child);
        if matches!(&state.kind, Kind::Map(map) if map.express) {
            // It counts as started once more unless it is started in its old place.
            children.started -= 1;
            return self.start_child(id, state, index).inspect_err(|_| {
                if let Some(Pending::Children(children)) =
                    self.frame_mut(id).map(|f| &mut f.pending)
                {
                    children.started += 1;
                    children.fallen.push(child);
                }
            });
        }
        child.parent = Some((id, index));
        match self.frame(id).map(|f| Arc::clone(&f.identity)) {
            Some(parent) if parent.name == child.identity.name => child.identity = parent,
            // The children of a distributed Map are executions of their own.
            _ => child.identity = child.identity.redriven_at(self.now),
        }
        let child = self.add_frame(child);
        self.ready.push_back(child);
        if let Some(Pending::Children(children)) = self.frame_mut(id).map(|f| &mut f.pending) {
            children.running[index] = Some(child);
            children.active += 1;
        }
        Ok(())
    }
}

impl Identity {
    /// The same after one redrive more; those who hold the old one keep it.
    fn redriven_at(&self, now: DateTime<Utc>) -> Arc<Self> {
        let count = self.redriven.map_or(0, |(count, _)| count) + 1;
        let redriven = Some((count, now));
        Arc::new(Self {
            redriven,
            ..self.clone()
        })
    }
}

impl Children {
    /// Every child that was started and has no result is to be started again.
    fn rally(&mut self) {
        self.again.append(&mut self.fallen);
        self.again.sort_by_key(|child| Reverse(place(child)));
        self.failed = 0;
        self.active = 0;
        self.finished = self.started - self.again.len();
    }
}

/// The place of a frame among its siblings.
fn place(frame: &Frame) -> usize {
    frame.parent.map_or(0, |(_, index)| index)
}
