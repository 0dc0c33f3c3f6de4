//! The clients of language models over a real wire, against servers that answer by script.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on says so by panicking"
)]

mod endpoint;
mod ledger;
mod metered;
mod openai;
mod openai_failures;
mod scripted;
