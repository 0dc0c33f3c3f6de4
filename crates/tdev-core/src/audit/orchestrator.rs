//! Runs whose answered approvals, cancellations and redrives are told.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Auditor;
use crate::Result;
use crate::ports::Orchestrator;
use crate::run::{Answer, Run};

/// An orchestrator over another, whose answers, cancellations and redrives are told: a person makes
/// them, and through it alone.
pub struct AuditedOrchestrator {
    /// The other.
    pub inner: Arc<dyn Orchestrator>,
    /// Where changes are told.
    pub auditor: Auditor,
}

#[async_trait]
impl Orchestrator for AuditedOrchestrator {
    async fn begin(&self, run: &Run) -> Result<()> {
        self.inner.begin(run).await
    }

    async fn drive(&self, run_id: &str) -> Result<Run> {
        self.inner.drive(run_id).await
    }

    async fn reopen(&self, run_id: &str) -> Result<Run> {
        let run = self.inner.reopen(run_id).await?;
        let after = json!({"status": run.status, "redrives": run.redrives});
        let told = self
            .auditor
            .tell("run.redrive", format!("run/{run_id}"), Value::Null, after);
        told.await?;
        Ok(run)
    }

    async fn cancel(&self, run_id: &str, reason: &str) -> Result<Run> {
        let run = self.inner.cancel(run_id, reason).await?;
        let after = json!({"status": run.status, "reason": reason});
        let told = self
            .auditor
            .tell("run.cancel", format!("run/{run_id}"), Value::Null, after);
        told.await?;
        Ok(run)
    }

    async fn answer(&self, approval_id: &str, answer: Answer) -> Result<()> {
        let after =
            json!({"approved": answer.approved, "by": answer.by, "comment": answer.comment});
        self.inner.answer(approval_id, answer).await?;
        let subject = format!("approval/{approval_id}");
        let told = self
            .auditor
            .tell("approval.answer", subject, json!({"answer": null}), after);
        told.await
    }
}
