//! CPU time, wall time and resident memory, and the least of several rounds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tdev_asl::{ExecutionOptions, MemoryJournal, Outcome, StateMachine, Status, TaskHandler, run};

use crate::Failed;
use rustix::time::{ClockId, clock_gettime};

/// CPU time this thread has used. Others on the machine do not count towards it.
fn cpu() -> Duration {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    let (seconds, nanos) = (u64::try_from(used.tv_sec), u32::try_from(used.tv_nsec));
    Duration::new(seconds.unwrap_or(0), nanos.unwrap_or(0))
}

/// Microseconds of CPU one call of `work` takes: the least of `rounds`, each of `calls`.
pub(crate) fn cpu_micros(
    rounds: u32,
    calls: u32,
    mut work: impl FnMut() -> Result<(), Failed>,
) -> Result<f64, Failed> {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let begun = cpu();
        for _ in 0..calls {
            work()?;
        }
        best = best.min(cpu() - begun);
    }
    Ok(best.as_secs_f64() * 1e6 / f64::from(calls))
}

/// Milliseconds `work` takes on the clock on the wall: the least of `rounds`.
pub(crate) fn wall_millis(
    rounds: u32,
    mut work: impl FnMut() -> Result<(), Failed>,
) -> Result<f64, Failed> {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let begun = Instant::now();
        work()?;
        best = best.min(begun.elapsed());
    }
    Ok(best.as_secs_f64() * 1e3)
}

/// Bytes of this process that are in memory.
pub(crate) fn resident() -> Result<u64, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().next());
    let kilobytes: u64 = kilobytes.ok_or("no VmRSS in /proc/self/status")?.parse()?;
    Ok(kilobytes * 1024)
}

/// Where an execution's records go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Nowhere: express mode.
    Nothing,
    /// Into a journal in memory.
    Records,
}

/// A thread with a runtime of its own, so that its CPU time is the execution's and nothing else's.
pub(crate) struct Bench {
    runtime: tokio::runtime::Runtime,
    handler: Arc<dyn TaskHandler>,
}

impl Bench {
    pub(crate) fn new(handler: impl TaskHandler + 'static) -> Result<Self, Failed> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        Ok(Self {
            runtime,
            handler: Arc::new(handler),
        })
    }

    pub(crate) fn handler(&self) -> &Arc<dyn TaskHandler> {
        &self.handler
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// One execution, which must end as `expected`.
    pub(crate) fn execute(
        &self,
        machine: &Arc<StateMachine>,
        input: &Value,
        keep: Keep,
        expected: Status,
    ) -> Result<Outcome, Failed> {
        let mut options = ExecutionOptions::new("bench");
        if keep == Keep::Records {
            options.journal = Some(Arc::new(MemoryJournal::new()));
        }
        self.resume(machine, input, options, expected)
    }

    /// One execution with options of its own.
    pub(crate) fn resume(
        &self,
        machine: &Arc<StateMachine>,
        input: &Value,
        options: ExecutionOptions,
        expected: Status,
    ) -> Result<Outcome, Failed> {
        let (machine, handler) = (Arc::clone(machine), Arc::clone(&self.handler));
        let outcome = self.block_on(run(machine, input.clone(), handler, options))?;
        if outcome.status != expected {
            let (error, cause) = (outcome.error, outcome.cause);
            return Err(format!("the machine ended with {error:?}: {cause:?}").into());
        }
        Ok(outcome)
    }
}
