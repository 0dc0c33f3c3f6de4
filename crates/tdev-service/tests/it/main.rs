//! A service alone over HTTP, and the same definition called in this process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]

mod alone;
mod bench;
mod limits;
mod program;
