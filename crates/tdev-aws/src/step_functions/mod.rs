//! Runs as executions of Step Functions, named by the run: begun once, looked at when somebody
//! asks, ended, redriven and answered.
//!
//! Nothing here waits in the background. A run that is stored as under way is looked up when it is
//! read; where its execution has ended by then, that is written into the run first.

mod apart;
mod bind;
mod events;
mod followed;
mod history;
mod inner;
mod reasons;

pub(crate) use apart::Parting;
pub use apart::Workshop;
pub use bind::StepFunctions;
pub(crate) use events::History;
pub(crate) use followed::Followed;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use aws_sdk_sfn::types::ExecutionStatus;
use chrono::{DateTime, Utc};
use serde_json::json;
use tdev_core::ports::{ApprovalStore, Clock, Orchestrator, RunStore};
use tdev_core::run::{Answer, Approval, Run, RunKind};
use tdev_core::{Code, Error, Result};

use crate::dynamo::Runs;
use crate::fault;

/// How long a driver waits before it looks again, at first and at most.
const SOON: Duration = Duration::from_millis(200);
const LATER: Duration = Duration::from_secs(2);

/// The state machines runs are executions of, by their ARNs.
#[derive(Debug, Clone)]
pub struct Machines {
    /// `orchestrate.asl.json`.
    pub orchestrate: String,
    /// `workflow.asl.json`.
    pub workflow: String,
    /// `deploy.asl.json`.
    pub deploy: String,
}

/// The executions behind the runs of one project.
#[derive(Clone)]
pub(crate) struct Executions {
    client: Client,
    machines: Machines,
    runs: Runs,
    clock: Arc<dyn Clock>,
}

impl Executions {
    pub(crate) const fn new(
        client: Client,
        machines: Machines,
        runs: Runs,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            client,
            machines,
            runs,
            clock,
        }
    }

    fn machine_of(&self, run: &Run) -> &str {
        match run.kind {
            RunKind::Orchestrate => &self.machines.orchestrate,
            RunKind::Workflow => &self.machines.workflow,
            RunKind::Deploy => &self.machines.deploy,
        }
    }

    /// The ARN of the run's execution: the machine's, with the run's id for a name.
    fn execution_of(&self, run: &Run) -> String {
        let machine = self.machine_of(run);
        let of_machine = machine.replacen(":stateMachine:", ":execution:", 1);
        format!("{of_machine}:{}", run.id)
    }

    /// Starts the run's execution, unless it was started before.
    async fn start(&self, run: &Run) -> Result<()> {
        let started = self
            .client
            .start_execution()
            .state_machine_arn(self.machine_of(run))
            .name(&run.id)
            .input(run.machine_input()?.to_string())
            .send()
            .await;
        match started {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_execution_already_exists()) =>
            {
                Ok(())
            }
            Err(error) => Err(fault::of("start the run's execution", &error)),
        }
    }

    /// How the execution stands; nothing where it was never started.
    async fn describe(&self, run: &Run) -> Result<Option<DescribeExecutionOutput>> {
        let described = self
            .client
            .describe_execution()
            .execution_arn(self.execution_of(run))
            .send()
            .await;
        match described {
            Ok(found) => Ok(Some(found)),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_execution_does_not_exist()) =>
            {
                Ok(None)
            }
            Err(error) => Err(fault::of("read the run's execution", &error)),
        }
    }

    /// The run as it stands now; where its execution has ended, that is stored.
    pub(crate) async fn look(&self, mut run: Run) -> Result<Run> {
        if run.status.ended() {
            return Ok(run);
        }
        let Some(found) = self.describe(&run).await? else {
            return Ok(run);
        };
        let at = found
            .stop_date
            .and_then(|at| moment(&at))
            .unwrap_or_else(|| self.clock.now());
        let error = |name: &str| {
            let name = found.error.as_deref().unwrap_or(name);
            Error::from_failure(name, found.cause.as_deref().unwrap_or_default())
        };
        match &found.status {
            ExecutionStatus::Succeeded => {
                let text = found.output.as_deref().unwrap_or("null");
                let output = serde_json::from_str(text).map_err(|_| {
                    Error::new(
                        Code::StoreCorrupt,
                        format!("the output of run `{}` is not JSON", run.id),
                    )
                })?;
                run.succeed(output, at);
            }
            ExecutionStatus::Failed => run.fail(error("States.Runtime"), at),
            ExecutionStatus::TimedOut => run.fail(error("States.Timeout"), at),
            ExecutionStatus::Aborted => run.cancel(found.cause.as_deref().unwrap_or_default(), at),
            _ => return Ok(run),
        }
        self.runs.update(&run).await?;
        // Whoever ended it first has the last word.
        RunStore::get(&self.runs, &run.id).await
    }

    async fn reopen(&self, run: Run) -> Result<Run> {
        let redriven = self
            .client
            .redrive_execution()
            .execution_arn(self.execution_of(&run))
            .send()
            .await;
        if let Err(error) = redriven {
            // Redriven before, by somebody who did not come to write it down.
            let under_way = self.describe(&run).await?.is_some_and(|found| {
                matches!(
                    found.status,
                    ExecutionStatus::Running | ExecutionStatus::PendingRedrive
                )
            });
            let refused = error.as_service_error().is_some_and(|e| {
                e.is_execution_not_redrivable() || e.is_execution_does_not_exist()
            });
            if refused && !under_way {
                return Err(Error::new(
                    Code::Conflict,
                    format!("the execution of run `{}` cannot be redriven", run.id),
                )
                .hint("begin a new run"));
            }
            if !refused {
                return Err(fault::of("redrive the run's execution", &error));
            }
        }
        self.runs.reopen(run).await
    }

    /// Stops the run's execution, then what it began, which nobody waits for any more.
    async fn stop(&self, run: &Run, reason: &str) -> Result<()> {
        let own = self.execution_of(run);
        self.stop_one(&own, reason).await?;
        for begun in events::begun(&self.client, &own).await? {
            self.stop_one(&begun, reason).await?;
        }
        Ok(())
    }

    async fn stop_one(&self, execution: &str, reason: &str) -> Result<()> {
        let stopped = self
            .client
            .stop_execution()
            .execution_arn(execution)
            .error(Code::Cancelled.as_str())
            .cause(reason)
            .send()
            .await;
        match stopped {
            Ok(_) => Ok(()),
            // What was never begun is not under way.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_execution_does_not_exist()) =>
            {
                Ok(())
            }
            Err(error) => Err(fault::of("stop the run's execution", &error)),
        }
    }
}

/// Drives the runs of one project.
pub(crate) struct Conductor {
    executions: Executions,
    approvals: Arc<dyn ApprovalStore>,
}

impl Conductor {
    pub(crate) const fn new(executions: Executions, approvals: Arc<dyn ApprovalStore>) -> Self {
        Self {
            executions,
            approvals,
        }
    }

    async fn stored(&self, run_id: &str) -> Result<Run> {
        RunStore::get(&self.executions.runs, run_id).await
    }

    /// Gives an answer to the task that waits for it. A token nobody waits for was answered
    /// before, or its task is over.
    async fn deliver(&self, approval: &Approval) -> Result<()> {
        let Some(answer) = &approval.answer else {
            return Ok(());
        };
        let output =
            json!({"approved": answer.approved, "by": answer.by, "comment": answer.comment});
        let sent = self
            .executions
            .client
            .send_task_success()
            .task_token(&approval.task_token)
            .output(output.to_string())
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error)
                if error.as_service_error().is_some_and(|e| {
                    e.is_task_does_not_exist() || e.is_task_timed_out() || e.is_invalid_token()
                }) =>
            {
                Ok(())
            }
            Err(error) => Err(fault::of("pass the answer on", &error)),
        }
    }
}

#[async_trait]
impl Orchestrator for Conductor {
    async fn begin(&self, run: &Run) -> Result<()> {
        self.executions.start(run).await
    }

    async fn drive(&self, run_id: &str) -> Result<Run> {
        let mut run = self.stored(run_id).await?;
        if !run.status.ended() {
            self.executions.start(&run).await?;
        }
        let mut pause = SOON;
        loop {
            run = self.executions.look(run).await?;
            if run.status.ended() {
                return Ok(run);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LATER);
        }
    }

    async fn reopen(&self, run_id: &str) -> Result<Run> {
        let run = self.executions.look(self.stored(run_id).await?).await?;
        run.reopenable()?;
        self.executions.reopen(run).await
    }

    async fn cancel(&self, run_id: &str, reason: &str) -> Result<Run> {
        let mut run = self.executions.look(self.stored(run_id).await?).await?;
        if run.status.ended() {
            return Err(Error::new(
                Code::Conflict,
                format!("run `{run_id}` has ended: {}", run.status.as_str()),
            ));
        }
        if self.executions.describe(&run).await?.is_some() {
            self.executions.stop(&run, reason).await?;
        }
        run.cancel(reason, self.executions.clock.now());
        self.executions.runs.update(&run).await?;
        self.stored(run_id).await
    }

    async fn answer(&self, approval_id: &str, answer: Answer) -> Result<()> {
        match self.approvals.answer(approval_id, answer).await {
            Ok(approval) => self.deliver(&approval).await,
            Err(error) if error.code == Code::Conflict => {
                // Whoever answered may not have come to pass it on.
                self.deliver(&self.approvals.get(approval_id).await?)
                    .await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }
}

/// A moment as AWS writes it.
fn moment(at: &aws_sdk_sfn::primitives::DateTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.secs(), at.subsec_nanos())
}
