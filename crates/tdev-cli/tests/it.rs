//! The binary `tdev` as a process: what a person types, and what comes back.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "it/project.rs"]
mod project;
#[expect(dead_code, reason = "not every test needs every act")]
#[path = "../../tdev-models/tests/scripted.rs"]
mod scripted;

#[path = "it/asl.rs"]
mod asl;
#[path = "it/classified.rs"]
mod classified;
#[path = "it/components.rs"]
mod components;
#[path = "it/declared.rs"]
mod declared;
#[path = "it/errors.rs"]
mod errors;
#[path = "it/models.rs"]
mod models;
#[path = "it/scaffold.rs"]
mod scaffold;
#[path = "it/workflows.rs"]
mod workflows;
