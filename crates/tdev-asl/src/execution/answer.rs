//! What comes of a task: its answer, its failure, its silence, or the answer to its token.

use std::sync::Arc;

use serde_json::{Value, json};

use super::effect::Effect;
use super::frame::{Call, FrameId, Pending};
use super::leave::too_large;
use super::task::{labels, names_of};
use super::{Alarm, Execution, size_within_limit};
use crate::definition::{Form, Kind, Pattern, Resource, State};
use crate::failure::Failure;
use crate::history::Details;
use crate::intrinsic::uuid;

impl Execution {
    /// Drops everything kept for a call that is over.
    pub(super) fn forget_call(&mut self, call: &Call) {
        self.tasks.remove(&call.id);
        if let Some(token) = &call.token {
            self.tokens.remove(token);
        }
        for timer in call
            .timeout
            .into_iter()
            .chain(call.heartbeat.map(|(timer, _)| timer))
        {
            self.cancel_timer(timer);
        }
    }

    pub(super) fn task_succeeded(&mut self, task: u64, output: Value) {
        let Some(id) = self.tasks.get(&task).copied() else {
            return;
        };
        match self.take_dataset(id, task) {
            Some(Pending::Reader(reading)) => self.items_read(id, reading.plan, output),
            Some(Pending::Writer(writing)) => self.results_written(id, *writing, None),
            _ => self.task_done(id, output),
        }
    }

    /// What the frame waits for, if that is the reading or writing of a dataset; it is over now.
    fn take_dataset(&mut self, id: FrameId, task: u64) -> Option<Pending> {
        let frame = self.frame_mut(id)?;
        if !matches!(frame.pending, Pending::Reader(_) | Pending::Writer(_)) {
            return None;
        }
        let pending = std::mem::replace(&mut frame.pending, Pending::Ready);
        self.tasks.remove(&task);
        Some(pending)
    }

    pub(super) fn token_succeeded(&mut self, token: &str, output: Value) {
        let Some(id) = self.tokens.get(token).copied() else {
            return;
        };
        self.cancel_call(id);
        self.task_done(id, output);
    }

    /// A call whose token was answered need not run to its end.
    fn cancel_call(&mut self, id: FrameId) {
        if let Some(Pending::Task(call)) = self.frame(id).map(|f| &f.pending) {
            let id = call.id;
            self.effects.push(Effect::CancelTask { id });
        }
    }

    fn task_done(&mut self, id: FrameId, output: Value) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let state = &machine.states[frame.state];
        let (Kind::Task(task), Pending::Task(call)) = (
            &state.kind,
            std::mem::replace(&mut frame.pending, Pending::Ready),
        ) else {
            return;
        };
        self.forget_call(&call);
        let enveloped = task.resource.form == Form::LambdaInvoke && call.token.is_none();
        let result = if enveloped {
            self.envelope(output, call.tail)
        } else {
            output
        };
        let Some(size) = size_within_limit(&result) else {
            let failure = too_large(task.resource.label());
            self.emit_call_failed(id, state, &task.resource, 3, &failure);
            self.fail(id, failure);
            return;
        };
        let result = Arc::new(result);
        if task.resource.pattern == Pattern::Sync {
            // The handler makes the call and waits for the job in one go, so this is told now.
            self.emit_submitted(id, state, &task.resource);
        }
        let names = names_of(&task.resource);
        self.emit(id, names[2], Some(&state.name), || {
            let output = Arc::clone(&result);
            match &task.resource.form {
                Form::Function => Details::Output { output },
                _ => {
                    let (service, action) = labels(&task.resource);
                    Details::TaskOutput {
                        service,
                        action,
                        output,
                    }
                }
            }
        });
        let departure = self.shape(id, state, &task.shaping, result, Some(size));
        self.depart(id, state, departure);
    }

    /// The answer of `lambda:invoke`: the payload and what AWS reports around it.
    fn envelope(&self, payload: Value, tail: bool) -> Value {
        let mut random = self.random.get();
        let request = uuid(random.next(), random.next());
        self.random.set(random);
        let mut answer = json!({
            "ExecutedVersion": "$LATEST",
            "Payload": null,
            "SdkHttpMetadata": {
                "AllHttpHeaders": {
                    "X-Amz-Executed-Version": ["$LATEST"],
                    "x-amzn-RequestId": [request],
                    "Content-Type": ["application/json"],
                },
                "HttpHeaders": {
                    "Content-Type": "application/json",
                    "X-Amz-Executed-Version": "$LATEST",
                    "x-amzn-RequestId": request,
                },
                "HttpStatusCode": 200,
            },
            "SdkResponseMetadata": {"RequestId": request},
            "StatusCode": 200,
        });
        if tail {
            // Whoever runs the functions keeps their logs; none comes with an answer.
            answer["LogResult"] = "".into();
            answer["SdkHttpMetadata"]["AllHttpHeaders"]["X-Amz-Log-Result"] = json!([""]);
            answer["SdkHttpMetadata"]["HttpHeaders"]["X-Amz-Log-Result"] = "".into();
        }
        answer["Payload"] = payload;
        answer
    }

    /// The call of a task that waits for its token was made.
    pub(super) fn task_submitted(&mut self, task: u64) {
        let machine = Arc::clone(&self.machine);
        let Some(id) = self.tasks.get(&task).copied() else {
            return;
        };
        let Some(frame) = self.frame(id) else { return };
        let state = &machine.states[frame.state];
        if let Kind::Task(task) = &state.kind {
            self.emit_submitted(id, state, &task.resource);
        }
    }

    fn emit_submitted(&mut self, id: FrameId, state: &State, resource: &Resource) {
        self.emit(id, "TaskSubmitted", Some(&state.name), || {
            let (service, action) = labels(resource);
            Details::TaskOutput {
                service,
                action,
                output: Arc::new(Value::Null),
            }
        });
    }

    pub(super) fn token_failed(&mut self, token: &str, failure: Failure) {
        let Some(id) = self.tokens.get(token).copied() else {
            return;
        };
        self.cancel_call(id);
        self.call_failed(id, 3, failure);
    }

    pub(super) fn task_failed(&mut self, task: u64, failure: Failure) {
        let Some(id) = self.tasks.get(&task).copied() else {
            return;
        };
        match self.take_dataset(id, task) {
            Some(Pending::Writer(writing)) => self.results_written(id, *writing, Some(failure)),
            Some(_) => self.dataset_failed(id, failure),
            None => self.call_failed(id, 3, failure),
        }
    }

    pub(super) fn task_timed_out(&mut self, id: FrameId, error: &str) {
        self.cancel_call(id);
        self.call_failed(id, 4, Self::timeout_failure(error));
    }

    fn call_failed(&mut self, id: FrameId, event: usize, failure: Failure) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let state = &machine.states[frame.state];
        let (Kind::Task(task), Pending::Task(call)) = (
            &state.kind,
            std::mem::replace(&mut frame.pending, Pending::Ready),
        ) else {
            return;
        };
        frame.pending = Pending::Stopped(Some(call.line));
        self.forget_call(&call);
        self.emit_call_failed(id, state, &task.resource, event, &failure);
        self.fail(id, failure);
    }

    fn emit_call_failed(
        &mut self,
        id: FrameId,
        state: &State,
        resource: &Resource,
        event: usize,
        failure: &Failure,
    ) {
        let (error, cause) = (failure.error.clone(), failure.cause.clone());
        self.emit(
            id,
            names_of(resource)[event],
            Some(&state.name),
            || match &resource.form {
                Form::Function => Details::Failed { error, cause },
                _ => {
                    let (service, action) = labels(resource);
                    Details::TaskFailed {
                        service,
                        action,
                        error,
                        cause,
                    }
                }
            },
        );
    }

    pub(super) fn heartbeat(&mut self, token: &str) {
        let Some(id) = self.tokens.get(token).copied() else {
            return;
        };
        let Some(Pending::Task(call)) = self.frame(id).map(|f| &f.pending) else {
            return;
        };
        let Some((old, interval)) = call.heartbeat else {
            return;
        };
        self.cancel_timer(old);
        let at = self.now.checked_add_signed(interval).unwrap_or(self.now);
        let timer = self.set_timer_at(Alarm::Heartbeat(id), at);
        if let Some(Pending::Task(call)) = self.frame_mut(id).map(|f| &mut f.pending) {
            call.heartbeat = Some((timer, interval));
        }
    }
}
