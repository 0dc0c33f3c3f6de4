//! Executions on the journal on disk: one alone, and many at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use tdev_asl::{ExecutionOptions, FileJournal, StateMachine, Status, TaskHandler, run};

use crate::Failed;
use crate::barelog::{BareLog, Synced};
use crate::chain::chain;
use crate::handlers::Echo;
use crate::report::{Report, Row, Target};

const STEPS: usize = 4;
const PAIRS: usize = 301;
const TOGETHER: usize = 64;
const RUNS_EACH: usize = 40;
const ROUNDS: usize = 7;
/// Bytes of a record as these runs write them.
const RECORD: usize = 120;

pub(crate) fn scenario(report: &mut Report) -> Result<(), Failed> {
    let folder = Folder::new()?;
    report.note(
        "a step is a native task; a run of four steps is five decisions, so five flushes: its start \
         and each answer. Floors: four fdatasyncs of as many bytes into a file that does not grow; \
         64 writers of five records a run on the smallest group-commit log",
    );
    report.note("medians of turn and turn about, wall time, for the disk has moods");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()?;
    let machine = chain(STEPS, |_| json!({"Type": "Task", "Resource": "echo"}));
    let machine = Arc::new(StateMachine::from_value(&machine)?);
    let journal = Arc::new(FileJournal::open(folder.0.join("journal"))?);
    let mut file = Synced::create(&folder.0.join("floor"))?;

    let (mut floors, mut alone) = (Vec::new(), Vec::new());
    for n in 0..PAIRS {
        let begun = Instant::now();
        for _ in 0..STEPS {
            file.append(&[b'x'; RECORD])?;
        }
        floors.push(begun.elapsed().as_secs_f64() * 1e6);
        let begun = Instant::now();
        let (machine, journal) = (Arc::clone(&machine), Arc::clone(&journal));
        runtime.block_on(async {
            tokio::spawn(one(machine, journal, format!("alone-{n}"))).await
        })??;
        alone.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    report.add(&Row {
        what: "a run of 4 steps alone, against 4 fdatasyncs".to_owned(),
        unit: "µs",
        measured: median(&mut alone),
        floor: Some(median(&mut floors)),
        target: Target::Floors(1.5),
    });

    let (mut floors, mut together) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let log = Arc::new(BareLog::create(&folder.0.join("bare"))?);
        floors.push(per_run(&runtime, |_, _| bare(Arc::clone(&log)))?);
        together.push(per_run(&runtime, |who, n| {
            let name = format!("together-{round}-{who}-{n}");
            one(Arc::clone(&machine), Arc::clone(&journal), name)
        })?);
    }
    report.add(&Row {
        what: "a run of 4 steps, 64 at once, against a bare log".to_owned(),
        unit: "µs",
        measured: median(&mut together),
        floor: Some(median(&mut floors)),
        target: Target::Floors(2.0),
    });
    Ok(())
}

/// Microseconds a run takes where each of many does some in a row.
fn per_run<F>(
    runtime: &tokio::runtime::Runtime,
    job: impl Fn(usize, usize) -> F,
) -> Result<f64, Failed>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let begun = Instant::now();
    runtime.block_on(async {
        let all: Vec<_> = (0..TOGETHER)
            .map(|who| {
                let jobs: Vec<F> = (0..RUNS_EACH).map(|n| job(who, n)).collect();
                tokio::spawn(async move {
                    for job in jobs {
                        job.await?;
                    }
                    Ok::<(), String>(())
                })
            })
            .collect();
        for each in all {
            each.await??;
        }
        Ok::<(), Failed>(())
    })?;
    Ok(begun.elapsed().as_secs_f64() * 1e6 / (TOGETHER * RUNS_EACH) as f64)
}

async fn one(
    machine: Arc<StateMachine>,
    journal: Arc<FileJournal>,
    name: String,
) -> Result<(), String> {
    let options = ExecutionOptions {
        journal: Some(Arc::clone(&journal) as Arc<_>),
        ..ExecutionOptions::new(name.clone())
    };
    let handler: Arc<dyn TaskHandler> = Arc::new(Echo);
    let outcome = run(machine, json!({"order": "o-17"}), handler, options).await;
    let outcome = outcome.map_err(|e| e.to_string())?;
    if outcome.status != Status::Succeeded {
        return Err(format!("a run ended with {:?}", outcome.cause));
    }
    journal.forget(&name);
    Ok(())
}

async fn bare(log: Arc<BareLog>) -> Result<(), String> {
    for _ in 0..=STEPS {
        log.append(&[b'x'; RECORD]).await?;
    }
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A folder on the disk the program was built on, gone with this value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failed> {
        let exe = std::env::current_exe()?;
        let beside = exe.parent().unwrap_or(Path::new("."));
        let folder = beside.join(format!("bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays does no harm.
        let _ignored = std::fs::remove_dir_all(&self.0);
    }
}
