//! Routes under `/api`.

mod agents;
mod approvals;
mod audit;
mod classify;
mod components;
mod deploy;
mod evaluate;
mod generate;
mod orchestrate;
mod plan;
mod runs;
mod services;
mod tests;
mod workflows;
