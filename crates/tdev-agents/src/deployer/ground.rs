//! The ports the deployer works on, and what the project allows its services.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use tdev_core::Result;
use tdev_core::audit::id_at;
use tdev_core::ports::{
    ArtifactStore, AuditEntry, Clock, Registry, RunStore, ServiceLog, ServiceStore, Targets,
    WorkflowStore,
};
use tdev_core::service::{By, Granted, Limits, Sealed, Service};

/// Everything the deployer may touch.
#[derive(Clone)]
pub struct Ground {
    /// Components.
    pub registry: Arc<dyn Registry>,
    /// Sources and definitions.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// Stored workflows.
    pub workflows: Arc<dyn WorkflowStore>,
    /// Runs: deployments are some of them.
    pub runs: Arc<dyn RunStore>,
    /// Services.
    pub services: Arc<dyn ServiceStore>,
    /// Their calls.
    pub log: Arc<dyn ServiceLog>,
    /// Where services run.
    pub targets: Targets,
    /// What the project allows.
    pub settings: Arc<Settings>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The project.
    pub project: String,
}

/// What a project allows its services.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// What components may touch.
    pub granted: Granted,
    /// Settings of components, by name.
    pub config: BTreeMap<String, Map<String, Value>>,
    /// What one call may use.
    pub limits: Limits,
}

impl Ground {
    /// A new time-ordered id.
    pub(super) fn new_id(&self) -> String {
        id_at(self.clock.now())
    }

    /// A definition that was kept, verified.
    pub(super) async fn sealed(&self, hash: &str) -> Result<Sealed> {
        Sealed::open(&self.artifacts.get(hash).await?, hash)
    }

    /// A line of the audit about a service.
    pub(super) fn line(
        &self,
        by: &By,
        action: &str,
        before: Option<&Service>,
        after: Option<&Service>,
    ) -> AuditEntry {
        let subject = after.or(before).map_or("", |s| s.service_id.as_str());
        AuditEntry::new(
            self.new_id(),
            self.clock.now(),
            by,
            &format!("service.{action}"),
            format!("service/{subject}"),
        )
        .change(gist(before), gist(after))
    }
}

/// What of a service's record a line of the audit tells: who answers, and what is under way.
fn gist(service: Option<&Service>) -> Value {
    service.map_or(Value::Null, |service| {
        let versions: Map<String, Value> = service
            .versions
            .iter()
            .map(|v| (v.version_id.to_string(), Value::from(v.definition.as_str())))
            .collect();
        serde_json::json!({
            "workflow_id": service.workflow_id,
            "traffic": service.traffic,
            "versions": versions,
            "deploying": service.deploying.as_ref().map(|claim| &claim.deployment_id),
        })
    })
}
