//! What the core wants done: data, performed by the driver at the edge.

use chrono::{DateTime, Utc};

use crate::dataset::{ReadRequest, WriteRequest};
use crate::driver::TaskRequest;

/// One thing to do outside.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Do the job. `token` tells that its answer only says the call was made.
    RunTask { id: u64, token: bool, job: Job },
    /// Stop caring for a task.
    CancelTask { id: u64 },
    /// Tell when `at` has come.
    StartTimer { id: u64, at: DateTime<Utc> },
    /// Stop caring for a timer.
    CancelTimer { id: u64 },
    /// The execution is over.
    Finished,
}

/// What may be asked of the world outside and answered by it.
#[derive(Debug)]
pub(crate) enum Job {
    /// Call the task handler.
    Task(Box<TaskRequest>),
    /// Read items from the object store.
    Read(Box<ReadRequest>),
    /// Write results to the object store.
    Write(Box<WriteRequest>),
}
