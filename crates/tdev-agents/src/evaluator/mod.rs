//! The evaluator: scores a plan, or a component's source, by a rubric that is computed, and says
//! what would raise the score.

mod graph;
mod judgement;
mod liveness;
mod plan;
mod rating;
pub(crate) mod source;
mod sources;
mod stand_in;

mod coverage;
mod fitting;
mod flaws;
mod maturity;
mod mending;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tdev_core::agent_io::{AgentSpec, Evaluation};
use tdev_core::component::Example;
use tdev_core::ports::Scope;
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error, Result};

use self::judgement::{Question, judged};

pub use maturity::Record;
pub use plan::{Plan, evaluate_plan};
pub use source::evaluate_source;

use crate::{Agent, Deps};

/// How many test runs of a component are looked at.
const RUNS: usize = 5;

/// What the evaluator is asked: about a plan, or about source.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Input {
    /// The plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<Workflow>,
    /// What it is to achieve; the workflow's description where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// Capabilities the planner found no component for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<AgentSpec>,
    /// Components generated in this run: their being experimental is expected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generated: Vec<String>,
    /// Whether experimental components were asked for.
    #[serde(default)]
    pub allow_experimental: bool,
    /// Source of a component, in place of a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Where the source lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Worked cases that come with the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

/// The evaluator agent.
pub struct Evaluator {
    deps: Deps,
}

impl Evaluator {
    /// An evaluator that knows what is registered and how it was tested.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }

    async fn record(&self, component: &str) -> Result<Record> {
        Ok(Record::of(&self.deps.test_runs.of(component, RUNS).await?))
    }
}

#[async_trait]
impl Agent for Evaluator {
    const NAME: &'static str = "evaluator";
    type Input = Input;
    type Output = Evaluation;

    async fn run(&self, input: Input, scope: Scope) -> Result<Evaluation> {
        match (&input.workflow, &input.code) {
            (Some(workflow), None) => {
                let catalog = self.deps.catalog().await?;
                let mut records = BTreeMap::new();
                for name in graph::components(workflow, &catalog) {
                    let record = self.record(&name).await?;
                    records.insert(name, record);
                }
                let evaluation = evaluate_plan(&Plan {
                    workflow,
                    catalog: &catalog,
                    goal: input.goal.as_deref(),
                    missing: &input.missing,
                    generated: &input.generated,
                    allow_experimental: input.allow_experimental,
                    records: &records,
                });
                match &self.deps.model {
                    // What the rubric refuses needs no second opinion.
                    Some(model) if input.missing.is_empty() && is_sound(&evaluation) => {
                        let question = Question {
                            goal: input.goal.as_deref().unwrap_or(&workflow.description),
                            workflow,
                            nodes: &graph::nodes(workflow, &catalog),
                            scope: &scope,
                        };
                        judged(model.as_ref(), &question, evaluation).await
                    }
                    _ => Ok(evaluation),
                }
            }
            (None, Some(code)) => {
                let record = match crate::classifier::classify(code, input.path.as_deref()) {
                    Ok(found) => self.record(&found.name).await?,
                    Err(_) => Record::default(),
                };
                Ok(evaluate_source(
                    code,
                    input.path.as_deref(),
                    &input.examples,
                    record,
                ))
            }
            _ => Err(Error::new(
                Code::InvalidInput,
                "the evaluator is asked about a workflow or about code, one of them",
            )
            .hint("give `workflow`, or `code`")),
        }
    }
}

/// Whether a run could begin with the plan: validity gives all or nothing.
fn is_sound(evaluation: &Evaluation) -> bool {
    evaluation
        .criteria
        .get("validity")
        .is_some_and(|points| *points > 0.0)
}
