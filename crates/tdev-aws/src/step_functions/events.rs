//! Events of runs, read from the history of their executions.
//!
//! An event's `seq` is its id in the history times 2^20. In the room after the event by which a state
//! machine began to wait for an execution of its own stand the events of that one. Those of a workflow
//! that runs in the executor's function are not told.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::HistoryEvent;
use tdev_core::ports::{EventStore, RunStore};
use tdev_core::run::{Run, RunEvent};
use tdev_core::{Code, Error, Result};

use super::{Followed, history, inner, moment};
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
        page(
            &self.runs.0.client,
            &self.runs.0.execution_of(run),
            from,
            newest,
        )
        .await
    }

    async fn has_news(&self, run_id: &str, seq: i64) -> Result<bool> {
        let Some(run) = self.run(run_id).await? else {
            return Ok(false);
        };
        if run.status.ended() {
            return Ok(true);
        }
        let (events, _) = self.page(&run, None, Newest::Only).await?;
        if events.iter().any(|event| place(event.id) > seq) {
            return Ok(true);
        }
        // The news may be that of the execution it waits for. Who waits for the end alone is not
        // concerned.
        let waits = seq < i64::MAX && events.iter().any(inner::waits);
        Ok(waits && !self.after(run_id, seq, 1).await?.is_empty())
    }
}

/// A part of an execution's history, and where it goes on.
async fn page(
    client: &Client,
    execution: &str,
    from: Option<String>,
    newest: Newest,
) -> Result<(Vec<HistoryEvent>, Option<String>)> {
    let (reverse, most) = match newest {
        Newest::Last => (false, PAGE),
        Newest::Only => (true, 1),
    };
    let answer = client
        .get_execution_history()
        .execution_arn(execution)
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

/// The whole history of an execution, whose `seq` are its own ids.
pub(super) async fn whole(client: &Client, execution: &str) -> Result<Vec<RunEvent>> {
    let name = execution.rsplit(':').next().unwrap_or_default();
    let run_id = name.split('_').next().unwrap_or_default();
    let mut told = Vec::new();
    let mut states = States::default();
    let mut next = None;
    loop {
        let (events, more) = page(client, execution, next, Newest::Last).await?;
        for event in &events {
            told.push(tell(run_id, name, event.id, event, states.of(event))?);
        }
        next = more;
        if next.is_none() {
            return Ok(told);
        }
    }
}

/// What an execution began, by their ARNs.
pub(super) async fn begun(client: &Client, execution: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut next = None;
    loop {
        let (events, more) = page(client, execution, next, Newest::Last).await?;
        found.extend(events.iter().filter_map(inner::begun));
        next = more;
        if next.is_none() {
            return Ok(found);
        }
    }
}

/// The states that events concern: what they name, or what the event before them did.
#[derive(Default)]
struct States(HashMap<i64, String>);

impl States {
    fn of(&mut self, event: &HistoryEvent) -> Option<String> {
        let named = history::state_of(event).map(str::to_owned);
        // Events of the execution as a whole concern no state.
        let whole = event.r#type.as_str().starts_with("Execution");
        let state = named
            .or_else(|| self.0.get(&event.previous_event_id).cloned())
            .filter(|_| !whole)?;
        self.0.insert(event.id, state.clone());
        Some(state)
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
        let mut states = States::default();
        let mut apart = None;
        let mut next = None;
        loop {
            let (events, more) = self.page(&run, next, Newest::Last).await?;
            for event in &events {
                let state = states.of(event);
                if place(event.id) > seq && found.len() < limit {
                    found.push(tell(&run.id, &run.id, place(event.id), event, state)?);
                }
                apart = inner::begun(event).or(apart);
                // What it waits for from here on stands between this event and the next.
                if let (true, Some(execution)) = (inner::waits(event), &apart) {
                    let inner = whole(&self.runs.0.client, execution).await?;
                    let placed = inner.into_iter().map(|inner| RunEvent {
                        seq: place(event.id) + inner.seq,
                        ..inner
                    });
                    let wanted = placed.filter(|inner| inner.seq > seq);
                    found.extend(wanted.take(limit.saturating_sub(found.len())));
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

fn tell(
    run_id: &str,
    execution: &str,
    seq: i64,
    event: &HistoryEvent,
    state: Option<String>,
) -> Result<RunEvent> {
    let at = moment(&event.timestamp).ok_or_else(|| {
        Error::new(
            Code::StoreCorrupt,
            format!("an event of run `{run_id}` has no time"),
        )
    })?;
    Ok(RunEvent {
        seq,
        run_id: run_id.to_owned(),
        execution: execution.to_owned(),
        event_id: u64::try_from(event.id).unwrap_or_default(),
        at,
        kind: event.r#type.as_str().to_owned(),
        state,
        event: history::json_of(event, at),
    })
}
