//! The edge: effects of the core are performed here, and what comes of them is journalled first.

mod calls;
mod clock;
mod drive;
mod handle;
mod journal;
mod options;
mod run;
mod task;
mod timetable;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use handle::{Handle, HandleError, execution_of_token};
pub use journal::{Journal, JournalError, MemoryJournal, Observer};
pub use options::ExecutionOptions;
pub use run::{EngineError, Outcome, run, spawn};
pub use task::{TaskFailure, TaskHandler, TaskRequest};
