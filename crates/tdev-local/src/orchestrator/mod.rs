//! Runs, driven to their end by a state machine, one process at a time.

mod machine;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tdev_core::ports::{ApprovalStore, Orchestrator, RunStore, Scope};
use tdev_core::run::{Answer, Run, RunKind};
use tdev_core::{Code, Error, Result};

use crate::engine::{Driver, Ending, Execution};

/// How long a cancellation waits for the process that drives the run to end it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Drives the runs of one project folder with `tdev-asl`.
pub(crate) struct LocalOrchestrator {
    driver: Arc<Driver>,
    definition: Value,
}

impl LocalOrchestrator {
    /// An orchestrator by the definition in `text`, the content of `orchestrate.asl.json` or of
    /// the file a project names instead.
    pub(crate) fn new(driver: Arc<Driver>, text: &str) -> Result<Self> {
        let definition = machine::read(text)?;
        driver.check(&definition)?;
        Ok(Self { driver, definition })
    }

    async fn execute(&self, run: &Run) -> Result<Ending> {
        let definition = match run.kind {
            RunKind::Orchestrate => self.definition.clone(),
            RunKind::Workflow => machine::of_workflow()?,
            RunKind::Deploy => machine::of_deployment()?,
        };
        let scope = Scope {
            project: run.project.clone(),
            run_id: run.id.clone(),
            ..Scope::default()
        };
        let input = run.machine_input()?;
        self.driver
            .standard(Execution {
                name: run.id.clone(),
                definition,
                input,
                scope,
                redrives: run.redrives,
            })
            .await
    }

    async fn conclude(&self, run_id: &str, ending: Ending) -> Result<Run> {
        let runs = &self.driver.database;
        let mut run = RunStore::get(runs, run_id).await?;
        let now = runs.clock().now();
        match ending {
            Ending::Succeeded(output) => run.succeed(output, now),
            Ending::Failed(error) => run.fail(error, now),
            Ending::Aborted(reason) => run.cancel(&reason, now),
        }
        let records = self.driver.journals.records_of(run_id).await?;
        runs.conclude(&run, records).await?;
        self.driver.journals.forget(run_id).await?;
        // Whoever ended it first has the last word.
        RunStore::get(runs, run_id).await
    }
}

#[async_trait]
impl Orchestrator for LocalOrchestrator {
    async fn drive(&self, run_id: &str) -> Result<Run> {
        let runs = &self.driver.database;
        let run = RunStore::get(runs, run_id).await?;
        if run.status.ended() {
            return Ok(run);
        }
        let _lease = self.driver.leases.take(run_id)?;
        // Its last driver may have ended it just before letting go.
        let run = RunStore::get(runs, run_id).await?;
        if run.status.ended() {
            return Ok(run);
        }
        self.driver.bring(run_id).await?;
        let ending = self.execute(&run).await?;
        self.conclude(run_id, ending).await
    }

    async fn reopen(&self, run_id: &str) -> Result<Run> {
        let runs = &self.driver.database;
        let run = RunStore::get(runs, run_id).await?;
        run.reopenable()?;
        // Whoever ended it has let go of it then.
        let _lease = self.driver.leases.take(run_id)?;
        runs.reopen(run_id).await
    }

    async fn cancel(&self, run_id: &str, reason: &str) -> Result<Run> {
        let runs = &self.driver.database;
        let run = RunStore::get(runs, run_id).await?;
        if run.status.ended() {
            return Err(Error::new(
                Code::Conflict,
                format!("run `{run_id}` has ended: {}", run.status.as_str()),
            ));
        }
        let mut changes = runs.changes();
        runs.ask_to_cancel(run_id, reason).await?;
        match self.driver.leases.take(run_id) {
            Ok(_lease) => {
                self.driver.bring(run_id).await?;
                self.conclude(run_id, Ending::Aborted(reason.to_owned()))
                    .await
            }
            Err(error) if error.code == Code::Locked => {
                self.driver.abort(run_id, reason).await;
                let ended = async {
                    loop {
                        let run = RunStore::get(runs, run_id).await?;
                        if run.status.ended() {
                            return Ok(run);
                        }
                        runs.changed(&mut changes).await;
                    }
                };
                match tokio::time::timeout(PATIENCE, ended).await {
                    Ok(run) => run,
                    Err(_) => RunStore::get(runs, run_id).await,
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn answer(&self, approval_id: &str, answer: Answer) -> Result<()> {
        let approval = self.driver.database.answer(approval_id, answer).await?;
        self.driver.deliver(&approval).await;
        Ok(())
    }
}
