//! Runs as they stand now: what is stored, brought up to date with their executions when read.

use async_trait::async_trait;
use futures::future::try_join_all;
use tdev_core::Result;
use tdev_core::ports::RunStore;
use tdev_core::run::Run;

use super::Executions;

/// The run store of a home whose runs are executions of Step Functions.
#[derive(Clone)]
pub(crate) struct Followed(pub(crate) Executions);

#[async_trait]
impl RunStore for Followed {
    async fn create(&self, run: Run, idempotency: Option<(&str, &str)>) -> Result<Run> {
        let first = self.0.runs.create(run, idempotency).await?;
        self.0.look(first).await
    }

    async fn get(&self, id: &str) -> Result<Run> {
        self.0.look(RunStore::get(&self.0.runs, id).await?).await
    }

    async fn update(&self, run: &Run) -> Result<()> {
        self.0.runs.update(run).await
    }

    async fn list(&self, cursor: Option<&str>, limit: usize) -> Result<(Vec<Run>, Option<String>)> {
        let (stored, next) = self.0.runs.list(cursor, limit).await?;
        let now = stored.into_iter().map(|run| self.0.look(run));
        Ok((try_join_all(now).await?, next))
    }
}
