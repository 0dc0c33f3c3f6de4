//! Timers: set with a deadline, told when it has come.

use chrono::{DateTime, TimeDelta, Utc};

use super::effect::Effect;
use super::frame::{FrameId, Pending};
use super::{Alarm, Execution, Status};
use crate::failure::{Failure, names};

impl Execution {
    /// Sets a timer `seconds` from now.
    pub(super) fn set_timer(&mut self, alarm: Alarm, seconds: f64) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded far below 2^63 milliseconds"
        )]
        let millis = (seconds * 1000.0).round() as i64;
        let delay = TimeDelta::try_milliseconds(millis).unwrap_or(TimeDelta::MAX);
        let at = self
            .now
            .checked_add_signed(delay)
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.set_timer_at(alarm, at)
    }

    pub(super) fn set_timer_at(&mut self, alarm: Alarm, at: DateTime<Utc>) -> u64 {
        let id = self.next_id();
        self.alarms.insert(id, alarm);
        self.effects.push(Effect::StartTimer { id, at });
        id
    }

    pub(super) fn cancel_timer(&mut self, id: u64) {
        if self.alarms.remove(&id).is_some() {
            self.effects.push(Effect::CancelTimer { id });
        }
    }

    pub(super) fn timer_fired(&mut self, timer: u64) {
        match self.alarms.remove(&timer) {
            Some(Alarm::Execution) => {
                // The status says it all: AWS gives neither error nor cause.
                self.end(Status::TimedOut, "ExecutionTimedOut", None, None, None);
            }
            Some(Alarm::Wait(id)) => self.waited(id),
            Some(Alarm::Retry(id)) => self.try_again(id),
            Some(Alarm::Timeout(id)) => self.task_timed_out(id, names::TIMEOUT),
            Some(Alarm::Heartbeat(id)) => self.task_timed_out(id, names::HEARTBEAT),
            None => {}
        }
    }

    /// Cancels whatever the frame waits for, and the frames below it, which are removed.
    pub(super) fn cancel_pending(&mut self, id: FrameId) {
        let mut below = vec![id];
        while let Some(at) = below.pop() {
            let Some(frame) = self.frame_mut(at) else {
                continue;
            };
            match std::mem::replace(&mut frame.pending, Pending::Ready) {
                Pending::Ready => self.ready.remove(at),
                Pending::Task(call) => {
                    self.forget_call(&call);
                    self.effects.push(Effect::CancelTask { id: call.id });
                }
                Pending::Reader(reading) => self.cancel_job(reading.task),
                Pending::Writer(writing) => self.cancel_job(writing.task),
                Pending::Wait(timer) | Pending::Retry(timer) => self.cancel_timer(timer),
                Pending::Children(children) => below.extend(children.running.iter().flatten()),
            }
            if at != id {
                self.remove_frame(at);
            }
        }
    }

    fn cancel_job(&mut self, task: u64) {
        self.tasks.remove(&task);
        self.effects.push(Effect::CancelTask { id: task });
    }

    /// Cancels a frame that may be gone already.
    pub(super) fn cancel_frame(&mut self, id: FrameId) {
        if self.frame(id).is_some() {
            self.cancel_pending(id);
            self.remove_frame(id);
        }
    }

    /// A failure of the engine's own making in a task that took too long.
    pub(super) fn timeout_failure(error: &str) -> Failure {
        Failure {
            error: Some(error.to_owned()),
            cause: None,
            origin: crate::failure::Origin::Reported,
        }
    }
}
