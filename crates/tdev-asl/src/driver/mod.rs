//! The edge: effects of the core are performed here, and what comes of them is journalled first.

mod calls;
mod clock;
mod drive;
mod handle;
mod journal;
mod options;
mod replay;
mod run;
mod store;
mod task;
mod timetable;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use handle::{Handle, HandleError, execution_of_token};
pub use journal::{Journal, JournalError, MemoryJournal, Observer};
pub use options::ExecutionOptions;
pub use replay::{Replayed, replay};
pub use run::{EngineError, Outcome, redrive, run, spawn, spawn_redrive};
pub use store::{FolderStore, ObjectInfo, ObjectStore, StoreError};
pub use task::{Redriven, TaskFailure, TaskHandler, TaskRequest};
