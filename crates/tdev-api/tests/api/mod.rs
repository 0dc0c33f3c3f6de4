//! Routes under `/api`.

mod agents;
mod approvals;
mod classify;
mod components;
mod evaluate;
mod generate;
mod orchestrate;
mod plan;
mod runs;
mod tests;
mod workflows;
