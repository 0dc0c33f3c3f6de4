//! The planner: from a goal to a workflow of registered components, and what is missing for it.

mod missing;
mod refine;

use async_trait::async_trait;
use tdev_core::agent_io::{Plan, PlanRequest, Remedy};
use tdev_core::component::Status;
use tdev_core::ports::Scope;
use tdev_core::workflow::{Workflow, check};
use tdev_core::{Code, Error, Result};

use crate::composer::{Given, Library, assemble, compose};
use crate::{Agent, Deps};

/// Plans without a model: retrieval plus typed search.
pub struct Planner {
    deps: Deps,
}

impl Planner {
    /// A planner over these ports.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

#[async_trait]
impl Agent for Planner {
    const NAME: &'static str = "planner";
    type Input = PlanRequest;
    type Output = Plan;

    async fn run(&self, request: PlanRequest, _scope: Scope) -> Result<Plan> {
        if request.goal.trim().is_empty() {
            return Err(Error::new(Code::InvalidInput, "the goal is empty").field("goal"));
        }
        let catalog = self.deps.catalog().await?;
        let components: Vec<_> = catalog
            .newest()
            .filter(|c| match c.status {
                Status::Stable => true,
                Status::Experimental => {
                    request.allow_experimental || request.generated.contains(&c.name)
                }
                _ => false,
            })
            .cloned()
            .collect();
        let avoided = refine::avoided(&request);
        let inputs: Vec<(String, serde_json::Value)> = request
            .inputs
            .iter()
            .map(|(name, value)| (name.clone(), serde_json::json!({"const": value})))
            .collect();
        let given = Given {
            inputs: &inputs,
            preferred: &request.generated,
            avoided: &avoided,
        };
        let usable = components
            .iter()
            .filter(|c| !avoided.contains(&c.name))
            .cloned();
        let found = compose(&request.goal, &Library::of(usable, None), &given, None);
        if let [first, ..] = found.uncovered.as_slice() {
            return missing::uncovered(&request, first, &found.uncovered, &components);
        }
        if found.draft.nodes.is_empty() {
            return missing::uncovered(
                &request,
                &request.goal,
                std::slice::from_ref(&request.goal),
                &components,
            );
        }
        if found.draft.is_tool_chain() {
            return Ok(missing::chain(&request, &found));
        }
        let mut workflow = assemble(&found.draft, &request.goal);
        refine::apply(&mut workflow, &request);
        if let Err(faults) = check(&workflow, &catalog) {
            return Err(unsound(&faults));
        }
        Ok(Plan {
            workflow,
            missing: Vec::new(),
            rationale: found.reasons.join("; "),
            confidence: found.coverage,
        })
    }
}

/// The planner's own plans must pass the checker; one that does not is our fault, said in full.
fn unsound(faults: &[Error]) -> Error {
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Error::new(
        Code::CapabilityMissing,
        "the components found cannot be put together soundly",
    )
    .hint("say the steps more plainly, or write the workflow and run `tdev compose FILE`")
    .details(serde_json::json!({"faults": told}))
}

/// A plan that has no steps yet.
fn nothing() -> Workflow {
    Workflow {
        id: "missing".into(),
        ..Workflow::default()
    }
}

/// Whether a remedy asks for another component.
const fn replaces(remedy: Option<Remedy>) -> bool {
    matches!(remedy, Some(Remedy::ReplaceComponent))
}
