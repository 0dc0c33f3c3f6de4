//! The trace of an execution: its component calls, read from its history alone, so that a resumed
//! run's trace is as complete as any other.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::agent_io::TraceStep;
use crate::run::RunEvent;
use crate::{Code, Error};

/// The component calls in the history of one execution, in order of starting.
///
/// Branches and iterations interleave, so each call is followed by its events' `previousEventId`.
/// A call that was under way when the execution ended carries `Cancelled`.
pub fn trace_of(events: &[RunEvent]) -> Vec<TraceStep> {
    let mut tracer = Tracer::default();
    for event in events {
        tracer.take(event);
    }
    tracer.finish()
}

#[derive(Default)]
struct Tracer {
    calls: Vec<Call>,
    /// The call an event belongs to, by the event's id.
    places: HashMap<u64, usize>,
    last: Option<DateTime<Utc>>,
    ended: bool,
}

struct Call {
    entered: DateTime<Utc>,
    last: DateTime<Utc>,
    work: Option<Work>,
    attempts: u32,
    /// Whether the present attempt has no answer yet.
    open: bool,
    output: Value,
    error: Option<Error>,
}

/// What the `component` function is asked.
struct Work {
    step: String,
    component: String,
    input: Value,
}

impl Tracer {
    fn take(&mut self, event: &RunEvent) {
        self.last = Some(event.at);
        let previous = event.event.get("previousEventId").and_then(Value::as_u64);
        let place = previous.and_then(|id| self.places.get(&id)).copied();
        let kind = event.kind.as_str();
        if kind == "TaskStateEntered" {
            self.places.insert(event.event_id, self.calls.len());
            self.calls.push(Call::entered(event.at));
            return;
        }
        if kind.starts_with("Execution") {
            self.ended = !matches!(kind, "ExecutionStarted" | "ExecutionRedriven");
        }
        let Some((place, call)) = place.and_then(|at| Some((at, self.calls.get_mut(at)?))) else {
            return;
        };
        call.last = event.at;
        if kind == "TaskStateExited" {
            return;
        }
        self.places.insert(event.event_id, place);
        let details = details(event);
        match kind {
            "LambdaFunctionScheduled" => {
                let arn = details
                    .and_then(|d| d.get("resource"))
                    .and_then(Value::as_str);
                call.schedule(arn, payload(details, "input"));
            }
            "TaskScheduled" => {
                let mut parameters = payload(details, "parameters");
                let asked = parameters
                    .get_mut("Payload")
                    .map(Value::take)
                    .unwrap_or_default();
                let arn = parameters.get("FunctionName").and_then(Value::as_str);
                call.schedule(arn, asked);
            }
            "LambdaFunctionSucceeded" => call.succeed(payload(details, "output")),
            "TaskSucceeded" => {
                let mut output = payload(details, "output");
                call.succeed(output.get_mut("Payload").map(Value::take).unwrap_or(output));
            }
            _ if kind.ends_with("Failed") || kind.ends_with("TimedOut") => {
                let text = |field| {
                    details
                        .and_then(|d| d.get(field))
                        .and_then(Value::as_str)
                        .unwrap_or("")
                };
                call.fail(text("error"), text("cause"));
            }
            _ => {}
        }
    }

    fn finish(self) -> Vec<TraceStep> {
        let end = self.last.filter(|_| self.ended);
        let called = self
            .calls
            .into_iter()
            .filter_map(|mut call| Some((call.work.take()?, call)));
        (1..)
            .zip(called)
            .map(|(step, (work, call))| call.into_step(step, work, end))
            .collect()
    }
}

impl Call {
    const fn entered(at: DateTime<Utc>) -> Self {
        Self {
            entered: at,
            last: at,
            work: None,
            attempts: 0,
            open: false,
            output: Value::Null,
            error: None,
        }
    }

    fn schedule(&mut self, arn: Option<&str>, mut asked: Value) {
        if !arn.is_some_and(runs_components) {
            return;
        }
        self.attempts += 1;
        self.open = true;
        let mut take = |field| asked.get_mut(field).map(Value::take).unwrap_or_default();
        let text = |value: Value| value.as_str().map(str::to_owned).unwrap_or_default();
        let (step, component, input) = (text(take("step")), text(take("component")), take("input"));
        self.work = Some(Work {
            step,
            component,
            input,
        });
    }

    fn succeed(&mut self, output: Value) {
        self.open = false;
        self.output = output;
        self.error = None;
    }

    fn fail(&mut self, error: &str, cause: &str) {
        // What goes wrong after the component has answered is not its failure.
        if std::mem::take(&mut self.open) {
            self.error = Some(Error::from_failure(error, cause));
        }
    }

    fn into_step(self, step: u32, work: Work, end: Option<DateTime<Utc>>) -> TraceStep {
        let cut = end.filter(|_| self.open);
        let error =
            cut.map(|_| Error::new(Code::Cancelled, "the workflow ended before this step did"));
        let took = cut.unwrap_or(self.last).signed_duration_since(self.entered);
        TraceStep {
            step,
            id: work.step,
            agent: work.component,
            input: work.input,
            output: self.output,
            started_at: self.entered.to_rfc3339_opts(SecondsFormat::Millis, true),
            duration_ms: took.as_seconds_f64() * 1000.0,
            attempts: self.attempts,
            error: self.error.or(error),
        }
    }
}

/// Whether this is the function that runs components: `…:function:component`, or a stack's
/// `…:function:<stack>-component`.
fn runs_components(arn: &str) -> bool {
    let function = arn.split_once(":function:").map_or("", |(_, name)| name);
    let name = function.split(':').next().unwrap_or_default();
    name == "component" || name.ends_with("-component")
}

/// An event's details, under the name AWS gives them.
fn details(event: &RunEvent) -> Option<&Value> {
    let mut letters = event.kind.chars();
    let first = letters.next()?.to_ascii_lowercase();
    event
        .event
        .get(format!("{first}{}EventDetails", letters.as_str()))
}

/// A payload, which histories carry as JSON in a string.
fn payload(details: Option<&Value>, field: &str) -> Value {
    let text = details.and_then(|d| d.get(field)).and_then(Value::as_str);
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
