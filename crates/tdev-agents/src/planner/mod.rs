//! The planner: from a goal to a workflow of registered components, and what is missing for it.

mod missing;
mod refine;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use tdev_core::agent_io::{Plan, PlanRequest};
use tdev_core::component::{Component, Status};
use tdev_core::ports::Scope;
use tdev_core::workflow::{Catalog, Workflow, check};
use tdev_core::{Code, Error, Result};

use crate::composer::{Given, Library, assemble, compose};
use crate::{Agent, Deps};

/// Components the composer is given; registries up to this size it is given whole.
const SHORTLIST: usize = 128;

/// Confidence in a plan that was mended and not made anew: no more is known of it than before.
const AMENDED: f64 = 0.5;

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
        if let Some(workflow) = refine::amended(&request)?
            && check(&workflow, &catalog).is_ok()
        {
            return Ok(Plan {
                workflow,
                missing: Vec::new(),
                rationale: "the plan before, with the changes the evaluator asked for".to_owned(),
                confidence: AMENDED,
            });
        }
        let (components, lexical_only) = self.shortlist(&request, &catalog).await?;
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
        let found = compose(&request.goal, &Library::of(usable), &given);
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
            let mut plan = missing::chain(&request, &found);
            if let Some(why) = lexical_only {
                plan.rationale = format!("{}; {why}", plan.rationale);
            }
            return Ok(plan);
        }
        let workflow = refine::guarded(&assemble(&found.draft, &request.goal), &request)?;
        if let Err(faults) = check(&workflow, &catalog) {
            return Err(unsound(&faults));
        }
        Ok(Plan {
            workflow,
            missing: Vec::new(),
            rationale: found
                .reasons
                .into_iter()
                .chain(lexical_only)
                .collect::<Vec<_>>()
                .join("; "),
            confidence: found.coverage,
        })
    }
}

impl Planner {
    /// The components to plan over: those the goal may need, and what was made for it. Where
    /// meanings were left out, why.
    async fn shortlist(
        &self,
        request: &PlanRequest,
        catalog: &Catalog,
    ) -> Result<(Vec<Arc<Component>>, Option<String>)> {
        let may = |c: &Component| match c.status {
            Status::Stable => true,
            Status::Experimental => {
                request.allow_experimental || request.generated.contains(&c.name)
            }
            _ => false,
        };
        let all: Vec<Arc<Component>> = catalog.newest().cloned().collect();
        let retriever = &self.deps.retriever;
        // Among so few, the composer looks for itself: it follows types, which no goal names.
        if all.len() <= SHORTLIST {
            let usable = all.into_iter().filter(|c| may(c)).collect();
            return Ok((usable, retriever.no_meanings()));
        }
        let found = retriever
            .shortlist(&request.goal, &all, SHORTLIST, may)
            .await?;
        let mut chosen: Vec<_> = found.candidates.into_iter().map(|c| c.component).collect();
        let known: BTreeSet<String> = chosen.iter().map(|c| c.name.clone()).collect();
        let made = |c: &Arc<Component>| request.generated.contains(&c.name) && may(c);
        chosen.extend(
            all.into_iter()
                .filter(|c| made(c) && !known.contains(&c.name)),
        );
        chosen.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((chosen, found.lexical_only))
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
