//! Amazon States Language, embedded: parse, validate, run, journal.
#![doc = include_str!("../README.md")]

mod choice;
pub mod corpus;
mod dataset;
mod definition;
mod disk;
mod driver;
mod execution;
mod failure;
mod history;
mod ids;
mod intrinsic;
mod jsonata;
pub mod mock;
mod path;
mod template;

pub use definition::{Fault, Invalid, StateMachine};
pub use disk::{FileJournal, FileJournalError};
pub use driver::{
    Clock, EngineError, ExecutionOptions, FolderStore, Handle, HandleError, Journal, JournalError,
    MemoryJournal, ObjectInfo, ObjectStore, Observer, Outcome, Redriven, Replayed, StoreError,
    SystemClock, TaskFailure, TaskHandler, TaskRequest, VirtualClock, execution_of_token, redrive,
    replay, run, spawn, spawn_redrive,
};
pub use execution::{NotRedrivable, ReplayError, Status, TaskContext, fingerprint_of};
pub use history::HistoryEvent;

/// A value shared between frames, events and effects.
pub(crate) type Json = std::sync::Arc<serde_json::Value>;
