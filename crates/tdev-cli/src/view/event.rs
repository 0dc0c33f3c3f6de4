//! Reading one event of a run: what AWS's history event says, without its wrapping.

use serde_json::Value;
use tdev_core::Error;
use tdev_core::run::RunEvent;

/// What an event means for the state it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A state begins.
    Entered,
    /// A state ends.
    Exited,
    /// An attempt begins.
    Scheduled,
    /// The work waits to be answered from outside.
    Submitted,
    /// An attempt succeeded.
    Succeeded,
    /// An attempt failed.
    Failed,
    /// A loop begins an item.
    IterationStarted,
    /// The execution is done.
    ExecutionSucceeded,
    /// The execution failed, was aborted or ran out of time.
    ExecutionFailed,
    /// An execution that had failed goes on.
    ExecutionRedriven,
    /// Nothing a person needs to see.
    Other,
}

/// What the event means.
pub(crate) fn meaning(event: &RunEvent) -> Meaning {
    let kind = event.kind.as_str();
    let attempt = |end: &str| {
        ["Task", "LambdaFunction", "Activity"]
            .iter()
            .any(|of| kind.strip_prefix(of) == Some(end))
    };
    match kind {
        "ExecutionSucceeded" => Meaning::ExecutionSucceeded,
        "ExecutionFailed" | "ExecutionAborted" | "ExecutionTimedOut" => Meaning::ExecutionFailed,
        "ExecutionRedriven" => Meaning::ExecutionRedriven,
        "MapIterationStarted" => Meaning::IterationStarted,
        "EvaluationFailed" => Meaning::Failed,
        _ if kind.ends_with("StateEntered") => Meaning::Entered,
        _ if kind.ends_with("StateExited") => Meaning::Exited,
        _ if attempt("Scheduled") => Meaning::Scheduled,
        _ if attempt("Submitted") => Meaning::Submitted,
        _ if attempt("Succeeded") => Meaning::Succeeded,
        _ if ["Failed", "TimedOut", "ScheduleFailed", "StartFailed"]
            .iter()
            .any(|end| attempt(end)) =>
        {
            Meaning::Failed
        }
        _ => Meaning::Other,
    }
}

/// The id of the event this one follows from.
pub(crate) fn previous(event: &RunEvent) -> u64 {
    event
        .event
        .get("previousEventId")
        .and_then(Value::as_u64)
        .unwrap_or(0)
}

/// The state's name, wherever the event has it.
pub(crate) fn state(event: &RunEvent) -> Option<&str> {
    event
        .state
        .as_deref()
        .or_else(|| detail(event, "name")?.as_str())
}

/// A payload of the event, which AWS keeps as JSON in a string.
pub(crate) fn payload(event: &RunEvent, field: &str) -> Option<Value> {
    match detail(event, field)? {
        Value::String(text) => serde_json::from_str(text).ok(),
        other => Some(other.clone()),
    }
}

/// The failure the event tells of.
pub(crate) fn failure(event: &RunEvent) -> Error {
    let text = |field| detail(event, field).and_then(Value::as_str).unwrap_or("");
    let name = match text("error") {
        "" if event.kind.ends_with("TimedOut") => "States.Timeout",
        "" if event.kind == "ExecutionAborted" => "Cancelled",
        name => name,
    };
    Error::from_failure(name, text("cause"))
}

/// The first object inside a value that has all of these keys, the value itself included.
pub(crate) fn find<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    within(value, keys, 4)
}

fn within<'a>(value: &'a Value, keys: &[&str], depth: u32) -> Option<&'a Value> {
    match value {
        Value::Object(map) if keys.iter().all(|key| map.contains_key(*key)) => Some(value),
        Value::Object(map) if depth > 0 => map
            .values()
            .find_map(|inner| within(inner, keys, depth - 1)),
        Value::Array(items) if depth > 0 => items
            .iter()
            .find_map(|inner| within(inner, keys, depth - 1)),
        _ => None,
    }
}

fn detail<'a>(event: &'a RunEvent, field: &str) -> Option<&'a Value> {
    event
        .event
        .as_object()?
        .iter()
        .filter(|(name, _)| name.ends_with("EventDetails"))
        .find_map(|(_, details)| details.get(field))
}
