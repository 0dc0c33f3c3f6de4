//! Timers: set with a deadline, told when it has come.

use chrono::{DateTime, TimeDelta, Utc};

use super::effect::Effect;
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

    /// A failure of the engine's own making in a task that took too long.
    pub(super) fn timeout_failure(error: &str) -> Failure {
        Failure {
            error: Some(error.to_owned()),
            cause: None,
            origin: crate::failure::Origin::Reported,
        }
    }
}
