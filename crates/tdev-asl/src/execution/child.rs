//! What is kept of a child of a distributed Map once it is through.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::context::{Identity, timestamp};
use crate::Json;
use crate::definition::{MapState, Transformation};
use crate::failure::Failure;

impl MapState {
    /// The result of a child that succeeded.
    pub(super) fn kept_of(&self, child: &Identity, output: Json, now: DateTime<Utc>) -> Json {
        match self.writer.as_ref().map(|w| w.transformation) {
            Some(Transformation::None) => {
                let mut about = describe(child, "SUCCEEDED", now);
                about["Output"] = output.to_string().into();
                about["OutputDetails"] = json!({"Included": true});
                about["RedriveStatus"] = "NOT_REDRIVABLE".into();
                about["RedriveStatusReason"] =
                    "Execution is SUCCEEDED and cannot be redriven".into();
                Arc::new(about)
            }
            _ => output,
        }
    }
}

/// What stands in the results for a child that failed, whatever the transformation.
pub(super) fn kept_of_failed(child: &Identity, failure: &Failure, now: DateTime<Utc>) -> Json {
    let mut about = describe(child, "FAILED", now);
    for (field, text) in [("Error", &failure.error), ("Cause", &failure.cause)] {
        if let Some(text) = text {
            about[field] = text.as_str().into();
        }
    }
    about["RedriveStatus"] = "REDRIVABLE_BY_MAP_RUN".into();
    Arc::new(about)
}

fn describe(child: &Identity, status: &str, now: DateTime<Utc>) -> Value {
    json!({
        "ExecutionArn": child.setting.execution_arn(&child.name),
        "Input": child.input.to_string(),
        "InputDetails": {"Included": true},
        "Name": *child.name,
        "RedriveCount": 0,
        "StartDate": timestamp(child.started_at),
        "StateMachineArn": child.setting.machine_arn(),
        "Status": status,
        "StopDate": timestamp(now),
    })
}
