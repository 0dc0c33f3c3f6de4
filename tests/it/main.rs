//! Integration tests of the whole system, in one binary: rules of the repository, and the real
//! program on real projects.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so by panicking"
)]

mod project;
mod refinement;
mod workshop;

mod bad_input;
mod compiler;
mod deploying;
mod flagship;
mod generation;
mod generation_cli;
mod generation_http;
mod generation_model;
mod homes;
mod library;
mod parts;
mod resume;
mod retries;
mod serve;
mod services;
mod template;
mod tidy;
