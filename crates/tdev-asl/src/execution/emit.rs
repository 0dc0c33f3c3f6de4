//! Writing history. Events are always counted, and only made where someone keeps them.

use std::sync::Arc;

use super::Execution;
use super::frame::FrameId;
use crate::Json;
use crate::definition::{Kind, State};
use crate::history::{Details, HistoryEvent};

impl Execution {
    /// Writes an event that follows the last one of its frame.
    pub(super) fn emit(
        &mut self,
        id: FrameId,
        kind: &'static str,
        state: Option<&Arc<str>>,
        details: impl FnOnce() -> Details,
    ) {
        let Some(frame) = self.frames.get_mut(id).and_then(Option::as_mut) else {
            return;
        };
        if frame.silent {
            return;
        }
        self.last_event += 1;
        let previous = std::mem::replace(&mut frame.last_event, self.last_event);
        if self.setting.write_events {
            self.events.push(HistoryEvent {
                id: self.last_event,
                previous_event_id: previous,
                timestamp: self.now,
                kind,
                state: state.map(Arc::clone),
                details: details(),
            });
        }
    }

    /// Writes an event that belongs to no frame.
    pub(super) fn emit_plain(
        &mut self,
        kind: &'static str,
        details: impl FnOnce(Json) -> Details,
        value: &Json,
    ) {
        let details = if self.setting.write_events {
            details(Arc::clone(value))
        } else {
            Details::None
        };
        self.emit_end(kind, details);
    }

    /// Writes an event that follows the very last one.
    pub(super) fn emit_end(&mut self, kind: &'static str, details: Details) {
        let previous = self.last_event;
        self.last_event += 1;
        if self.setting.write_events {
            self.events.push(HistoryEvent {
                id: self.last_event,
                previous_event_id: previous,
                timestamp: self.now,
                kind,
                state: None,
                details,
            });
        }
    }
}

/// The names of the events of entering and leaving a state.
pub(super) const fn entered_exited(state: &State) -> (&'static str, &'static str) {
    match state.kind {
        Kind::Pass { .. } => ("PassStateEntered", "PassStateExited"),
        Kind::Task(_) => ("TaskStateEntered", "TaskStateExited"),
        Kind::Choice { .. } => ("ChoiceStateEntered", "ChoiceStateExited"),
        Kind::Wait(_) => ("WaitStateEntered", "WaitStateExited"),
        Kind::Succeed => ("SucceedStateEntered", "SucceedStateExited"),
        Kind::Fail { .. } => ("FailStateEntered", "FailStateExited"),
        Kind::Parallel(_) => ("ParallelStateEntered", "ParallelStateExited"),
        Kind::Map(_) => ("MapStateEntered", "MapStateExited"),
    }
}
