//! Adapters against an emulated AWS; `make cloud-test` starts it and runs these.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod bench;
#[path = "../../../tdev-local/tests/contract/mod.rs"]
mod contract;
mod contracts;
mod executions;
mod records;
mod secrets;
