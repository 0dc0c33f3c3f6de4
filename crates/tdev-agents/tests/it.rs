//! Integration tests of the core agents, each against fake ports.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on says so by panicking"
)]

mod agno;
mod agno_large;
mod agno_refine;
mod cases_learning;
mod cases_planner;
mod classifier;
mod classifier_corpus;
mod classifier_masked;
mod classifier_verdicts;
mod composer;
mod composer_claims;
mod composer_kinds;
mod composer_workflows;
mod evaluator;
mod evaluator_damage;
mod evaluator_judgement;
mod evaluator_shapes;
mod evaluator_source;
mod executor;
mod fakes;
mod planner;
mod planner_bounds;
mod planner_model;
mod retrieval;
mod scripted;
mod security;
mod security_attacks;
mod shapes;
mod tester;
