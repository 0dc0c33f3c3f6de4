//! What every adapter of a store port must do, wherever it keeps its data. Each suite takes an
//! empty store.

pub(crate) mod approvals;
pub(crate) mod artifacts;
pub(crate) mod events;
pub(crate) mod ledger;
pub(crate) mod past_plans;
pub(crate) mod registry;
pub(crate) mod runs;
pub(crate) mod services;
pub(crate) mod sessions;
pub(crate) mod test_runs;
pub(crate) mod vectors;
pub(crate) mod workflows;

use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};

/// A valid component with a field or two of its own.
pub(crate) fn component(name: &str, with: &Value) -> Component {
    let mut record =
        json!({"name": name, "type": "agent", "brain_count": 1, "class": format!("m.{name}")});
    for (field, value) in with.as_object().into_iter().flatten() {
        record[field] = value.clone();
    }
    serde_json::from_value(record).unwrap()
}

/// A run under way.
pub(crate) fn run(id: &str) -> Run {
    Run {
        id: id.to_owned(),
        project: "demo".to_owned(),
        kind: RunKind::Orchestrate,
        status: RunStatus::Running,
        request: RunRequest {
            goal: Some("do it".to_owned()),
            ..RunRequest::default()
        },
        started_at: "2026-03-01T10:00:00Z".parse().unwrap(),
        redrives: 0,
        ended_at: None,
        output: None,
        error: None,
    }
}
