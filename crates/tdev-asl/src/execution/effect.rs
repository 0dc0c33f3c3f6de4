//! What the core wants done: data, performed by the driver at the edge.

use chrono::{DateTime, Utc};

use crate::driver::TaskRequest;

/// One thing to do outside.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Call the task handler. `token` tells that its answer only says the call was made.
    RunTask {
        id: u64,
        token: bool,
        request: Box<TaskRequest>,
    },
    /// Stop caring for a task.
    CancelTask { id: u64 },
    /// Tell when `at` has come.
    StartTimer { id: u64, at: DateTime<Utc> },
    /// Stop caring for a timer.
    CancelTimer { id: u64 },
    /// The execution is over.
    Finished,
}
