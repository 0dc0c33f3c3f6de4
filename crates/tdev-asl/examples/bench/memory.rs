//! Resident memory of executions that sleep, measured in a process of their own.

use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;
use tdev_asl::{
    Clock, ExecutionOptions, MemoryJournal, StateMachine, SystemClock, TaskHandler, spawn,
};

use crate::Failed;
use crate::handlers::Echo;
use crate::measure::{Keep, resident};
use crate::report::{Report, Row, Target};

/// The option under which this program measures one kind and prints bytes per execution.
pub(crate) const CHILD: &str = "--memory-of";

const SLEEPING: u32 = 100_000;
const HOUR: u64 = 3600;

pub(crate) fn scenario(report: &mut Report) -> Result<(), Failed> {
    report.note(
        "100,000 executions asleep in a Wait, each spawned as a tokio task with a handle and an \
         input of its own; resident memory of a fresh process, per execution;",
    );
    report.note("the floor is a tokio task that only sleeps");
    let floor = measured_apart("bare")?;
    for kind in ["express", "journalled"] {
        let bytes = measured_apart(kind)?;
        report.add(&Row {
            what: format!("{kind}, per sleeping execution"),
            unit: "KB",
            measured: bytes / 1000.0,
            floor: Some(floor / 1000.0),
            target: Target::AtMost(10.0),
        });
        report.add(&Row {
            what: format!("{kind}, 100,000 sleeping executions"),
            unit: "MB",
            measured: bytes * f64::from(SLEEPING) / 1e6,
            floor: Some(floor * f64::from(SLEEPING) / 1e6),
            target: Target::AtMost(1000.0),
        });
    }
    Ok(())
}

/// Memory once used stays with a process, so each kind has one to itself.
fn measured_apart(kind: &str) -> Result<f64, Failed> {
    let output = Command::new(std::env::current_exe()?)
        .args([CHILD, kind])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Prints the bytes one sleeping execution of `kind` takes.
pub(crate) fn child(kind: &str) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()?;
    let bytes = match kind {
        "bare" => runtime.block_on(bare())?,
        "express" => runtime.block_on(executions(Keep::Nothing))?,
        "journalled" => runtime.block_on(executions(Keep::Records))?,
        other => return Err(format!("unknown kind `{other}`").into()),
    };
    #[expect(clippy::cast_precision_loss, reason = "bytes of memory fit 52 bits")]
    let each = bytes as f64 / f64::from(SLEEPING);
    println!("{each}");
    // Waking and ending all of them would only take time.
    runtime.shutdown_background();
    Ok(())
}

async fn bare() -> Result<u64, Failed> {
    let asleep = Arc::new(AtomicU32::new(0));
    let before = resident()?;
    let mut tasks = Vec::new();
    for _ in 0..SLEEPING {
        let asleep = Arc::clone(&asleep);
        tasks.push(tokio::spawn(async move {
            let sleep = tokio::time::sleep(Duration::from_secs(HOUR));
            asleep.fetch_add(1, Ordering::Relaxed);
            sleep.await;
        }));
    }
    all_asleep(&asleep).await;
    Ok(resident()?.saturating_sub(before))
}

async fn executions(keep: Keep) -> Result<u64, Failed> {
    let definition = json!({"StartAt": "Prepare", "States": {
        "Prepare": {"Type": "Pass", "Next": "Rest"},
        "Rest": {"Type": "Wait", "Seconds": HOUR, "Next": "Done"},
        "Done": {"Type": "Succeed"}}});
    let machine = Arc::new(StateMachine::from_value(&definition)?);
    let handler: Arc<dyn TaskHandler> = Arc::new(Echo);
    let clock = Arc::new(Counting::default());
    let journal = Arc::new(MemoryJournal::new());
    let before = resident()?;
    let mut running = Vec::new();
    for n in 0..SLEEPING {
        let mut options = ExecutionOptions::new(format!("bench-{n:06}"));
        options.clock = Arc::clone(&clock) as Arc<dyn Clock>;
        if keep == Keep::Records {
            options.journal = Some(Arc::clone(&journal) as Arc<dyn tdev_asl::Journal>);
        }
        let input = json!({"order": {"id": n, "lines": [1, 2, 3]}, "user": "ada"});
        let (machine, handler) = (Arc::clone(&machine), Arc::clone(&handler));
        running.push(spawn(machine, input, handler, options));
    }
    all_asleep(&clock.asleep).await;
    Ok(resident()?.saturating_sub(before))
}

async fn all_asleep(asleep: &AtomicU32) {
    while asleep.load(Ordering::Relaxed) < SLEEPING {
        tokio::task::yield_now().await;
    }
}

/// The system's clock, counting who has gone to sleep. It boxes no future of its own.
#[derive(Default)]
struct Counting {
    clock: SystemClock,
    asleep: Arc<AtomicU32>,
}

impl Clock for Counting {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn sleep_until<'c, 'f>(
        &'c self,
        deadline: DateTime<Utc>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'f>>
    where
        'c: 'f,
        Self: 'f,
    {
        self.asleep.fetch_add(1, Ordering::Relaxed);
        self.clock.sleep_until(deadline)
    }
}
