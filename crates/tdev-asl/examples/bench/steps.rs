//! CPU time per step of workflows of native tasks, against a loop that only calls the handler.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::{StateMachine, Status};

use crate::Failed;
use crate::chain::chain;
use crate::handlers::{Echo, request};
use crate::measure::{Bench, Keep, cpu_micros};
use crate::report::{Report, Row, Target};

const ROUNDS: u32 = 25;

pub(crate) fn scenario(report: &mut Report) -> Result<(), Failed> {
    let bench = Bench::new(Echo)?;
    let input = json!({"order": {"id": "o-17", "total": 99.5, "lines": [1, 2, 3]}, "user": "ada"});
    report.note("CPU time, one thread; the floor is a loop that calls the same async handler");
    for (steps, calls) in [(100u32, 20), (4, 400)] {
        let floor = cpu_micros(ROUNDS, calls, || {
            bench.block_on(bare(&bench, steps, input.clone()))
        })?;
        let definition = chain(
            usize::try_from(steps)?,
            |_| json!({"Type": "Task", "Resource": "echo"}),
        );
        let machine = Arc::new(StateMachine::from_value(&definition)?);
        for (keep, how) in [(Keep::Nothing, "express"), (Keep::Records, "journalled")] {
            let run = cpu_micros(ROUNDS, calls, || {
                bench.execute(&machine, &input, keep, Status::Succeeded)?;
                Ok(())
            })?;
            let (step, whole) = match (steps, keep) {
                (100, Keep::Nothing) => (Target::AtMost(2.0), Target::None),
                (_, Keep::Nothing) => (Target::None, Target::AtMost(20.0)),
                _ => (Target::None, Target::None),
            };
            report.add(&Row {
                what: format!("{steps} steps, {how}, per step"),
                unit: "µs",
                measured: run / f64::from(steps),
                floor: Some(floor / f64::from(steps)),
                target: step,
            });
            report.add(&Row {
                what: format!("{steps} steps, {how}, end to end"),
                unit: "µs",
                measured: run,
                floor: Some(floor),
                target: whole,
            });
        }
    }
    Ok(())
}

async fn bare(bench: &Bench, steps: u32, mut value: Value) -> Result<(), Failed> {
    for n in 0..steps {
        let request = request("echo", usize::try_from(n)?, value);
        value = bench.handler().run(request).await?;
    }
    std::hint::black_box(value);
    Ok(())
}
