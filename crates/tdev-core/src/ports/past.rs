//! What worked before: goals that runs reached, and the plans they were reached by.

use async_trait::async_trait;

use crate::Result;
use crate::workflow::Workflow;

/// A goal and the plan a run reached it by.
#[derive(Debug, Clone, PartialEq)]
pub struct PastPlan {
    /// Its place among all of them; grows, never reused.
    pub place: i64,
    /// The run that succeeded.
    pub run_id: String,
    /// The goal as it was said.
    pub goal: String,
    /// The plan as it was executed.
    pub workflow: Workflow,
}

/// The plans of runs that succeeded.
#[async_trait]
pub trait PastPlans: Send + Sync {
    /// Of those after `place`, the newest `limit`, oldest first. Whoever kept what came before
    /// asks for no more than what is new.
    async fn after(&self, place: i64, limit: usize) -> Result<Vec<PastPlan>>;
}
