//! Checks the engine against recorded runs: what a definition and an input led to elsewhere.

mod compare;
mod mock;
mod report;

pub use mock::{FunctionMocks, id_function};
pub use report::{Report, Verdict};

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::{ExecutionOptions, Outcome, StateMachine, VirtualClock, run};

/// One recorded run.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// Unique; what stands before the first `/` is the group.
    pub id: String,
    /// The definition.
    pub definition: Value,
    /// The input.
    pub input: Value,
    /// SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
    pub status: String,
    /// The output, where it succeeded.
    #[serde(default)]
    pub output: Value,
    /// The error, where it failed with one.
    #[serde(default)]
    pub error: Option<String>,
    /// The cause, where it failed with one: text, or the JSON the text holds.
    #[serde(default)]
    pub cause: Value,
    /// The states entered, in one possible order.
    #[serde(default)]
    pub states_entered: Vec<String>,
    /// The history's event types, in one possible order. A recording without `ExecutionStarted`
    /// kept no history.
    #[serde(default)]
    pub events: Vec<String>,
}

impl Case {
    /// The group the case belongs to.
    pub fn group(&self) -> &str {
        self.id.split_once('/').map_or("other", |(group, _)| group)
    }
}

/// Runs one case with the recorded functions and compares everything the recording kept.
pub async fn check(case: &Case) -> Verdict {
    let verdict = |differences| Verdict {
        id: case.id.clone(),
        group: case.group().to_owned(),
        differences,
    };
    let machine = match StateMachine::from_value(&case.definition) {
        Ok(machine) => Arc::new(machine),
        Err(invalid) => return verdict(vec![format!("refused: {invalid}")]),
    };
    let options = ExecutionOptions {
        name: "corpus".to_owned(),
        clock: Arc::new(VirtualClock::default()),
        keep_history: true,
        seed: Some(1),
        ..ExecutionOptions::default()
    };
    match run(
        machine,
        case.input.clone(),
        Arc::new(FunctionMocks),
        options,
    )
    .await
    {
        Ok(outcome) => verdict(differences(case, &outcome)),
        Err(error) => verdict(vec![format!("not run: {error}")]),
    }
}

/// Runs every case.
pub async fn check_all(cases: &[Case]) -> Report {
    let mut verdicts = Vec::with_capacity(cases.len());
    for case in cases {
        verdicts.push(check(case).await);
    }
    Report { verdicts }
}

fn differences(case: &Case, outcome: &Outcome) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |what: &str, expected: &Value, actual: &Value| {
        if !compare::same(expected, actual) {
            found.push(format!("{what}: expected {expected} but was {actual}"));
        }
    };
    note(
        "status",
        &case.status.as_str().into(),
        &outcome.status.as_str().into(),
    );
    if case.status == "SUCCEEDED" {
        note(
            "output",
            &case.output,
            outcome.output.as_ref().unwrap_or(&Value::Null),
        );
    } else {
        note(
            "error",
            &case.error.clone().into(),
            &outcome.error.clone().into(),
        );
        note("cause", &case.cause, &outcome.cause.clone().into());
    }
    if case.events.iter().any(|e| e == "ExecutionStarted") {
        let entered: Vec<&str> = outcome
            .history
            .iter()
            .filter(|e| e.enters_state())
            .filter_map(crate::HistoryEvent::state_name)
            .collect();
        note(
            "states entered",
            &sorted(&case.states_entered),
            &sorted(&entered),
        );
        let events: Vec<&str> = outcome
            .history
            .iter()
            .map(crate::HistoryEvent::event_type)
            .collect();
        note("events", &sorted(&case.events), &sorted(&events));
    }
    found
}

fn sorted(names: &[impl AsRef<str>]) -> Value {
    let mut names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.sort_unstable();
    names.into_iter().collect()
}
