//! The planner: from a goal to a workflow of registered components, and what is missing for it.

mod memory;
mod missing;
mod model;
mod refine;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use tdev_core::agent_io::{Plan, PlanRequest};
use tdev_core::component::{Component, Status};
use tdev_core::ports::Scope;
use tdev_core::workflow::{Catalog, Workflow, check};
use tdev_core::{Code, Error, Result};

use crate::composer::{Given, Workbench, assemble};
use crate::{Agent, Deps};

/// Components the composer is given; registries up to this size it is given whole.
const SHORTLIST: usize = 128;

/// Components a language model is told of, beside those the composer would take.
const TOLD: usize = 24;

/// Confidence in a plan that was mended and not made anew: no more is known of it than before.
const AMENDED: f64 = 0.5;

/// Plans by retrieval and typed search, and asks a language model where there is one.
pub struct Planner {
    deps: Deps,
    workbench: Workbench,
    memory: memory::Memory,
}

impl Planner {
    /// A planner over these ports.
    pub fn new(deps: Deps) -> Self {
        Self {
            workbench: Workbench::new(Arc::clone(&deps.retriever)),
            memory: memory::Memory::default(),
            deps,
        }
    }
}

#[async_trait]
impl Agent for Planner {
    const NAME: &'static str = "planner";
    type Input = PlanRequest;
    type Output = Plan;

    async fn run(&self, request: PlanRequest, scope: Scope) -> Result<Plan> {
        if request.goal.trim().is_empty() {
            return Err(Error::new(Code::InvalidInput, "the goal is empty").field("goal"));
        }
        let catalog = self.deps.catalog().await?;
        let composed = self.composed(&request, &catalog).await;
        let Some(language_model) = &self.deps.model else {
            return composed;
        };
        let told = self
            .told(&request, &catalog, composed.as_ref().ok())
            .await?;
        let question = model::Question {
            request: &request,
            catalog: &catalog,
            shortlist: &told.iter().map(|c| &**c).collect::<Vec<_>>(),
            scope: &scope,
        };
        model::plan(&**language_model, &question, composed).await
    }
}

impl Planner {
    /// The plan that needs no model: the one before as the evaluator asked for it, or a new one.
    async fn composed(&self, request: &PlanRequest, catalog: &Catalog) -> Result<Plan> {
        if let Some(workflow) = refine::amended(request)?
            && let Ok(checked) = check(&workflow, catalog)
        {
            return Ok(Plan {
                // Its steps are pinned, those that were put in too.
                workflow: checked.workflow,
                missing: Vec::new(),
                rationale: "the plan before, with the changes the evaluator asked for".to_owned(),
                confidence: AMENDED,
                provenance: None,
            });
        }
        let (components, lexical_only) = self.shortlist(request, catalog).await?;
        let avoided = refine::avoided(request);
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
        let offered = components.iter().filter(|c| !avoided.contains(&c.name));
        let library = self.workbench.library(offered.cloned().collect()).await?;
        let mut found = self
            .workbench
            .compose(&request.goal, &library, &given)
            .await?;
        let cases = self.memory.cases(&*self.deps.past, catalog).await?;
        let all = catalog.newest().filter(|c| usable(request, c));
        let all: Vec<_> = all
            .filter(|c| !avoided.contains(&c.name))
            .cloned()
            .collect();
        let goal = &request.goal;
        let cases = memory::told(goal, &found, cases, &all);
        let (meaning, cases) = memory::meant(goal, cases, &self.deps.retriever).await?;
        let recalled = memory::recalled(goal, meaning, &found, cases, &all, &library, &given);
        let as_before = recalled.is_some();
        found = recalled.unwrap_or(found);
        if !found.uncovered.is_empty() || found.draft.nodes.is_empty() {
            if let Some(plan) = missing::parts(&found) {
                return Ok(plan);
            }
            return Err(missing::uncovered(request, &found, &components));
        }
        if found.draft.is_tool_chain() && !as_before {
            let mut plan = missing::chain(request, &found);
            if let Some(why) = lexical_only.or_else(|| self.deps.retriever.no_meanings()) {
                plan.rationale = format!("{}; {why}", plan.rationale);
            }
            return Ok(plan);
        }
        let workflow = refine::guarded(&assemble(&found.draft, &request.goal), request)?;
        if let Err(faults) = check(&workflow, catalog) {
            return Err(unsound(&faults));
        }
        Ok(Plan {
            workflow,
            missing: Vec::new(),
            rationale: missing::claimed(&found)
                .into_iter()
                .chain(found.reasons)
                .chain(lexical_only)
                .collect::<Vec<_>>()
                .join("; "),
            confidence: found.coverage,
            provenance: None,
        })
    }

    /// The components a language model is told of: the nearest to the goal, what was made for it,
    /// and what the composer would take, which also knows what feeds what.
    async fn told(
        &self,
        request: &PlanRequest,
        catalog: &Catalog,
        composed: Option<&Plan>,
    ) -> Result<Vec<Arc<Component>>> {
        let avoided = refine::avoided(request);
        let may = |c: &Component| usable(request, c) && !avoided.contains(&c.name);
        let all: Vec<Arc<Component>> = catalog.newest().cloned().collect();
        let taken: BTreeSet<&str> = composed
            .into_iter()
            .flat_map(|plan| {
                let steps = plan.workflow.steps.iter().filter_map(|s| s.component());
                let tools = plan.missing.iter().flat_map(|spec| &spec.tools);
                steps
                    .map(|c| c.name.as_str())
                    .chain(tools.map(String::as_str))
            })
            .collect();
        let found = self
            .deps
            .retriever
            .shortlist(&request.goal, &all, TOLD, may)
            .await?;
        let near: BTreeSet<String> = found
            .candidates
            .into_iter()
            .map(|c| c.component.name.clone())
            .collect();
        let wanted = |c: &Arc<Component>| {
            near.contains(&c.name)
                || taken.contains(c.name.as_str())
                || request.generated.contains(&c.name)
        };
        Ok(all.into_iter().filter(|c| wanted(c) && may(c)).collect())
    }

    /// The components to plan over: those the goal may need, and what was made for it. Where
    /// meanings were left out, why.
    async fn shortlist(
        &self,
        request: &PlanRequest,
        catalog: &Catalog,
    ) -> Result<(Vec<Arc<Component>>, Option<String>)> {
        let may = |c: &Component| usable(request, c);
        let all: Vec<Arc<Component>> = catalog.newest().cloned().collect();
        let retriever = &self.deps.retriever;
        // Among so few, the composer looks for itself: it follows types, which no goal names.
        if all.len() <= SHORTLIST {
            let usable = all.into_iter().filter(|c| may(c)).collect();
            return Ok((usable, None));
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
        // That there is no model the composer says itself.
        let partly = found
            .lexical_only
            .filter(|_| retriever.no_meanings().is_none());
        Ok((chosen, partly))
    }
}

/// Whether a component may be planned with.
fn usable(request: &PlanRequest, c: &Component) -> bool {
    match c.status {
        Status::Stable => true,
        Status::Experimental => request.allow_experimental || request.generated.contains(&c.name),
        _ => false,
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
