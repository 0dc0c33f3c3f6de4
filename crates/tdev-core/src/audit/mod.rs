//! Ports whose every change is told to the audit: the same ports over others.

mod orchestrator;
mod registry;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::{NoContext, Timestamp, Uuid};

use crate::Result;
use crate::ports::{AuditEntry, AuditStore, Clock};
use crate::service::By;

pub use orchestrator::AuditedOrchestrator;
pub use registry::AuditedRegistry;

/// Where changes are told, and by whom.
#[derive(Clone)]
pub struct Auditor {
    /// The audit.
    pub store: Arc<dyn AuditStore>,
    /// Who works through these ports.
    pub by: By,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Auditor {
    /// Tells of a change that was made.
    ///
    /// # Errors
    /// Those of the store: then the change stands, and its line does not.
    async fn tell(&self, action: &str, subject: String, before: Value, after: Value) -> Result<()> {
        let now = self.clock.now();
        let entry = AuditEntry::new(id_at(now), now, &self.by, action, subject);
        self.store.append(&entry.change(before, after)).await
    }
}

/// A new id that grows with time.
pub fn id_at(now: DateTime<Utc>) -> String {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let at = Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos());
    Uuid::new_v7(at).to_string()
}
