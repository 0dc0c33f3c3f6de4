//! The core agents: one module each, one input and output, one name; they know only ports.
//!
//! Agents never call each other: only a state machine sequences them. `all` is the explicit list.

mod agent;
mod deps;

pub mod agno;
pub mod approval;
pub mod benchmark;
mod bm25;
mod cases;
pub mod classifier;
pub mod deployer;
pub mod evaluator;
pub mod executor;
pub mod planner;
pub mod registrar;
pub mod tester;

pub mod retrieval;

mod composer;
mod prompts;

pub use agent::{Agent, Agents};
pub use deps::Deps;

/// Every core agent over these ports.
pub fn all(deps: Deps) -> Agents {
    Agents::default()
        .with(classifier::Classifier::new(deps.clone()))
        .with(planner::Planner::new(deps.clone()))
        .with(evaluator::Evaluator::new(deps.clone()))
        .with(executor::Executor::new(deps.clone()))
        .with(agno::Agno::new(deps.clone()))
        .with(agno::Refiner::new(deps.clone()))
        .with(agno::Reviewer::new(deps.clone()))
        .with(tester::Tester::new(deps.clone()))
        .with(registrar::Registrar::new(deps.clone()))
        .with(approval::Approver::new(deps))
}
