//! The API over ports that live in memory; modules mirror URLs.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in tests, a panic is the report"
)]
#![expect(
    clippy::needless_pass_by_value,
    reason = "bodies are written where they are sent"
)]

mod api;
mod fakes;
mod guard;
mod health;
mod idempotency;
mod problem;
