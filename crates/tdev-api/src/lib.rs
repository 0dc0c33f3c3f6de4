//! The HTTP API: one axum router over the core's ports, and nothing of what is behind them.
//!
//! Reading order: [`Services`] and [`ServerOptions`] (what it is given), [`router`] (the table of
//! routes and the layers around them), `guard` (who may ask at all), `extract` (what was asked),
//! `api` (a file per route, its path is the URL), `runs` (driving a run and answering for it),
//! [`alone()`] (one service without the rest) and `problem` (every failure as RFC 9457).
//!
//! Invariants: no route knows an adapter; every failure is `application/problem+json`; a run, once
//! accepted, does not depend on its client staying; task tokens, host paths and tracebacks never
//! leave.

mod alone;
mod answered;
mod deployments;
mod options;
mod router;
mod services;
mod state;

mod guard;
mod idempotency;

mod extract;
mod page;

mod api;
mod health;
mod runs;

mod problem;

pub use alone::{Callee, alone};
pub use axum::Router;
pub use deployments::Deployments;
pub use options::ServerOptions;
pub use problem::Refusal;
pub use router::{refuses, router};
pub use services::Services;
