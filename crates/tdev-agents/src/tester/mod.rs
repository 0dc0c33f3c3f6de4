//! The tester: puts a component to its examples, to values made from its schema, and to input it
//! must refuse, and records how that went.

mod cases;
mod judge;
mod sample;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tdev_core::agent_io::{TestCase, TestRun};
use tdev_core::component::{Component, ComponentRef, Example, family};
use tdev_core::ports::{Invocation, Scope};
use tdev_core::{Code, Error, Result};
use uuid::{NoContext, Timestamp, Uuid};

pub use cases::{Case, CaseKind, cases_of};
pub use judge::{contains, judge};

use crate::{Agent, Deps};

/// What the tester is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Which registered component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentRef>,
    /// A component that is not registered yet, instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<Box<Component>>,
    /// The same seed makes the same cases.
    #[serde(default)]
    pub seed: u64,
    /// Worked cases in place of those of its metadata, whose files the caller has put in place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Example>,
    /// Only these kinds; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<CaseKind>,
}

/// The tester agent.
pub struct Tester {
    deps: Deps,
}

impl Tester {
    /// A tester that runs components and keeps the record.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }

    /// Whether what a model answers can be tested at all: there is one, and somebody said what it
    /// should answer.
    fn can_be_asked(
        &self,
        component: &Component,
        examples: usize,
        kinds: &[CaseKind],
    ) -> Result<()> {
        let name = &component.name;
        if self.deps.model.is_none() {
            return Err(Error::new(
                Code::ModelNotConfigured,
                format!(
                    "`{name}` cannot be tested: it needs a language model, and none is configured"
                ),
            )
            .hint("write `provider` and `model` under [models] in tdev.toml"));
        }
        if examples == 0 && kinds.is_empty() {
            return Err(Error::new(
                Code::TestsFailed,
                format!("`{name}` cannot be tested: it has no examples, and made-up input tells nothing of a model's answer"),
            )
            .field("examples")
            .hint("add `examples`, each an `input` with what must stand in the `output`"));
        }
        Ok(())
    }

    async fn put_to(&self, subject: &Subject, case: &Case, scope: Scope) -> TestCase {
        let started = self.deps.clock.now();
        let input = case.input.clone();
        let answer = match subject {
            Subject::Registered(component) => {
                let component = component.pinned();
                self.deps
                    .components
                    .invoke(Invocation {
                        component,
                        input,
                        scope,
                    })
                    .await
            }
            Subject::Candidate(component) => {
                self.deps.components.try_out(component, input, scope).await
            }
        };
        let error = judge(case, &subject.component().output_schema, answer).err();
        TestCase {
            name: case.name.clone(),
            ok: error.is_none(),
            duration_ms: milliseconds(started, self.deps.clock.now()),
            error,
        }
    }
}

/// What is put to the test.
enum Subject {
    Registered(Arc<Component>),
    Candidate(Box<Component>),
}

impl Subject {
    fn component(&self) -> &Component {
        match self {
            Subject::Registered(component) => component,
            Subject::Candidate(component) => component,
        }
    }
}

#[async_trait]
impl Agent for Tester {
    const NAME: &'static str = "tester";
    type Input = Input;
    type Output = TestRun;

    async fn run(&self, input: Input, scope: Scope) -> Result<TestRun> {
        let subject = match (input.component, input.candidate) {
            (Some(registered), None) => {
                Subject::Registered(self.deps.registry.get(&registered).await?)
            }
            (None, Some(candidate)) => Subject::Candidate(candidate),
            _ => {
                return Err(Error::new(
                    Code::InvalidInput,
                    "the tester is asked about a registered component or a candidate, one of them",
                )
                .hint("give `component`, or `candidate`"));
            }
        };
        let component = subject.component();
        let given = component.examples.len() + input.cases.len();
        let asks_a_model = family::needs_a_model(component, &*self.deps.registry).await?;
        if asks_a_model {
            self.can_be_asked(component, given, &input.kinds)?;
        }
        let started = self.deps.clock.now();
        let id = id_at(started);
        let mut chosen = cases_of(component, &input.cases, input.seed, &input.kinds);
        // Made-up input is nothing to send out with, nor to ask a model about.
        let sends = family::changes_the_world(component, &*self.deps.registry).await?;
        if sends || component.team.is_some() && asks_a_model {
            chosen.retain(|case| case.kind != CaseKind::Smoke);
        }
        let mut cases = Vec::new();
        for (at, case) in chosen.iter().enumerate() {
            let scope = Scope {
                step: format!("{}.{}", scope.step, at + 1)
                    .trim_start_matches('.')
                    .to_owned(),
                idempotency_token: format!("{id}.{}", at + 1),
                ..scope.clone()
            };
            let tried = self.put_to(&subject, case, scope).await;
            // What the home lacks says nothing about the component.
            if let Some(error) = tried.error.as_ref().filter(|e| is_about_the_home(e)) {
                return Err(error.clone());
            }
            cases.push(tried);
        }
        let count = |ok: bool| {
            u32::try_from(cases.iter().filter(|case| case.ok == ok).count()).unwrap_or(u32::MAX)
        };
        let run = TestRun {
            id,
            component: component.pinned().to_string(),
            started_at: started.to_rfc3339_opts(SecondsFormat::Millis, true),
            duration_ms: milliseconds(started, self.deps.clock.now()),
            passed: count(true),
            failed: count(false),
            cases,
        };
        self.deps.test_runs.record(&run).await?;
        Ok(run)
    }
}

/// Whether an error speaks of where the component runs, not of the component. A budget with a
/// field is the component's own.
pub(crate) fn is_about_the_home(error: &Error) -> bool {
    if error.code == Code::BudgetExceeded {
        return error.field.is_none();
    }
    matches!(
        error.code,
        Code::InterpreterMissing
            | Code::InterpreterForeign
            | Code::StoreUnavailable
            | Code::StoreCorrupt
            | Code::Locked
            | Code::Unsupported
            | Code::ModelNotConfigured
            | Code::ModelUnavailable
            | Code::ModelThrottled
            | Code::Internal
    )
}

fn milliseconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    // A clock set back in between must not make a negative duration.
    (to - from).num_microseconds().unwrap_or(0).max(0) as f64 / 1000.0
}

/// A time-ordered id.
fn id_at(now: DateTime<Utc>) -> String {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(
        NoContext,
        seconds,
        now.timestamp_subsec_nanos(),
    ))
    .to_string()
}
