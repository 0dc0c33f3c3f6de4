//! The JSON of an event: fields and nesting are AWS's, payloads are JSON in strings.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Details, HistoryEvent};
use crate::Json;
use crate::execution::timestamp;

impl Serialize for HistoryEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let details = details(self);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &timestamp(self.timestamp))?;
        map.serialize_entry("type", self.kind)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("previousEventId", &self.previous_event_id)?;
        if !details.is_empty() {
            map.serialize_entry(&details_name(self.kind), &details)?;
        }
        map.end()
    }
}

/// All state events share two names; every other event has its own.
fn details_name(kind: &str) -> String {
    if kind.ends_with("StateEntered") {
        return "stateEnteredEventDetails".to_owned();
    }
    if kind.ends_with("StateExited") {
        return "stateExitedEventDetails".to_owned();
    }
    let mut name = String::with_capacity(kind.len() + 12);
    let mut letters = kind.chars();
    name.extend(letters.next().map(|c| c.to_ascii_lowercase()));
    name.push_str(letters.as_str());
    name.push_str("EventDetails");
    name
}

fn details(event: &HistoryEvent) -> Map<String, Value> {
    let mut map = Map::new();
    let name = |map: &mut Map<String, Value>| {
        if let Some(state) = &event.state {
            map.insert("name".to_owned(), (**state).into());
        }
    };
    match &event.details {
        Details::None => {}
        Details::Started { input, role_arn } => {
            payload(&mut map, "input", input);
            map.insert("roleArn".to_owned(), role_arn.as_str().into());
        }
        Details::Entered { input } => {
            name(&mut map);
            payload(&mut map, "input", input);
        }
        Details::Exited { output, assigned } => {
            name(&mut map);
            payload(&mut map, "output", output);
            if !assigned.is_empty() {
                let texts = assigned
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_string().into()));
                map.insert(
                    "assignedVariables".to_owned(),
                    Value::Object(texts.collect()),
                );
                map.insert(
                    "assignedVariablesDetails".to_owned(),
                    serde_json::json!({"truncated": false}),
                );
            }
        }
        Details::Output { output } => payload(&mut map, "output", output),
        Details::Failed { error, cause } => failure(&mut map, error, cause),
        Details::Evaluation {
            error,
            cause,
            location,
        } => {
            failure(&mut map, error, cause);
            map.insert("location".to_owned(), location.as_str().into());
            if let Some(state) = &event.state {
                map.insert("state".to_owned(), (**state).into());
            }
        }
        Details::FunctionScheduled {
            resource,
            input,
            timeout,
            heartbeat,
        } => {
            map.insert("resource".to_owned(), resource.as_str().into());
            payload(&mut map, "input", input);
            limits(&mut map, *timeout, *heartbeat);
        }
        Details::TaskScheduled {
            region,
            service,
            action,
            parameters,
            timeout,
            heartbeat,
        } => {
            kind(&mut map, service, action);
            map.insert("region".to_owned(), region.as_str().into());
            map.insert("parameters".to_owned(), parameters.to_string().into());
            limits(&mut map, *timeout, *heartbeat);
        }
        Details::TaskStarted { service, action } => kind(&mut map, service, action),
        Details::TaskOutput {
            service,
            action,
            output,
        } => {
            kind(&mut map, service, action);
            payload(&mut map, "output", output);
        }
        Details::TaskFailed {
            service,
            action,
            error,
            cause,
        } => {
            kind(&mut map, service, action);
            failure(&mut map, error, cause);
        }
        Details::Length { length } => {
            map.insert("length".to_owned(), (*length).into());
        }
        Details::Iteration { index } => {
            name(&mut map);
            map.insert("index".to_owned(), (*index).into());
        }
        Details::MapRun { arn } => {
            map.insert("mapRunArn".to_owned(), arn.as_str().into());
        }
        Details::Redriven { count } => {
            map.insert("redriveCount".to_owned(), (*count).into());
        }
        Details::MapRunRedriven { arn, count } => {
            map.insert("mapRunArn".to_owned(), arn.as_str().into());
            map.insert("redriveCount".to_owned(), (*count).into());
        }
    }
    map
}

fn payload(map: &mut Map<String, Value>, field: &str, value: &Json) {
    map.insert(field.to_owned(), value.to_string().into());
    map.insert(
        format!("{field}Details"),
        serde_json::json!({"truncated": false}),
    );
}

fn failure(map: &mut Map<String, Value>, error: &Option<String>, cause: &Option<String>) {
    if let Some(error) = error {
        map.insert("error".to_owned(), error.as_str().into());
    }
    if let Some(cause) = cause {
        map.insert("cause".to_owned(), cause.as_str().into());
    }
}

fn kind(map: &mut Map<String, Value>, service: &str, action: &str) {
    map.insert("resourceType".to_owned(), service.into());
    map.insert("resource".to_owned(), action.into());
}

fn limits(map: &mut Map<String, Value>, timeout: Option<u64>, heartbeat: Option<u64>) {
    if let Some(seconds) = timeout {
        map.insert("timeoutInSeconds".to_owned(), seconds.into());
    }
    if let Some(seconds) = heartbeat {
        map.insert("heartbeatInSeconds".to_owned(), seconds.into());
    }
}
