//! Events of runs, read from the history of their executions.
//!
//! An event's `seq` is its id in the history times 2^20. The room between is for the events of a
//! workflow inside, which run in the executor and are not told yet.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sfn::types::HistoryEvent;
use tdev_core::ports::{EventStore, RunStore};
use tdev_core::run::{Run, RunEvent};
use tdev_core::{Code, Error, Result};

use super::{Followed, history, moment};
use crate::fault;

/// The positions between two events of a run's own execution.
const ROOM: u32 = 20;
/// Events of one answer, by Step Functions' rules.
const PAGE: i32 = 1000;
/// How long a reader waits before looking again, at first and at most.
const SOON: Duration = Duration::from_millis(100);
const LATER: Duration = Duration::from_secs(1);

/// The histories of one project's runs.
pub(crate) struct History {
    runs: Followed,
}

impl History {
    pub(crate) const fn new(runs: Followed) -> Self {
        Self { runs }
    }

    async fn run(&self, id: &str) -> Result<Option<Run>> {
        match self.runs.get(id).await {
            Ok(run) => Ok(Some(run)),
            Err(error) if error.code == Code::RunNotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A part of the history, and where it goes on.
    async fn page(
        &self,
        run: &Run,
        from: Option<String>,
        newest: Newest,
    ) -> Result<(Vec<HistoryEvent>, Option<String>)> {
        let (reverse, most) = match newest {
            Newest::Last => (false, PAGE),
            Newest::Only => (true, 1),
        };
        let answer = self
            .runs
            .0
            .client
            .get_execution_history()
            .execution_arn(self.runs.0.execution_of(run))
            .include_execution_data(true)
            .reverse_order(reverse)
            .max_results(most)
            .set_next_token(from)
            .send()
            .await;
        match answer {
            Ok(answer) => Ok((answer.events, answer.next_token)),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_execution_does_not_exist()) =>
            {
                Ok((Vec::new(), None))
            }
            Err(error) => Err(fault::of("read the run's history", &error)),
        }
    }

    async fn has_news(&self, run_id: &str, seq: i64) -> Result<bool> {
        let Some(run) = self.run(run_id).await? else {
            return Ok(false);
        };
        if run.status.ended() {
            return Ok(true);
        }
        let (events, _) = self.page(&run, None, Newest::Only).await?;
        Ok(events.iter().any(|event| place(event.id) > seq))
    }
}

/// Which events of a history are wanted.
#[derive(Debug, Clone, Copy)]
enum Newest {
    /// All, the newest last.
    Last,
    /// No other.
    Only,
}

/// The `seq` of an event of a run's own execution.
const fn place(id: i64) -> i64 {
    id << ROOM
}

#[async_trait]
impl EventStore for History {
    async fn after(&self, run_id: &str, seq: i64, limit: usize) -> Result<Vec<RunEvent>> {
        let Some(run) = self.run(run_id).await? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        let mut states: HashMap<i64, String> = HashMap::new();
        let mut next = None;
        loop {
            let (events, more) = self.page(&run, next, Newest::Last).await?;
            for event in &events {
                let named = history::state_of(event).map(str::to_owned);
                // Events of the execution as a whole concern no state.
                let whole = event.r#type.as_str().starts_with("Execution");
                let state = named
                    .or_else(|| states.get(&event.previous_event_id).cloned())
                    .filter(|_| !whole);
                if let Some(state) = &state {
                    states.insert(event.id, state.clone());
                }
                if place(event.id) > seq && found.len() < limit {
                    found.push(told(&run, event, state)?);
                }
            }
            next = more;
            if next.is_none() || found.len() >= limit {
                return Ok(found);
            }
        }
    }

    async fn wait(&self, run_id: &str, seq: i64, patience: Duration) -> Result<()> {
        let watch = async {
            let mut pause = SOON;
            while !self.has_news(run_id, seq).await? {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LATER);
            }
            Ok(())
        };
        // Running out of patience is an ordinary way to end.
        tokio::time::timeout(patience, watch)
            .await
            .unwrap_or(Ok(()))
    }
}

fn told(run: &Run, event: &HistoryEvent, state: Option<String>) -> Result<RunEvent> {
    let at = moment(&event.timestamp).ok_or_else(|| {
        Error::new(
            Code::StoreCorrupt,
            format!("an event of run `{}` has no time", run.id),
        )
    })?;
    Ok(RunEvent {
        seq: place(event.id),
        run_id: run.id.clone(),
        execution: run.id.clone(),
        event_id: u64::try_from(event.id).unwrap_or_default(),
        at,
        kind: event.r#type.as_str().to_owned(),
        state,
        event: history::json_of(event, at),
    })
}
