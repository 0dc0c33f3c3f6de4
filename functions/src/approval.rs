//! The function of the approval: it tells the topic of notices that a person is asked, which the
//! notifier turns into a message.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use tdev_agents::approval::Approver;
use tdev_aws::serve::serve;
use tdev_aws::sns::Topic;
use tdev_core::Result;
use tdev_core::ports::ApprovalStore;
use tdev_core::run::{Answer, Approval};

use crate::config;

/// Serves the approver.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn approval() -> Result<(), lambda_runtime::Error> {
    let (watch, ground) = crate::begun().await?;
    let topic = config::notices_topic().map(|arn| Arc::new(Topic::of(&ground.sdk, &arn)));
    serve(watch, move |project| {
        let mut deps = ground.deps(project)?;
        if let Some(topic) = &topic {
            deps.approvals = Arc::new(Announced {
                asked: deps.approvals,
                topic: Arc::clone(topic),
                project: project.to_owned(),
            });
        }
        Ok(Approver::new(deps))
    })
    .await
}

/// Questions that people are told of.
struct Announced {
    asked: Arc<dyn ApprovalStore>,
    topic: Arc<Topic>,
    project: String,
}

#[async_trait]
impl ApprovalStore for Announced {
    async fn ask(&self, approval: Approval) -> Result<Approval> {
        let asked = self.asked.ask(approval).await?;
        // Neither what is decided about nor the token that answers it leaves this account.
        let notice = json!({
            "notice": "approval",
            "project": self.project,
            "approval": {
                "id": asked.id, "run_id": asked.run_id, "step": asked.step,
                "message": asked.message, "expires_at": asked.expires_at,
            },
        });
        let subject = format!("Run {} waits for an answer", asked.run_id);
        // The question stands, and is listed where questions are: a run does not fail for a notice.
        if let Err(error) = self.topic.publish(&subject, &notice.to_string()).await {
            tracing::error!(
                error.code = error.code.as_str(),
                "nobody was told of a question: {error}"
            );
        }
        Ok(asked)
    }

    async fn get(&self, id: &str) -> Result<Approval> {
        self.asked.get(id).await
    }

    async fn open(&self) -> Result<Vec<Approval>> {
        self.asked.open().await
    }

    async fn answer(&self, id: &str, answer: Answer) -> Result<Approval> {
        self.asked.answer(id, answer).await
    }
}
