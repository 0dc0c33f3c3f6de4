//! The real AWS SDK over a real wire, against a server that answers by script.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on says so by panicking"
)]

mod answers;
mod bedrock;
#[expect(dead_code, reason = "not every test needs every act")]
#[path = "../../tdev-models/tests/scripted.rs"]
mod scripted;
mod titan;
