//! Amazon States Language, embedded: parse, validate, run, journal.
//!
//! A [`StateMachine`] is parsed once and shared. [`run`] starts an execution of it, or resumes one
//! from its [`Journal`]; [`redrive`] has one that failed go on. Tasks go to a [`TaskHandler`], time
//! comes from a [`Clock`]. The core that decides is pure: records in, history events and effects
//! out, so that a [`replay`] of the records is the execution. This crate knows nothing of the system it is embedded in.

mod choice;
pub mod corpus;
mod definition;
mod driver;
mod execution;
mod failure;
mod history;
mod intrinsic;
mod jsonata;
mod path;
mod template;

pub use definition::{Fault, Invalid, StateMachine};
pub use driver::{
    Clock, EngineError, ExecutionOptions, Handle, HandleError, Journal, JournalError,
    MemoryJournal, Observer, Outcome, Redriven, Replayed, SystemClock, TaskFailure, TaskHandler,
    TaskRequest, VirtualClock, execution_of_token, redrive, replay, run, spawn, spawn_redrive,
};
pub use execution::{NotRedrivable, ReplayError, Status, TaskContext};
pub use history::HistoryEvent;

/// A value shared between frames, events and effects.
pub(crate) type Json = std::sync::Arc<serde_json::Value>;
