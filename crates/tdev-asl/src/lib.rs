//! Amazon States Language, embedded: parse, validate, run, journal.
#![doc = include_str!("../README.md")]

mod choice;
pub mod corpus;
mod definition;
mod driver;
mod execution;
mod failure;
mod history;
mod intrinsic;
mod jsonata;
pub mod mock;
mod path;
mod template;

pub use definition::{Fault, Invalid, StateMachine};
pub use driver::{
    Clock, EngineError, ExecutionOptions, Handle, HandleError, Journal, JournalError,
    MemoryJournal, Observer, Outcome, SystemClock, TaskFailure, TaskHandler, TaskRequest,
    VirtualClock, execution_of_token, run, spawn,
};
pub use execution::{ReplayError, Status, TaskContext};
pub use history::HistoryEvent;

/// A value shared between frames, events and effects.
pub(crate) type Json = std::sync::Arc<serde_json::Value>;
