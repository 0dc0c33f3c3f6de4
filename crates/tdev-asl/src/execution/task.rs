//! Task states: the call is made outside, and its answer, its silence or its token come back in.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::Value;

use super::effect::{Effect, Job};
use super::enter::Step;
use super::frame::{Call, FrameId, Line, Pending};
use super::leave::{gone, too_large};
use super::{Alarm, Execution, size_within_limit};
use crate::Json;
use crate::definition::{Form, Pattern, Resource, ResultPath, State, Task};
use crate::driver::{Redriven, TaskRequest};
use crate::failure::Failure;
use crate::history::Details;
use crate::template::Language;

/// The names of a task's events: scheduled, started, succeeded, failed, timed out.
pub(super) type EventNames = [&'static str; 5];

const FUNCTION: EventNames = [
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionSucceeded",
    "LambdaFunctionFailed",
    "LambdaFunctionTimedOut",
];
const TASK: EventNames = [
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskFailed",
    "TaskTimedOut",
];

/// What a task is called with.
struct Prepared {
    arguments: Json,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
    context: super::TaskContext,
}

impl Execution {
    pub(super) fn start_task(
        &mut self,
        id: FrameId,
        state: &State,
        task: &Task,
    ) -> Result<Step, Failure> {
        let call_id = self.next_id();
        let token = (task.resource.pattern == Pattern::Token).then(|| self.new_token(call_id));
        let prepared = self.prepare(id, state, task, token.as_ref())?;
        self.emit_scheduled(id, state, &task.resource, &prepared);
        let tail = prepared.arguments.get("LogType").and_then(Value::as_str) == Some("Tail");
        let (resource, input) = address(&task.resource, prepared.arguments)?;
        let timeout = prepared
            .timeout
            .map(|s| self.set_timer(Alarm::Timeout(id), seconds(s)));
        // Only the holder of a token can give a sign of life.
        let heartbeat = prepared.heartbeat.filter(|_| token.is_some()).map(|s| {
            let timer = self.set_timer(Alarm::Heartbeat(id), seconds(s));
            (
                timer,
                TimeDelta::seconds(i64::try_from(s).unwrap_or(i64::MAX / 1000)),
            )
        });
        // The journal and the token are the root's, whosever child makes the call.
        let execution = Arc::clone(&self.identity.as_ref().ok_or_else(gone)?.name);
        if task.uses_input_up(state) && self.may_use_up(state) {
            self.use_up(id)?;
        }
        let frame = self.frame_mut(id).ok_or_else(gone)?;
        let line = match frame.pending {
            Pending::Stopped(Some(line)) => line,
            _ => Line {
                first: call_id,
                redrives: 0,
            },
        };
        frame.pending = Pending::Task(Box::new(Call {
            id: call_id,
            timeout,
            heartbeat,
            token: token.clone(),
            tail,
            line,
        }));
        let request = TaskRequest {
            resource,
            input: Arc::unwrap_or_clone(input),
            state: state.name.to_string(),
            idempotency_token: self.idempotency_token(call_id),
            redriven: (line.redrives > 0).then(|| Redriven {
                first_token: self.idempotency_token(line.first),
                redrives: line.redrives,
            }),
            attempt: prepared.context.retry_count,
            task_token: token.as_deref().map(str::to_owned),
            timeout: prepared.timeout.map(Duration::from_secs),
            execution,
            context: prepared.context,
        };
        self.tasks.insert(call_id, id);
        let by_token = token.is_some();
        if let Some(token) = token {
            self.tokens.insert(token, id);
        }
        self.effects.push(Effect::RunTask {
            id: call_id,
            token: by_token,
            job: Job::Task(Box::new(request)),
        });
        Ok(Step::Arranged)
    }

    fn prepare(
        &self,
        id: FrameId,
        state: &State,
        task: &Task,
        token: Option<&Arc<str>>,
    ) -> Result<Prepared, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let mut context = self.context(frame, state).ok_or_else(gone)?;
        context.token = token.map(Arc::clone);
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let env = raw.with_input(&effective);
        let arguments = match &task.shaping.arguments {
            Some(template) => template.eval(&env)?,
            None => Arc::clone(&effective),
        };
        let timeout = task
            .timeout
            .as_ref()
            .map(|a| a.seconds("TimeoutSeconds", &env))
            .transpose()?;
        let heartbeat = task
            .heartbeat
            .as_ref()
            .map(|a| a.seconds("HeartbeatSeconds", &env))
            .transpose()?;
        if !Arc::ptr_eq(&arguments, &frame.input) && size_within_limit(&arguments).is_none() {
            return Err(too_large(task.resource.label()));
        }
        Ok(Prepared {
            arguments,
            timeout,
            heartbeat,
            context,
        })
    }

    fn new_token(&self, call: u64) -> Arc<str> {
        let mut random = self.random.get();
        let secret = random.next();
        self.random.set(random);
        let name = self.identity.as_ref().map_or("", |i| &i.name);
        format!("{}.{call}.{secret:016x}", URL_SAFE_NO_PAD.encode(name)).into()
    }

    /// The same for every run of the same call, so that whoever is called can tell.
    fn idempotency_token(&self, call: u64) -> String {
        let mut token = String::with_capacity(self.token_prefix.len() + 8);
        token.push_str(&self.token_prefix);
        // Writing to a string cannot fail.
        let _ = write!(token, "{call}");
        token
    }

    fn emit_scheduled(
        &mut self,
        id: FrameId,
        state: &State,
        resource: &Resource,
        prepared: &Prepared,
    ) {
        let names = names_of(resource);
        let (timeout, heartbeat) = (prepared.timeout, prepared.heartbeat);
        let region = match self.setting.write_events {
            true => self
                .setting
                .machine_arn()
                .split(':')
                .nth(3)
                .map(str::to_owned),
            false => None,
        };
        self.emit(id, names[0], Some(&state.name), || match &resource.form {
            Form::Function => Details::FunctionScheduled {
                resource: resource.text.clone(),
                input: Arc::clone(&prepared.arguments),
                timeout,
                heartbeat,
            },
            _ => {
                let (service, action) = labels(resource);
                let parameters = Arc::clone(&prepared.arguments);
                Details::TaskScheduled {
                    region: region.unwrap_or_default(),
                    service,
                    action,
                    parameters,
                    timeout,
                    heartbeat,
                }
            }
        });
        self.emit(id, names[1], Some(&state.name), || match &resource.form {
            Form::Function => Details::None,
            _ => {
                let (service, action) = labels(resource);
                Details::TaskStarted { service, action }
            }
        });
    }
}

impl Task {
    /// Whether the state's input goes to the call as it is, and nothing else asks for it.
    fn uses_input_up(&self, state: &State) -> bool {
        let asked = match state.language {
            Language::JsonPath => !matches!(self.shaping.path, ResultPath::Replace),
            Language::Jsonata => !state.assign.is_empty() || state.output.is_some(),
        };
        self.shaping.arguments.is_none() && !asked
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 99999999")]
const fn seconds(whole: u64) -> f64 {
    whole as f64
}

pub(super) const fn names_of(resource: &Resource) -> &'static EventNames {
    match resource.form {
        Form::Function => &FUNCTION,
        _ => &TASK,
    }
}

/// AWS's `resourceType` and `resource` of a service integration.
pub(super) fn labels(resource: &Resource) -> (String, String) {
    let suffix = match resource.pattern {
        Pattern::Response => "",
        Pattern::Sync => resource
            .text
            .rfind(".sync")
            .map_or("", |at| &resource.text[at..]),
        Pattern::Token => ".waitForTaskToken",
    };
    match &resource.form {
        Form::LambdaInvoke => ("lambda".to_owned(), format!("invoke{suffix}")),
        Form::Service { service, action } => (service.clone(), format!("{action}{suffix}")),
        Form::Function => (String::new(), resource.text.clone()),
    }
}

/// Whom to call with what: `lambda:invoke` names the function and the payload in its arguments.
fn address(resource: &Resource, arguments: Json) -> Result<(String, Json), Failure> {
    if resource.form != Form::LambdaInvoke {
        return Ok((resource.text.clone(), arguments));
    }
    let Some(function) = arguments.get("FunctionName").and_then(Value::as_str) else {
        return Err(Failure::runtime(
            "The Parameters of the lambda:invoke integration do not name a FunctionName.",
        ));
    };
    let function = function.to_owned();
    let payload = match Arc::try_unwrap(arguments) {
        Ok(Value::Object(mut map)) => map.remove("Payload"),
        Ok(_) => None,
        Err(shared) => shared.get("Payload").cloned(),
    };
    let payload = payload.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    Ok((function, Arc::new(payload)))
}
