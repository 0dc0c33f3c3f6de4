//! The functions, each by its own binary against scripted services on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod runtime_api;
mod scripted_aws;

mod callers;
mod functions;
mod minds;
mod notices;
mod questions;
