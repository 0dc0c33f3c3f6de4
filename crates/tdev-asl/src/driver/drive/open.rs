//! Opening an execution: a start, a replay of what its journal holds, or a redrive after that.

use serde_json::Value;

use super::Driver;
use crate::driver::replay::{Calls, apply};
use crate::driver::run::EngineError;
use crate::execution::{Record, VERSION, read};

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
        let calls = self.replay(&lines)?;
        let wanted = self.execution.redrives() < self.options.redrives;
        if wanted && self.execution.redrivable().is_ok() {
            return self.go_on().await;
        }
        for (id, (token, job)) in calls {
            self.call(id, token, job);
        }
        Ok(())
    }

    /// Replays an execution that ended without success, and has it go on.
    pub(in crate::driver) async fn reopen(&mut self) -> Result<(), EngineError> {
        let Some(journal) = self.options.journal.clone() else {
            return Err(EngineError::NoJournal);
        };
        let name = &self.options.name;
        let lines = journal.load(name).await?;
        if lines.is_empty() {
            return Err(EngineError::NeverStarted { name: name.clone() });
        }
        // What has ended leaves no calls; what has not is refused before any is made.
        drop(self.replay(&lines)?);
        self.execution
            .redrivable()
            .map_err(|reason| EngineError::NotRedrivable {
                name: self.options.name.clone(),
                reason,
            })?;
        self.go_on().await
    }

    /// Goes on with what ended without success.
    async fn go_on(&mut self) -> Result<(), EngineError> {
        let at = self.options.clock.now();
        self.inbox.push(Record::Redriven { at }.into());
        self.commit().await?;
        self.perform();
        Ok(())
    }

    /// Applies old records, and gives the calls that are still outstanding.
    fn replay(&mut self, lines: &[String]) -> Result<Calls, EngineError> {
        let records = read(lines)?;
        let (keep, history) = (self.options.keep_history, &mut self.history);
        let outstanding = apply(&mut self.execution, &self.machine, records, |events| {
            if keep {
                history.append(events);
            }
        })?;
        self.timers = outstanding.timers;
        self.seq = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        Ok(outstanding.calls)
    }
}

/// A seed nobody can guess.
fn seed() -> u64 {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    high ^ low
}
