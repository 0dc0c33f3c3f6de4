//! Replay: what a journal says of its execution, found by applying its records and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::options::ExecutionOptions;
use super::task::TaskRequest;
use super::timetable::Timetable;
use crate::definition::StateMachine;
use crate::execution::{
    Effect, Ending, Execution, Job, Record, ReplayError, Setting, Status, read,
};
use crate::history::HistoryEvent;

/// What the records of an execution lead to.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// Every event so far.
    pub history: Vec<HistoryEvent>,
    /// How it ended; absent while it goes on.
    pub status: Option<Status>,
    /// The output, if it succeeded.
    pub output: Option<Value>,
    /// The error name, if it ended without success and there is one.
    pub error: Option<String>,
    /// The cause, if it ended without success and there is one.
    pub cause: Option<String>,
    /// How often it was redriven.
    pub redrives: u32,
    /// Calls whose answers the records do not hold: a resumed execution makes them again.
    pub calls: Vec<TaskRequest>,
    /// How many reads and writes of the object store have no answer in the records.
    pub transfers: usize,
    /// When its timers are due, earliest first.
    pub timers: Vec<DateTime<Utc>>,
    /// The task tokens it waits for, whether their calls are outstanding or not.
    pub tokens: Vec<String>,
}

/// Applies the `records` of an execution of `machine`, without calling, waiting or keeping anything.
/// Of the `options` only the names of the machine and its role count, which the history and the
/// context object carry: they are those the execution ran with.
pub fn replay(
    machine: &Arc<StateMachine>,
    records: &[String],
    options: &ExecutionOptions,
) -> Result<Replayed, ReplayError> {
    let records = read(records)?;
    let setting = Setting {
        write_events: true,
        limit_events: true,
        ..options.clone().setting()
    };
    let mut execution = Execution::new(Arc::clone(machine), Arc::new(setting));
    let mut history = Vec::new();
    let outstanding = apply(&mut execution, machine, records, |events| {
        history.append(events);
    })?;
    let redrives = execution.redrives();
    let mut tokens: Vec<String> = execution.tokens().map(str::to_owned).collect();
    tokens.sort();
    let ending = execution.ending().cloned();
    let (output, error, cause) = match ending.clone() {
        Some(Ending {
            output,
            error,
            cause,
            ..
        }) => (output.map(Arc::unwrap_or_clone), error, cause),
        None => (None, None, None),
    };
    let (mut calls, mut transfers) = (Vec::new(), 0);
    for (_, job) in outstanding.calls.into_values() {
        match job {
            Job::Task(request) => calls.push(*request),
            Job::Read(_) | Job::Write(_) => transfers += 1,
        }
    }
    Ok(Replayed {
        history,
        status: ending.map(|ending| ending.status),
        output,
        error,
        cause,
        redrives,
        calls,
        transfers,
        timers: outstanding.timers.moments().collect(),
        tokens,
    })
}

/// Calls by their number, with whether only a token answers them.
pub(super) type Calls = BTreeMap<u64, (bool, Job)>;

/// What old records leave to be done.
#[derive(Default)]
pub(super) struct Outstanding {
    pub(super) calls: Calls,
    pub(super) timers: Timetable,
}

/// Applies old records; `told` is lent the events each leads to.
pub(super) fn apply(
    execution: &mut Execution,
    machine: &StateMachine,
    records: Vec<Record>,
    mut told: impl FnMut(&mut Vec<HistoryEvent>),
) -> Result<Outstanding, ReplayError> {
    if let Some(Record::Started { machine: began, .. }) = records.first()
        && *began != machine.fingerprint
    {
        return Err(ReplayError::Definition {
            began: began.clone(),
            now: machine.fingerprint.clone(),
        });
    }
    let Outstanding {
        mut calls,
        mut timers,
    } = Outstanding::default();
    for (seq, record) in records.into_iter().enumerate() {
        match &record {
            Record::TaskSucceeded { task, .. }
            | Record::TaskFailed { task, .. }
            | Record::TaskSubmitted { task, .. } => drop(calls.remove(task)),
            Record::TimerFired { timer, .. } => timers.cancel(*timer),
            Record::Redriven { .. } => execution
                .redrivable()
                .map_err(|reason| ReplayError::Redrive { seq, reason })?,
            _ => {}
        }
        execution.apply(record);
        for effect in execution.effects.drain(..) {
            match effect {
                Effect::RunTask { id, token, job } => {
                    drop(calls.insert(id, (token, job)));
                }
                Effect::CancelTask { id } => drop(calls.remove(&id)),
                Effect::StartTimer { id, at } => timers.set(id, at),
                Effect::CancelTimer { id } => timers.cancel(id),
                Effect::Finished => {}
            }
        }
        told(&mut execution.events);
        execution.events.clear();
    }
    Ok(Outstanding { calls, timers })
}
