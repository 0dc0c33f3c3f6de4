//! What the API is given to show and call services, and to tell who changed what.

use std::sync::Arc;

use tdev_core::ports::{AuditStore, ServiceLog, ServiceStore, Targets};

/// Deployed services and the audit.
#[derive(Clone)]
pub struct Deployments {
    /// Their records.
    pub services: Arc<dyn ServiceStore>,
    /// What is kept of their calls.
    pub log: Arc<dyn ServiceLog>,
    /// Where they run.
    pub targets: Targets,
    /// Who changed what.
    pub audit: Arc<dyn AuditStore>,
}
