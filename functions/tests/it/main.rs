//! The deployed home, driven over HTTP; `make cloud-test` deploys it and runs these.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod client;
mod home;
