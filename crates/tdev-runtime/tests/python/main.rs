//! The Python sandbox, through its public interface and with the real interpreter.
//!
//! Every test needs the interpreter and fails, naming the command that builds it, without one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod artifact;
mod attacks;
mod cases;
mod host_calls;
mod instances;
mod limits;
mod support;
