//! CPU time of this thread and memory of this process.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::Failed;

/// CPU time this thread has used. Others on the machine do not count towards it.
fn cpu() -> Duration {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    let (seconds, nanos) = (u64::try_from(used.tv_sec), u32::try_from(used.tv_nsec));
    Duration::new(seconds.unwrap_or(0), nanos.unwrap_or(0))
}

/// Milliseconds of CPU that `work` takes: the least of `rounds`.
pub(crate) fn cpu_millis(rounds: u32, mut work: impl FnMut()) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let begun = cpu();
        work();
        best = best.min(cpu() - begun);
    }
    best.as_secs_f64() * 1e3
}

/// Bytes of this process that are in memory.
pub(crate) fn resident() -> Result<u64, Failed> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().next());
    let kilobytes: u64 = kilobytes.ok_or("no VmRSS in /proc/self/status")?.parse()?;
    Ok(kilobytes * 1024)
}
