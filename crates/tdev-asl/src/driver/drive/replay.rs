//! Opening an execution: a start, or a replay of what its journal holds.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Driver;
use crate::driver::run::EngineError;
use crate::execution::{Effect, Job, Record, ReplayError, VERSION, read};

impl Driver {
    /// Replays what the journal holds, or starts.
    pub(in crate::driver) async fn open(&mut self, input: Value) -> Result<(), EngineError> {
        let lines = match &self.options.journal {
            Some(journal) => journal.load(&self.options.name).await?,
            None => Vec::new(),
        };
        if lines.is_empty() {
            let start = Record::Started {
                version: VERSION,
                at: self.options.clock.now(),
                name: self.options.name.clone(),
                machine: self.machine.fingerprint.clone(),
                seed: self.options.seed.unwrap_or_else(seed),
                input,
            };
            self.inbox.push(start.into());
            return Ok(());
        }
        self.replay(&lines)
    }

    /// Applies old records, then performs only the effects that are still outstanding.
    fn replay(&mut self, lines: &[String]) -> Result<(), EngineError> {
        let records = read(lines)?;
        if let Some(Record::Started { machine, .. }) = records.first()
            && *machine != self.machine.fingerprint
        {
            return Err(ReplayError::Definition {
                began: machine.clone(),
                now: self.machine.fingerprint.clone(),
            }
            .into());
        }
        let mut calls: BTreeMap<u64, (bool, Job)> = BTreeMap::new();
        for record in records {
            match &record {
                Record::TaskSucceeded { task, .. }
                | Record::TaskFailed { task, .. }
                | Record::TaskSubmitted { task, .. } => drop(calls.remove(task)),
                Record::TimerFired { timer, .. } => self.timers.cancel(*timer),
                _ => {}
            }
            self.execution.apply(record);
            for effect in self.execution.effects.drain(..) {
                match effect {
                    Effect::RunTask { id, token, job } => {
                        drop(calls.insert(id, (token, job)));
                    }
                    Effect::CancelTask { id } => drop(calls.remove(&id)),
                    Effect::StartTimer { id, at } => self.timers.set(id, at),
                    Effect::CancelTimer { id } => self.timers.cancel(id),
                    Effect::Finished => {}
                }
            }
            self.keep_history();
        }
        self.seq = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        for (id, (token, job)) in calls {
            self.call(id, token, job);
        }
        Ok(())
    }
}

/// A seed nobody can guess.
fn seed() -> u64 {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    high ^ low
}
