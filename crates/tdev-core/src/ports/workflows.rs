//! Stored workflows, by id and version.

use std::sync::Arc;

use async_trait::async_trait;

use crate::Result;
use crate::component::VersionId;
use crate::workflow::Workflow;

/// Workflows by id and version. A version never changes once stored.
#[async_trait]
pub trait WorkflowStore: Send + Sync {
    /// The newest version of each, by id.
    async fn list(&self) -> Result<Vec<Arc<Workflow>>>;

    /// One workflow: that version, or the newest.
    ///
    /// # Errors
    /// `WorkflowNotFound` with the nearest id.
    async fn get(&self, id: &str, version: Option<VersionId>) -> Result<Arc<Workflow>>;

    /// Stores a checked and pinned workflow as the next version of its id; the same content
    /// again is the same version.
    async fn put(&self, workflow: Workflow) -> Result<Arc<Workflow>>;
}
