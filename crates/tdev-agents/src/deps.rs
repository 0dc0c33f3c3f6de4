//! The ports a home gives to the core agents.

use std::sync::Arc;

use tdev_core::Result;
use tdev_core::ports::{
    ApprovalStore, ArtifactStore, Clock, ComponentInvoker, Engine, Filter, LanguageModel,
    PastPlans, Registry, TestRunStore, WorkflowStore,
};
use tdev_core::workflow::Catalog;

use crate::retrieval::Retriever;

/// Everything a core agent may touch.
#[derive(Clone)]
pub struct Deps {
    /// Components.
    pub registry: Arc<dyn Registry>,
    /// Sources and files.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// Stored workflows.
    pub workflows: Arc<dyn WorkflowStore>,
    /// What worked before.
    pub past: Arc<dyn PastPlans>,
    /// Test history.
    pub test_runs: Arc<dyn TestRunStore>,
    /// Questions to people.
    pub approvals: Arc<dyn ApprovalStore>,
    /// Runs components.
    pub components: Arc<dyn ComponentInvoker>,
    /// Runs compiled workflows.
    pub engine: Arc<dyn Engine>,
    /// What a goal may need, out of all components.
    pub retriever: Arc<Retriever>,
    /// The language model, where one is configured; it keeps within the run's budget by itself.
    pub model: Option<Arc<dyn LanguageModel>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// All registered components with all their versions, and the newest stored workflows.
    pub async fn catalog(&self) -> Result<Catalog> {
        let mut components = Vec::new();
        for newest in self.registry.list(&Filter::default()).await? {
            if newest.version_id.0 > 1 {
                components.extend(self.registry.versions(&newest.name).await?);
            } else {
                components.push(newest);
            }
        }
        Ok(Catalog::new(components, self.workflows.list().await?))
    }
}
