//! Integration tests of the core agents, each against fake ports.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on says so by panicking"
)]

mod classifier;
mod classifier_corpus;
mod composer;
mod composer_kinds;
mod composer_workflows;
mod evaluator;
mod evaluator_damage;
mod executor;
mod fakes;
mod planner;
mod retrieval;
mod security;
mod tester;
