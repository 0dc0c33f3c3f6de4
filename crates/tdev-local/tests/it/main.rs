//! The adapters of one machine: their contracts, several processes on one folder, damage, full
//! and read-only disks, crashes and resuming.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a child process talks by its output"
)]

#[path = "../contract/mod.rs"]
mod contract;
#[path = "../../../tdev-models/tests/ledger.rs"]
mod ledger;

mod bench;
mod budgets;
mod child;
mod contracts;
mod damage;
mod disks;
mod engine;
mod orchestrator;
mod processes;
mod questions;
mod redrive;
mod registry;
mod resume;
