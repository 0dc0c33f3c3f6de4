//! One execution from its start, or from where its journal ends, to its end.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use tdev_asl::{
    EngineError, ExecutionOptions, Handle, HandleError, Journal, Outcome, ReplayError, Status,
    execution_of_token, fingerprint_of, replay, run,
};
use tdev_core::ports::Scope;
use tdev_core::run::{Approval, RunEvent};
use tdev_core::{Code, Error, Result};

use super::functions::{Functions, Invokers};
use super::live::Live;
use super::machines::{Machine, Machines};
use super::nested::Nest;
use crate::journals::{ExecutionJournal, Journals, journal_fault};
use crate::lease::Leases;
use crate::sqlite::{Database, run_event, run_of};

/// The shortest time between two looks at what other processes have to say to an execution.
const LOOK: Duration = Duration::from_millis(40);

/// Runs executions on one project folder.
pub(crate) struct Driver {
    pub(crate) database: Database,
    pub(crate) journals: Journals,
    pub(crate) leases: Leases,
    live: Live,
    invokers: Invokers,
    machines: Machines,
}

/// What is to be run.
pub(crate) struct Execution {
    /// `run` or `run:part`.
    pub(crate) name: String,
    /// Its definition, with placeholders.
    pub(crate) definition: Value,
    pub(crate) input: Value,
    pub(crate) scope: Scope,
    /// How often it is to have been redriven.
    pub(crate) redrives: u32,
}

/// How an execution ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// With an output.
    Succeeded(Value),
    /// By an error.
    Failed(Error),
    /// By a person, for this reason.
    Aborted(String),
}

impl Ending {
    fn of(outcome: Outcome) -> Self {
        let Outcome {
            status,
            output,
            error,
            cause,
            ..
        } = outcome;
        let cause = cause.unwrap_or_default();
        match status {
            Status::Succeeded => Self::Succeeded(output.unwrap_or_default()),
            Status::Failed => Self::Failed(Error::from_failure(
                error.as_deref().unwrap_or("States.Failed"),
                &cause,
            )),
            Status::TimedOut => Self::Failed(Error::new(
                Code::ComponentTimeout,
                "the workflow ran past its time limit",
            )),
            Status::Aborted => Self::Aborted(cause),
        }
    }

    pub(super) fn into_result(self) -> Result<Value> {
        match self {
            Self::Succeeded(output) => Ok(output),
            Self::Failed(error) => Err(error),
            Self::Aborted(reason) => Err(Error::new(Code::Cancelled, reason)),
        }
    }
}

impl Driver {
    pub(crate) fn new(
        database: Database,
        journals: Journals,
        leases: Leases,
        live: Live,
        invokers: Invokers,
    ) -> Self {
        Self {
            database,
            journals,
            leases,
            live,
            invokers,
            machines: Machines::default(),
        }
    }

    /// Checks that a definition can be run.
    pub(crate) fn check(&self, definition: &Value) -> Result<()> {
        self.machines.of(definition).map(drop)
    }

    /// Runs an execution of which every transition is journalled, or goes on with the one of that
    /// name by the definition it was begun with; with one that did not succeed too, where it is
    /// to have been redriven more often than it was.
    pub(crate) async fn standard(&self, execution: Execution) -> Result<Ending> {
        let Execution {
            name,
            definition,
            input,
            scope,
            redrives,
        } = execution;
        let own = self.journals.own().await?;
        let machine = match own.count(&name) {
            0 => self.begin(&definition).await?,
            _ => self.begun(&name).await?,
        };
        let handle = Handle::new();
        let _place = self.live.enter(&name, handle.clone())?;
        let journal = Arc::new(ExecutionJournal::new(own, self.database.clone()));
        let options = ExecutionOptions {
            journal: Some(Arc::clone(&journal) as Arc<dyn Journal>),
            handle: Some(handle.clone()),
            redrives,
            ..options(&name)
        };
        let running = run(
            Arc::clone(&machine.parsed),
            input,
            self.functions(scope),
            options,
        );
        let outcome = tokio::select! {
            outcome = running => outcome,
            never = self.tend(&name, &handle) => match never {},
        };
        let ending = outcome.map(Ending::of).map_err(|e| fault(&name, e))?;
        journal.settle().await?;
        Ok(ending)
    }

    /// Brings everything that was ever kept of a run to this process, and tells again what its
    /// last driver did not come to tell. The caller has its lease.
    pub(crate) async fn bring(&self, run_id: &str) -> Result<()> {
        self.journals.bring(run_id).await?;
        for (name, records) in self.journals.records_of(run_id).await? {
            let machine = self.begun_with(&name, &records).await?;
            let replayed = replay(&machine.parsed, &records, &options(&name))
                .map_err(|e| fault(&name, e.into()))?;
            let telling = self.database.tell(&name, &replayed.history).await?;
            telling.done().await?;
        }
        Ok(())
    }

    /// The machine of a new execution. What is under way ends by the definition it began by, so
    /// that is kept before anything else is.
    async fn begin(&self, definition: &Value) -> Result<Arc<Machine>> {
        let machine = self.machines.of(definition)?;
        if !machine.kept.load(Ordering::Acquire) {
            let fingerprint = machine.parsed.fingerprint();
            self.database
                .keep_definition(fingerprint, &machine.text)
                .await?;
            machine.kept.store(true, Ordering::Release);
        }
        Ok(machine)
    }

    /// The machine an execution was begun with.
    async fn begun(&self, name: &str) -> Result<Arc<Machine>> {
        let records = self.journals.records(name).await?;
        self.begun_with(name, &records).await
    }

    async fn begun_with(&self, name: &str, records: &[String]) -> Result<Arc<Machine>> {
        let fingerprint = fingerprint_of(records).map_err(|e| fault(name, e.into()))?;
        let definition = self.database.definition_of(&fingerprint, name).await?;
        let definition = definition.ok_or_else(|| {
            Error::new(
                Code::StoreCorrupt,
                format!("the definition execution `{name}` was begun with is gone"),
            )
            .hint("start the run again; its journal was not changed")
        })?;
        self.machines.of(&definition)
    }

    /// Runs an execution in memory; its history comes with its ending.
    pub(crate) async fn express(&self, execution: Execution) -> Result<(Ending, Vec<RunEvent>)> {
        let Execution {
            name,
            definition,
            input,
            scope,
            redrives: _,
        } = execution;
        let machine = self.machines.of(&definition)?;
        if machine.waits {
            // Nobody could answer: a token lives in the journal.
            return Err(Error::new(
                Code::Unsupported,
                "a workflow that asks a person cannot run in memory",
            )
            .hint("run it as a standard execution"));
        }
        let options = ExecutionOptions {
            keep_history: true,
            ..options(&name)
        };
        let outcome = run(
            Arc::clone(&machine.parsed),
            input,
            self.functions(scope),
            options,
        )
        .await;
        let mut outcome = outcome.map_err(|e| fault(&name, e))?;
        let history = std::mem::take(&mut outcome.history);
        let history = history
            .iter()
            .map(|event| run_event(&name, event))
            .collect::<Result<_>>()?;
        Ok((Ending::of(outcome), history))
    }

    /// Ends the executions of a run that are under way in this process.
    pub(crate) async fn abort(&self, run_id: &str, reason: &str) {
        for handle in self.live.of_run(run_id) {
            // What has ended meanwhile needs no ending.
            let _over = handle
                .abort(
                    Some(Code::Cancelled.as_str().to_owned()),
                    Some(reason.to_owned()),
                )
                .await;
        }
    }

    /// Takes an answer to the task that waits for it, where its execution is under way in this
    /// process. Otherwise whoever drives it finds the answer in the store.
    pub(crate) async fn deliver(&self, approval: &Approval) {
        let handle =
            execution_of_token(&approval.task_token).and_then(|name| self.live.find(&name));
        if let Some(handle) = handle {
            deliver(&handle, approval).await;
        }
    }

    /// Looks after an execution from outside: answers and cancellations that other processes
    /// stored, before or while it runs, are passed on to it.
    async fn tend(&self, name: &str, handle: &Handle) -> Infallible {
        let mut changes = self.database.changes();
        let mut passed_on = HashSet::new();
        loop {
            match self.database.word_for(run_of(name)).await {
                Ok(word) => {
                    if let Some(reason) = word.cancelled {
                        let _over = handle
                            .abort(Some(Code::Cancelled.as_str().to_owned()), Some(reason))
                            .await;
                    }
                    for approval in word.answered {
                        let ours =
                            execution_of_token(&approval.task_token).is_some_and(|of| of == name);
                        if ours
                            && !passed_on.contains(&approval.id)
                            && deliver(handle, &approval).await
                        {
                            passed_on.insert(approval.id);
                        }
                    }
                }
                Err(error) => tracing::warn!(
                    execution = name,
                    code = error.code.as_str(),
                    "answers cannot be read: {error}"
                ),
            }
            // However much is written, one look in a while is enough: what this process itself
            // has to say comes without this detour.
            tokio::time::sleep(LOOK).await;
            self.database.changed(&mut changes).await;
        }
    }

    fn functions(&self, scope: Scope) -> Arc<Functions> {
        Arc::new(Functions {
            invokers: self.invokers.clone(),
            scope,
            nest: Nest {
                database: self.database.clone(),
                journals: self.journals.clone(),
                leases: self.leases.clone(),
                live: self.live.clone(),
            },
        })
    }
}

/// Completes the token an answered question waits for; says whether that is settled for good.
async fn deliver(handle: &Handle, approval: &Approval) -> bool {
    let Some(answer) = &approval.answer else {
        return false;
    };
    let answer = json!({"approved": answer.approved, "by": answer.by, "comment": answer.comment});
    match handle
        .complete_token(&approval.task_token, Ok(answer))
        .await
    {
        // A token nobody waits for was answered before, or its task is over.
        Ok(()) | Err(HandleError::UnknownToken) => true,
        Err(HandleError::NotRunning | HandleError::NotKept(_)) => false,
    }
}

fn options(name: &str) -> ExecutionOptions {
    ExecutionOptions {
        machine_name: "tdev".to_owned(),
        machine_arn: "arn:aws:states:local:000000000000:stateMachine:tdev".to_owned(),
        role_arn: "arn:aws:iam::000000000000:role/local".to_owned(),
        ..ExecutionOptions::new(name)
    }
}

fn fault(name: &str, error: EngineError) -> Error {
    match error {
        EngineError::Journal(error) => journal_fault(&error),
        EngineError::Replay(error @ ReplayError::Version { .. }) => Error::new(
            Code::StoreCorrupt,
            format!("execution `{name}` cannot be resumed: {error}"),
        )
        .hint("update tdev"),
        EngineError::Replay(error) => Error::new(
            Code::StoreCorrupt,
            format!("execution `{name}` cannot be resumed: {error}"),
        )
        .hint("start the run again; its journal was not changed"),
        error => Error::new(
            Code::Internal,
            format!("execution `{name}` cannot go on: {error}"),
        ),
    }
}
