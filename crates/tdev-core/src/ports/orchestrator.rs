//! Handing a run to the state machine.

use async_trait::async_trait;

use crate::Result;
use crate::run::{Answer, Run};

/// Drives runs through `orchestrate.asl.json`.
#[async_trait]
pub trait Orchestrator: Send + Sync {
    /// Makes sure that a stored run is under way even if nobody drives it from here: where a state
    /// machine runs elsewhere, it is started. Beginning twice is once; at home there is nothing to do.
    async fn begin(&self, _run: &Run) -> Result<()> {
        Ok(())
    }

    /// Begins a run that is stored, or goes on with one that was cut off, and returns it as it
    /// stands when it ended. Starting the same run twice is one run.
    async fn drive(&self, run_id: &str) -> Result<Run>;

    /// Makes a run that failed or was cancelled one under way again, and returns it. Driving it
    /// goes on from where it ended: what is done, in nested workflows too, is not done again.
    ///
    /// # Errors
    /// `RunNotFound`; `Conflict` where it is under way or has ended otherwise.
    async fn reopen(&self, run_id: &str) -> Result<Run>;

    /// Ends a run that is under way.
    ///
    /// # Errors
    /// `RunNotFound`; `Conflict` where it has ended.
    async fn cancel(&self, run_id: &str, reason: &str) -> Result<Run>;

    /// Answers a waiting approval.
    ///
    /// # Errors
    /// `ApprovalNotFound`; `Conflict` where it is answered or expired.
    async fn answer(&self, approval_id: &str, answer: Answer) -> Result<()>;
}
