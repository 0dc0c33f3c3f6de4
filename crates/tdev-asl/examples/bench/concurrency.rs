//! A thousand workflows at once, each of four waits of 10 ms, on the real clock.

use std::sync::Arc;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use tdev_asl::{ExecutionOptions, StateMachine, Status, TaskHandler, run};

use crate::Failed;
use crate::chain::chain;
use crate::handlers::Sleeper;
use crate::measure::wall_millis;
use crate::report::{Report, Row, Target};

const WORKFLOWS: usize = 1000;
const WAITS: i32 = 4;
const WAIT: Duration = Duration::from_millis(10);
const IDEAL: f64 = 40.0;
const ROUNDS: u32 = 40;

pub(crate) fn scenario(report: &mut Report) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()?;
    report.note(
        "1000 workflows of four waits of 10 ms, wall time, threads as tokio has them; ideal 40 ms, \
         tokio's timers are whole milliseconds late by up to 2;",
    );
    report.note(
        "`Wait` counts whole seconds, so a wait is a task that sleeps, or a Wait until a timestamp; \
         the floor is tokio tasks that only sleep",
    );
    let floor = wall_millis(ROUNDS, || runtime.block_on(bare()))?;
    let tasks = chain(4, |_| json!({"Type": "Task", "Resource": "sleep"}));
    let waits = chain(
        4,
        |n| json!({"Type": "Wait", "TimestampPath": format!("$.at{n}")}),
    );
    for (what, definition) in [
        ("tasks that sleep", tasks),
        ("Waits until timestamps", waits),
    ] {
        let machine = Arc::new(StateMachine::from_value(&definition)?);
        let measured = wall_millis(ROUNDS, || runtime.block_on(all(&machine)))?;
        report.add(&Row {
            what: format!("{what}, against bare tokio"),
            unit: "ms",
            measured,
            floor: Some(floor),
            target: Target::None,
        });
        report.add(&Row {
            what: format!("{what}, against the ideal"),
            unit: "ms",
            measured,
            floor: Some(IDEAL),
            target: Target::Floors(1.25),
        });
    }
    Ok(())
}

async fn bare() -> Result<(), Failed> {
    let tasks: Vec<_> = (0..WORKFLOWS)
        .map(|_| {
            tokio::spawn(async {
                for _ in 0..WAITS {
                    tokio::time::sleep(WAIT).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    Ok(())
}

async fn all(machine: &Arc<StateMachine>) -> Result<(), Failed> {
    let handler: Arc<dyn TaskHandler> = Arc::new(Sleeper(WAIT));
    let input = moments()?;
    let tasks: Vec<_> = (0..WORKFLOWS)
        .map(|n| {
            let options = ExecutionOptions::new(format!("bench-{n}"));
            let (machine, handler) = (Arc::clone(machine), Arc::clone(&handler));
            tokio::spawn(run(machine, input.clone(), handler, options))
        })
        .collect();
    for task in tasks {
        let outcome = task.await??;
        if outcome.status != Status::Succeeded {
            return Err(format!("a workflow ended with {:?}", outcome.cause).into());
        }
    }
    Ok(())
}

/// When each Wait is over, counted from now.
fn moments() -> Result<Value, Failed> {
    let wait = TimeDelta::from_std(WAIT)?;
    let mut at = Utc::now();
    let mut moments = Map::new();
    for n in 0..WAITS {
        at += wait;
        moments.insert(
            format!("at{n}"),
            at.to_rfc3339_opts(SecondsFormat::Micros, true).into(),
        );
    }
    Ok(Value::Object(moments))
}
