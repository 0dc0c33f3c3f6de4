//! Taking an input: the execution starts, goes on, or ends.

use std::sync::Arc;

use serde_json::Value;

use super::effect::Effect;
use super::frame::{Frame, Pending};
use super::{
    Alarm, EVENT_LIMIT, Ending, Execution, Identity, Random, Record, Scope, Status,
    size_within_limit,
};
use crate::Json;
use crate::failure::{Failure, names};
use crate::history::Details;

/// States entered in one turn before an execution in memory lets others go.
const TURN: u32 = 4096;
/// States entered in one turn after which a journalled execution is taken to be endless. Events
/// do not bound the children of a distributed Map, which write none.
const TURN_LIMIT: u32 = 1_000_000;

impl Execution {
    /// Takes one input and follows it as far as it leads.
    pub(crate) fn apply(&mut self, record: Record) {
        if self.ending.is_some() != matches!(record, Record::Redriven { .. }) {
            return;
        }
        match record {
            Record::Started {
                at,
                name,
                seed,
                input,
                ..
            } => {
                self.now = at;
                self.start(&name, seed, input);
            }
            Record::TaskSucceeded { task, at, output } => {
                self.now = at;
                self.task_succeeded(task, output);
            }
            Record::TaskFailed {
                task,
                at,
                error,
                cause,
            } => {
                self.now = at;
                self.task_failed(task, Failure::reported(error, cause));
            }
            Record::TaskSubmitted { task, at } => {
                self.now = at;
                self.task_submitted(task);
            }
            Record::TokenSucceeded { token, at, output } => {
                self.now = at;
                self.token_succeeded(&token, output);
            }
            Record::TokenFailed {
                token,
                at,
                error,
                cause,
            } => {
                self.now = at;
                self.token_failed(&token, Failure::reported(error, cause));
            }
            Record::Heartbeat { token, at } => {
                self.now = at;
                self.heartbeat(&token);
            }
            Record::TimerFired { timer, at } => {
                self.now = at;
                self.timer_fired(timer);
            }
            Record::Aborted { at, error, cause } => {
                self.now = at;
                self.end(Status::Aborted, "ExecutionAborted", None, error, cause);
            }
            Record::Redriven { at } => {
                self.now = at;
                self.redrive();
            }
        }
        self.drive();
    }

    fn start(&mut self, name: &str, seed: u64, input: Value) {
        let input: Json = Arc::new(input);
        self.seed = seed;
        self.token_prefix = format!("{name}:{seed:x}:");
        self.random.set(Random::new(seed));
        let identity = Arc::new(Identity {
            name: name.into(),
            setting: Arc::clone(&self.setting),
            input: Arc::clone(&input),
            started_at: self.now,
            redriven: None,
        });
        self.identity = Some(identity);
        let setting = Arc::clone(&self.setting);
        self.emit_plain(
            "ExecutionStarted",
            |input| Details::Started {
                input,
                role_arn: setting.role_arn.clone(),
            },
            &input,
        );
        self.begin_root(input);
    }

    /// Puts the execution at its first state, its time running from now.
    pub(super) fn begin_root(&mut self, input: Json) {
        self.limit_time();
        let Some(identity) = self.identity.clone() else {
            return;
        };
        let Some(size) = size_within_limit(&input) else {
            let failure = Failure::reported(
                names::DATA_LIMIT,
                "The input exceeds the maximum number of bytes service limit.",
            );
            self.end_failed(failure);
            return;
        };
        let root = Frame {
            parent: None,
            identity,
            state: self.machine.start,
            input,
            size,
            scope: Arc::new(Scope::default()),
            item: None,
            silent: false,
            entered_at: self.now,
            entered_event: 0,
            last_event: self.last_event,
            attempts: Vec::new(),
            retry_count: 0,
            pending: Pending::Ready,
        };
        let id = self.add_frame(root);
        self.ready.push_back(id);
    }

    pub(super) fn limit_time(&mut self) {
        if let Some(seconds) = self.machine.timeout {
            self.set_timer(Alarm::Execution, seconds);
        }
    }

    /// Whether states are ready that the last turn left for the next.
    pub(crate) fn has_more(&self) -> bool {
        self.ending.is_none() && !self.ready.is_empty()
    }

    /// Takes another turn without an input.
    pub(crate) fn go_on(&mut self) {
        self.drive();
    }

    /// Enters states until everything waits for something; a worklist, so no depth of nesting
    /// or length of a chain costs stack. A journalled execution is followed to the end of its
    /// turn, lest a replay stop elsewhere; in memory, a turn is short.
    fn drive(&mut self) {
        let mut entered = 0;
        while self.ending.is_none() {
            if self.setting.limit_events {
                if self.last_event + 1 >= EVENT_LIMIT || entered >= TURN_LIMIT {
                    self.end_failed(Failure::reported(
                        names::RUNTIME,
                        format!(
                            "The execution reached the maximum number of history events ({EVENT_LIMIT})."
                        ),
                    ));
                    break;
                }
            } else if entered >= TURN {
                break;
            }
            entered += 1;
            match self.ready.pop_front() {
                Some(id) => self.enter(id),
                None => break,
            }
        }
    }

    pub(super) fn end_failed(&mut self, failure: Failure) {
        self.end(
            Status::Failed,
            "ExecutionFailed",
            None,
            failure.error,
            failure.cause,
        );
    }

    /// Ends the execution: everything under way is cancelled, and nothing more is entered. What is
    /// left of the frames is kept for a redrive.
    pub(super) fn end(
        &mut self,
        status: Status,
        event: &'static str,
        output: Option<Json>,
        error: Option<String>,
        cause: Option<String>,
    ) {
        if let Some(root) = self.root() {
            self.halt(root);
            self.corpse = self.remove_frame(root).map(Box::new);
        }
        self.ready.clear();
        let alarms: Vec<u64> = self.alarms.drain().map(|(id, _)| id).collect();
        self.effects
            .extend(alarms.into_iter().map(|id| Effect::CancelTimer { id }));
        match (&output, status) {
            (Some(output), _) => {
                let output = Arc::clone(output);
                self.emit_end(event, Details::Output { output });
            }
            (None, _) => {
                let (error, cause) = (error.clone(), cause.clone());
                self.emit_end(event, Details::Failed { error, cause });
            }
        }
        self.ending = Some(Ending {
            status,
            output,
            error,
            cause,
        });
        self.effects.push(Effect::Finished);
    }
}
