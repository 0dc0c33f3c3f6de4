//! The approval agent: puts a question to a person and leaves it waiting.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tdev_core::Result;
use tdev_core::ports::Scope;
use tdev_core::run::Approval;

use crate::{Agent, Deps};

/// Asks people.
pub struct Approver {
    deps: Deps,
}

/// What is to be asked.
#[derive(Debug, Clone, Deserialize)]
pub struct ApprovalRequest {
    /// The step that waits.
    pub step: String,
    /// The question.
    pub message: String,
    /// What will happen on yes.
    #[serde(default)]
    pub subject: Value,
    /// How long the question stands, in seconds.
    pub expires_seconds: i64,
    /// What the engine waits for.
    pub task_token: String,
}

/// That the question stands.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Its id.
    pub approval_id: String,
}

impl Approver {
    /// An approver over these ports.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

#[async_trait]
impl Agent for Approver {
    const NAME: &'static str = "approval";
    type Input = ApprovalRequest;
    type Output = Asked;

    async fn run(&self, request: ApprovalRequest, scope: Scope) -> Result<Asked> {
        let now = self.deps.clock.now();
        // Asked again after a crash, it is the same question.
        let name = format!(
            "{}/{}/{}",
            scope.run_id, request.step, scope.idempotency_token
        );
        let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes()).to_string();
        let approval = Approval {
            id: id.clone(),
            run_id: scope.run_id,
            step: request.step,
            message: request.message,
            subject: request.subject,
            task_token: request.task_token,
            created_at: now,
            expires_at: now.checked_add_signed(chrono::Duration::seconds(request.expires_seconds)),
            answer: None,
        };
        self.deps.approvals.ask(approval).await?;
        Ok(Asked { approval_id: id })
    }
}
