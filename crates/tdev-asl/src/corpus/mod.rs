//! Checks the engine against recorded runs: what a definition and an input led to elsewhere.

mod compare;
mod mock;
mod read;
mod report;

pub use mock::{FunctionMocks, id_function};
pub use read::{Unread, read};
pub use report::{Group, Report, Verdict};

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{ExecutionOptions, Outcome, StateMachine, VirtualClock, run};

/// A run that takes longer in real time will not end: no recorded one took so long to compute.
const PATIENCE: Duration = Duration::from_secs(30);

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
        group_of(&self.id)
    }

    /// What the recording says came of the run.
    pub fn expected(&self) -> Value {
        let mut told = json!({"status": self.status});
        if self.status == "SUCCEEDED" {
            told["output"] = self.output.clone();
        } else {
            told["error"] = json!(self.error);
            told["cause"] = self.cause.clone();
        }
        told["states_entered"] = json!(self.states_entered);
        told["events"] = json!(self.events);
        told
    }
}

fn group_of(id: &str) -> &str {
    id.split_once('/').map_or("other", |(group, _)| group)
}

/// Runs one case with the recorded functions and compares everything the recording kept.
pub async fn check(case: &Case) -> Verdict {
    let verdict = |got, differences| Verdict {
        id: case.id.clone(),
        group: case.group().to_owned(),
        expected: case.expected(),
        got,
        differences,
    };
    let machine = match StateMachine::from_value(&case.definition) {
        Ok(machine) => Arc::new(machine),
        Err(invalid) => {
            let reason = invalid.to_string();
            let got = json!({"refused": reason});
            return verdict(got, vec![format!("refused: {reason}")]);
        }
    };
    let options = ExecutionOptions {
        name: "corpus".to_owned(),
        clock: Arc::new(VirtualClock::default()),
        keep_history: true,
        seed: Some(1),
        ..ExecutionOptions::default()
    };
    let running = run(
        machine,
        case.input.clone(),
        Arc::new(FunctionMocks),
        options,
    );
    match running.await {
        Ok(outcome) => verdict(got(&outcome), differences(case, &outcome)),
        Err(error) => {
            let got = json!({"not_run": error.to_string()});
            verdict(got, vec![format!("not run: {error}")])
        }
    }
}

/// Runs every case, each apart from the others: one that does not end, or that breaks the engine,
/// is a case that differs. Needs a runtime with time.
pub async fn check_all(cases: &[Case]) -> Report {
    let mut verdicts = Vec::with_capacity(cases.len());
    for case in cases {
        verdicts.push(check_apart(case).await);
    }
    Report { verdicts }
}

/// As [`check_all`], from the text of a case file. What is no case is one that differs.
///
/// # Errors
/// The text is no list in JSON.
pub async fn check_text(text: &str) -> Result<Report, serde_json::Error> {
    let mut verdicts = Vec::new();
    for case in read(text)? {
        verdicts.push(match case {
            Ok(case) => check_apart(&case).await,
            Err(unread) => unread.into(),
        });
    }
    Ok(Report { verdicts })
}

async fn check_apart(case: &Case) -> Verdict {
    let own = case.clone();
    let running = tokio::spawn(async move { check(&own).await });
    let stop = running.abort_handle();
    let reason = match tokio::time::timeout(PATIENCE, running).await {
        Ok(Ok(verdict)) => return verdict,
        Ok(Err(_)) => "the engine broke down".to_owned(),
        Err(_) => {
            stop.abort();
            format!("it did not end within {} s", PATIENCE.as_secs())
        }
    };
    Verdict {
        id: case.id.clone(),
        group: case.group().to_owned(),
        expected: case.expected(),
        got: json!({"not_run": reason}),
        differences: vec![format!("not run: {reason}")],
    }
}

/// What came of the run here, told as [`Case::expected`] tells it.
fn got(outcome: &Outcome) -> Value {
    let mut told = json!({"status": outcome.status.as_str()});
    if let Some(output) = &outcome.output {
        told["output"] = output.clone();
    } else {
        told["error"] = json!(outcome.error);
        told["cause"] = json!(outcome.cause);
    }
    told["states_entered"] = json!(entered(outcome));
    told["events"] = json!(events(outcome));
    told
}

fn entered(outcome: &Outcome) -> Vec<&str> {
    let events = outcome.history.iter().filter(|e| e.enters_state());
    events.filter_map(crate::HistoryEvent::state_name).collect()
}

fn events(outcome: &Outcome) -> Vec<&str> {
    let events = outcome.history.iter();
    events.map(crate::HistoryEvent::event_type).collect()
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
        let mut note = |what: &str, expected: &[String], actual: &[&str]| {
            if !compare::same(&sorted(expected), &sorted(actual)) {
                found.push(format!("{what}: {}", exchanged(expected, actual)));
            }
        };
        note("states entered", &case.states_entered, &entered(outcome));
        note("events", &case.events, &events(outcome));
    }
    found
}

fn sorted(names: &[impl AsRef<str>]) -> Value {
    let mut names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.sort_unstable();
    names.into_iter().collect()
}

/// What one list has that the other has not, in words.
fn exchanged(expected: &[String], actual: &[&str]) -> String {
    let mut extra: Vec<&str> = actual.to_vec();
    let mut missing: Vec<&str> = Vec::new();
    for name in expected {
        match extra.iter().position(|other| other == name) {
            Some(place) => drop(extra.remove(place)),
            None => missing.push(name),
        }
    }
    let told = [("missing", missing), ("not expected", extra)];
    let told = told.iter().filter(|(_, names)| !names.is_empty());
    let told: Vec<String> = told
        .map(|(what, names)| format!("{what} {}", names.join(", ")))
        .collect();
    told.join("; ")
}
