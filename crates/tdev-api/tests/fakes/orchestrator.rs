//! An orchestrator under the test's control: each drive waits until the test ends it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use tdev_core::ports::{ApprovalStore, Orchestrator, RunStore};
use tdev_core::run::{Answer, Run, RunStatus};
use tdev_core::{Code, Error, Result};
use tokio::sync::{mpsc, oneshot};

use super::{Store, noon};

/// A drive that began.
pub(crate) struct Driven {
    pub(crate) run_id: String,
    pub(crate) end: oneshot::Sender<Result<Run>>,
}

/// Ends every run at once, unless the test takes over.
pub(crate) struct Script {
    store: Arc<Store>,
    hand: Mutex<Option<mpsc::UnboundedSender<Driven>>>,
}

impl Script {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            hand: Mutex::default(),
        }
    }

    /// From now on drives are handed to the test.
    pub(crate) fn by_hand(&self) -> mpsc::UnboundedReceiver<Driven> {
        let (hand, drives) = mpsc::unbounded_channel();
        *self.hand.lock().unwrap() = Some(hand);
        drives
    }
}

#[async_trait]
impl Orchestrator for Script {
    async fn drive(&self, run_id: &str) -> Result<Run> {
        let hand = self.hand.lock().unwrap().clone();
        if let Some(hand) = hand {
            let (end, ended) = oneshot::channel();
            hand.send(Driven {
                run_id: run_id.into(),
                end,
            })
            .ok();
            return ended
                .await
                .unwrap_or_else(|_| Err(Error::new(Code::Internal, "let go")));
        }
        let run = RunStore::get(&*self.store, run_id).await?;
        if run.status.ended() {
            return Ok(run);
        }
        let run = Run {
            status: RunStatus::Succeeded,
            ended_at: Some(noon()),
            output: Some(json!({"output": "hello", "trace": []})),
            ..run
        };
        self.store.set_run(run.clone());
        Ok(run)
    }

    async fn reopen(&self, run_id: &str) -> Result<Run> {
        let run = RunStore::get(&*self.store, run_id).await?;
        if !matches!(run.status, RunStatus::Failed | RunStatus::Cancelled) {
            return Err(Error::new(Code::Conflict, "the run has not failed"));
        }
        let run = Run {
            status: RunStatus::Running,
            redrives: run.redrives + 1,
            ended_at: None,
            error: None,
            ..run
        };
        self.store.set_run(run.clone());
        Ok(run)
    }

    async fn cancel(&self, run_id: &str, reason: &str) -> Result<Run> {
        let run = RunStore::get(&*self.store, run_id).await?;
        if run.status.ended() {
            return Err(Error::new(Code::Conflict, "the run has ended"));
        }
        let error = Some(Error::new(Code::Cancelled, reason));
        let run = Run {
            status: RunStatus::Cancelled,
            ended_at: Some(noon()),
            error,
            ..run
        };
        self.store.set_run(run.clone());
        Ok(run)
    }

    async fn answer(&self, approval_id: &str, answer: Answer) -> Result<()> {
        ApprovalStore::answer(&*self.store, approval_id, answer)
            .await
            .map(drop)
    }
}
