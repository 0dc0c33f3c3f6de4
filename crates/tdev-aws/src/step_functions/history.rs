//! Events of a history as the JSON GetExecutionHistory sends, which the SDK takes apart.

use aws_sdk_sfn::types::HistoryEvent;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// The state an event names.
pub(super) fn state_of(event: &HistoryEvent) -> Option<&str> {
    let entered = event.state_entered_event_details.as_ref().map(|d| d.name());
    let exited = || event.state_exited_event_details.as_ref().map(|d| d.name());
    let evaluated = || {
        event
            .evaluation_failed_event_details
            .as_ref()
            .map(|d| d.state())
    };
    entered.or_else(exited).or_else(evaluated)
}

/// The whole event. Details of kinds that these state machines do not have are left out.
pub(super) fn json_of(event: &HistoryEvent, at: DateTime<Utc>) -> Value {
    let mut whole = json!({
        "timestamp": at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "type": event.r#type.as_str(),
        "id": event.id,
        "previousEventId": event.previous_event_id,
    });
    if let (Some((name, details)), Some(whole)) = (details_of(event), whole.as_object_mut()) {
        whole.insert(name.to_owned(), Value::Object(details));
    }
    whole
}

/// `{"error", "cause"}` of every kind of failure.
macro_rules! failures {
    ($event:ident: $($field:ident => $name:literal),* $(,)?) => {
        $(if let Some(d) = &$event.$field {
            return Some(($name, of([("error", text(d.error.as_deref())), ("cause", text(d.cause.as_deref()))])));
        })*
    };
}

fn details_of(event: &HistoryEvent) -> Option<(&'static str, Map<String, Value>)> {
    if let Some(d) = &event.state_entered_event_details {
        let fields = [("name", json!(d.name)), ("input", text(d.input.as_deref()))];
        return Some(("stateEnteredEventDetails", of(fields)));
    }
    if let Some(d) = &event.state_exited_event_details {
        let fields = [
            ("name", json!(d.name)),
            ("output", text(d.output.as_deref())),
            ("assignedVariables", json!(d.assigned_variables)),
        ];
        return Some(("stateExitedEventDetails", of(fields)));
    }
    if let Some(d) = &event.execution_started_event_details {
        let fields = [
            ("input", text(d.input.as_deref())),
            ("roleArn", text(d.role_arn.as_deref())),
        ];
        return Some(("executionStartedEventDetails", of(fields)));
    }
    if let Some(d) = &event.execution_succeeded_event_details {
        let fields = [("output", text(d.output.as_deref()))];
        return Some(("executionSucceededEventDetails", of(fields)));
    }
    if let Some(d) = &event.execution_redriven_event_details {
        let fields = [("redriveCount", json!(d.redrive_count))];
        return Some(("executionRedrivenEventDetails", of(fields)));
    }
    if let Some(d) = &event.lambda_function_scheduled_event_details {
        let fields = [
            ("resource", json!(d.resource)),
            ("input", text(d.input.as_deref())),
            ("timeoutInSeconds", json!(d.timeout_in_seconds)),
        ];
        return Some(("lambdaFunctionScheduledEventDetails", of(fields)));
    }
    if let Some(d) = &event.lambda_function_succeeded_event_details {
        let fields = [("output", text(d.output.as_deref()))];
        return Some(("lambdaFunctionSucceededEventDetails", of(fields)));
    }
    task(event).or_else(|| map(event)).or_else(|| failed(event))
}

fn task(event: &HistoryEvent) -> Option<(&'static str, Map<String, Value>)> {
    if let Some(d) = &event.task_scheduled_event_details {
        let fields = [
            ("resourceType", json!(d.resource_type)),
            ("resource", json!(d.resource)),
            ("region", json!(d.region)),
            ("parameters", json!(d.parameters)),
            ("timeoutInSeconds", json!(d.timeout_in_seconds)),
            ("heartbeatInSeconds", json!(d.heartbeat_in_seconds)),
        ];
        return Some(("taskScheduledEventDetails", of(fields)));
    }
    if let Some(d) = &event.task_started_event_details {
        let fields = [
            ("resourceType", json!(d.resource_type)),
            ("resource", json!(d.resource)),
        ];
        return Some(("taskStartedEventDetails", of(fields)));
    }
    if let Some(d) = &event.task_submitted_event_details {
        let fields = [
            ("resourceType", json!(d.resource_type)),
            ("resource", json!(d.resource)),
            ("output", text(d.output.as_deref())),
        ];
        return Some(("taskSubmittedEventDetails", of(fields)));
    }
    let d = event.task_succeeded_event_details.as_ref()?;
    let fields = [
        ("resourceType", json!(d.resource_type)),
        ("resource", json!(d.resource)),
        ("output", text(d.output.as_deref())),
    ];
    Some(("taskSucceededEventDetails", of(fields)))
}

fn map(event: &HistoryEvent) -> Option<(&'static str, Map<String, Value>)> {
    if let Some(d) = &event.map_state_started_event_details {
        return Some((
            "mapStateStartedEventDetails",
            of([("length", json!(d.length))]),
        ));
    }
    let iterations = [
        (
            "mapIterationStartedEventDetails",
            &event.map_iteration_started_event_details,
        ),
        (
            "mapIterationSucceededEventDetails",
            &event.map_iteration_succeeded_event_details,
        ),
        (
            "mapIterationFailedEventDetails",
            &event.map_iteration_failed_event_details,
        ),
        (
            "mapIterationAbortedEventDetails",
            &event.map_iteration_aborted_event_details,
        ),
    ];
    iterations.into_iter().find_map(|(name, details)| {
        let d = details.as_ref()?;
        let fields = [("name", text(d.name.as_deref())), ("index", json!(d.index))];
        Some((name, of(fields)))
    })
}

fn failed(event: &HistoryEvent) -> Option<(&'static str, Map<String, Value>)> {
    failures!(event:
        execution_failed_event_details => "executionFailedEventDetails",
        execution_aborted_event_details => "executionAbortedEventDetails",
        execution_timed_out_event_details => "executionTimedOutEventDetails",
        lambda_function_failed_event_details => "lambdaFunctionFailedEventDetails",
        lambda_function_timed_out_event_details => "lambdaFunctionTimedOutEventDetails",
        lambda_function_schedule_failed_event_details => "lambdaFunctionScheduleFailedEventDetails",
        lambda_function_start_failed_event_details => "lambdaFunctionStartFailedEventDetails",
        task_failed_event_details => "taskFailedEventDetails",
        task_timed_out_event_details => "taskTimedOutEventDetails",
        task_start_failed_event_details => "taskStartFailedEventDetails",
        task_submit_failed_event_details => "taskSubmitFailedEventDetails",
        evaluation_failed_event_details => "evaluationFailedEventDetails",
    );
    None
}

fn text(value: Option<&str>) -> Value {
    json!(value)
}

/// An object of what is there.
fn of<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
