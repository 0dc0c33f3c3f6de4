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
mod history;
mod journal;
mod limits;
mod random;
mod script;
mod tokens;
mod validation;
