//! The tests of what components can and cannot do, one folder per runtime.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod builtin;
mod fakes;
mod library;
mod prompt;
mod python;
#[path = "../../tdev-local/tests/contract/sessions.rs"]
mod sessions_contract;
mod team;
