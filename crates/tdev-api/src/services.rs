//! The ports a home gives to its HTTP server.

use std::sync::Arc;

use tdev_core::ports::{
    AgentInvoker, ApprovalStore, ArtifactStore, Clock, ComponentInvoker, EventStore, Ledger,
    Orchestrator, Registry, RunStore, TestRunStore, WorkflowStore,
};

use crate::Deployments;

/// Everything the API may touch.
#[derive(Clone)]
pub struct Services {
    /// Components.
    pub registry: Arc<dyn Registry>,
    /// Sources and files.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// Stored workflows.
    pub workflows: Arc<dyn WorkflowStore>,
    /// Runs.
    pub runs: Arc<dyn RunStore>,
    /// Events of runs.
    pub events: Arc<dyn EventStore>,
    /// What runs spent on language models.
    pub ledger: Arc<dyn Ledger>,
    /// Questions to people.
    pub approvals: Arc<dyn ApprovalStore>,
    /// Test history.
    pub test_runs: Arc<dyn TestRunStore>,
    /// Core agents, by name.
    pub agents: Arc<dyn AgentInvoker>,
    /// Runs components.
    pub components: Arc<dyn ComponentInvoker>,
    /// Drives runs.
    pub orchestrator: Arc<dyn Orchestrator>,
    /// Deployed services, and the audit.
    pub deployments: Deployments,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The project served; what another project owns is not found here.
    pub project: String,
}
