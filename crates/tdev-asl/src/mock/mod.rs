//! Tasks that answer what a file says, so that a definition can be run with nothing behind it.

mod read;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures::FutureExt as _;
use serde_json::Value;

use crate::definition::{Form, Resource};
use crate::{
    ExecutionOptions, Handle, HistoryEvent, Observer, StateMachine, TaskFailure, TaskHandler,
    TaskRequest,
};

/// Answers of tasks, read from a mock file for one machine.
///
/// Two forms are read. AWS's, as Step Functions Local has it, is told by its `MockedResponses`:
/// a test case names a response for each state, and a response says what each attempt gives
/// (`"0"`, `"1-3"`). The short one has a list of answers by state name, by `Resource`, or by the
/// function that `lambda:invoke` calls; they are given in turn, and the last one repeats:
///
/// ```json
/// {"Pay": [{"throw": {"error": "Busy", "cause": "try later"}}, {"return": {"paid": true}}]}
/// ```
///
/// A task that nothing answers fails with `States.Runtime`, which no Catch can hide.
#[derive(Debug, Default)]
pub struct Mocks {
    keys: HashMap<String, Script>,
    /// The resource of each Task as written, by state.
    resources: HashMap<String, Resource>,
    /// Where the key of a missing answer belongs, for messages.
    place: String,
    asked: Mutex<HashMap<String, usize>>,
    handle: Handle,
    /// Answers to give under a token once the call is submitted, by state.
    submitted: Mutex<HashMap<String, Vec<(String, Answer)>>>,
}

/// What a task comes to.
type Answer = Result<Value, TaskFailure>;

/// The answers under one key.
#[derive(Debug, Clone, PartialEq)]
enum Script {
    /// By call: the first, the second, and so on; the last one repeats.
    Calls(Vec<Answer>),
    /// By attempt, from 0, and the pointer to where they stand.
    Attempts(Vec<Answer>, String),
}

impl Mocks {
    /// No answers at all: the first task fails and says what is missing.
    pub fn none(machine: &StateMachine) -> Self {
        let resources = machine.tasks().map(|(state, resource)| {
            let resource = Resource::read(resource);
            (state.to_owned(), resource)
        });
        Self {
            resources: resources.collect(),
            place: "the mocks".to_owned(),
            ..Self::default()
        }
    }

    /// Has `options` tell the mocks of calls that wait for a task token, so that they are
    /// answered too. Replaces the options' handle and observer.
    pub fn attend(self: &Arc<Self>, options: &mut ExecutionOptions) {
        options.handle = Some(self.handle.clone());
        options.observer = Some(Arc::clone(self) as Arc<dyn Observer>);
    }

    fn answer(&self, request: &TaskRequest) -> Answer {
        let written = self.resources.get(&request.state);
        let names = [
            Some(request.state.as_str()),
            written.map(|resource| resource.text.as_str()),
            Some(request.resource.as_str()),
        ];
        let found = names
            .into_iter()
            .flatten()
            .find_map(|name| Some((name, self.keys.get(name)?)));
        match found {
            Some((key, Script::Calls(answers))) => {
                let mut asked = lock(&self.asked);
                let calls = asked.entry(key.to_owned()).or_default();
                *calls += 1;
                let answer = answers.get(*calls - 1).or(answers.last());
                answer.cloned().unwrap_or_else(|| self.missing(request))
            }
            Some((_, Script::Attempts(answers, pointer))) => {
                let attempt = usize::try_from(request.attempt).unwrap_or(usize::MAX);
                let answer = answers.get(attempt).cloned().unwrap_or_else(|| {
                    Err(unanswered(format!(
                        "no mock answers attempt {attempt} of the state `{}`: the key `{attempt}` is missing in {pointer}",
                        request.state
                    )))
                });
                let enveloped = written.is_some_and(|r| r.form == Form::LambdaInvoke);
                answer.map(|value| if enveloped { payload(value) } else { value })
            }
            None => self.missing(request),
        }
    }

    fn missing(&self, request: &TaskRequest) -> Answer {
        let written = self.resources.get(&request.state);
        let resource = written.map_or(request.resource.as_str(), |r| r.text.as_str());
        let called = if resource == request.resource {
            format!("`{resource}`")
        } else {
            format!("`{}` by `{resource}`", request.resource)
        };
        Err(unanswered(format!(
            "no mock answers the state `{}`, which calls {called}: the key `{}` in {} would",
            request.state, request.state, self.place
        )))
    }
}

/// The state fails, and nothing may take that for a failure of the task.
fn unanswered(cause: String) -> TaskFailure {
    TaskFailure::new(crate::failure::names::RUNTIME, cause)
}

/// AWS's form has the whole answer of `lambda:invoke`; the engine puts its own around the payload.
fn payload(value: Value) -> Value {
    match value {
        Value::Object(mut envelope) => match envelope.remove("Payload") {
            Some(payload) => payload,
            None => Value::Object(envelope),
        },
        other => other,
    }
}

#[async_trait]
impl TaskHandler for Mocks {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        let answer = self.answer(&req);
        let Some(token) = req.task_token else {
            return answer;
        };
        match answer {
            // A call that cannot even be made is no answer to its token.
            Err(failure) if failure.error == crate::failure::names::RUNTIME => Err(failure),
            answer => {
                let mut submitted = lock(&self.submitted);
                let waiting = submitted.entry(req.state).or_default();
                waiting.push((token, answer));
                Ok(Value::Null)
            }
        }
    }
}

impl Observer for Mocks {
    fn event(&self, _execution: &str, e: &HistoryEvent) {
        if e.event_type() != "TaskSubmitted" {
            return;
        }
        let waiting = e
            .state_name()
            .and_then(|state| lock(&self.submitted).remove(state));
        for (token, answer) in waiting.into_iter().flatten() {
            // The first poll sends the answer; that it is kept need not be waited for.
            let _sent = self.handle.complete_token(&token, answer).now_or_never();
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
