//! Amazon States Language, embedded: parse, validate, run, journal.
//!
//! A [`StateMachine`] is parsed once and shared. [`run`] starts an execution of it, or resumes one
//! from its [`Journal`]; [`redrive`] has one that failed go on. Tasks go to a [`TaskHandler`], time
//! comes from a [`Clock`], and a distributed Map reads and writes through an [`ObjectStore`]. The
//! core that decides is pure: records in, history events and effects out, so that a [`replay`] of
//! the records is the execution. This crate knows nothing of the system it is embedded in.

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
    MemoryJournal, ObjectInfo, ObjectStore, Observer, Outcome, Replayed, StoreError, SystemClock,
    TaskFailure, TaskHandler, TaskRequest, VirtualClock, execution_of_token, redrive, replay, run,
    spawn, spawn_redrive,
};
pub use execution::{NotRedrivable, ReplayError, Status, TaskContext, fingerprint_of};
pub use history::HistoryEvent;

/// A value shared between frames, events and effects.
pub(crate) type Json = std::sync::Arc<serde_json::Value>;
