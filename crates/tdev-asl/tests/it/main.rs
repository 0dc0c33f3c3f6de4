//! Integration tests of the engine, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod cases;
mod corpus;
mod dataset;
mod disk;
mod golden;
mod history;
mod journal;
mod limits;
mod machines;
mod mock;
mod random;
mod redrive;
mod script;
mod tokens;
mod validation;
