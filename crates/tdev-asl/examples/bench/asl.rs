//! CPU time per state, in both languages and by kind of state.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tdev_asl::{StateMachine, Status};

use crate::Failed;
use crate::chain::chain;
use crate::handlers::Echo;
use crate::measure::{Bench, Keep, cpu_micros};
use crate::orders;
use crate::report::{Report, Row, Target};

const ROUNDS: u32 = 25;
const CALLS: u32 = 100;

pub(crate) fn scenario(report: &mut Report) -> Result<(), Failed> {
    let bench = Bench::new(Echo)?;
    let input = orders::input();
    let by_hand = cpu_micros(ROUNDS, CALLS, || {
        let done = bench.block_on(orders::by_hand(bench.handler(), input.clone()))?;
        expect_count(&done)
    })?;
    report.note(
        "a run enters 20 states: the 8 of the machine (Pass, Choice, Task, Map, Parallel, Wait, \
         Task, Succeed), 1 in each of 10 iterations, 1 in each of 2 branches;",
    );
    report.note(
        "CPU time, one thread; the floor is the same work by hand, 14 calls of the same handler",
    );
    for (language, definition, most) in [
        ("JSONPath", orders::jsonpath(), 5.0),
        ("JSONata", orders::jsonata(), 10.0),
    ] {
        let machine = Arc::new(StateMachine::from_value(&definition)?);
        for (keep, how) in [(Keep::Nothing, "express"), (Keep::Records, "journalled")] {
            let micros = cpu_micros(ROUNDS, CALLS, || {
                let done = bench.execute(&machine, &input, keep, Status::Succeeded)?;
                expect_count(&done.output.unwrap_or_default())
            })?;
            let mut add = |per: &str, divisor: u32, target| {
                report.add(&Row {
                    what: format!("{language}, {how}, per {per}"),
                    unit: "µs",
                    measured: micros / f64::from(divisor),
                    floor: Some(by_hand / f64::from(divisor)),
                    target,
                });
            };
            add("state entered (20)", orders::ENTERED, Target::AtMost(most));
            // The stricter way to count, for which a journal is not asked to hold the target.
            let strict = match keep {
                Keep::Nothing => Target::AtMost(most),
                Keep::Records => Target::None,
            };
            add("state of the machine (8)", orders::STATES, strict);
            add("run", 1, Target::None);
        }
    }
    kinds(report, &bench)
}

/// The answer of the machine, so that both languages and the hand are known to do the same.
fn expect_count(output: &Value) -> Result<(), Failed> {
    if output == &json!({"order": "o-17", "title": "o-17 of ada", "count": 10}) {
        return Ok(());
    }
    Err(format!("the machine answered {output}").into())
}

/// A hundred states of one kind in a row.
fn kinds(report: &mut Report, bench: &Bench) -> Result<(), Failed> {
    let input = json!({"order": {"id": "o-17", "total": 99.5, "lines": [1, 2, 3]}, "user": "ada"});
    let task = json!({"Type": "Task", "Resource": "echo",
        "Parameters": {"id.$": "$.order.id", "text.$": "States.Format('{}-{}', $.user, $.order.total)"},
        "ResultSelector": {"id.$": "$.id"}, "ResultPath": "$.result"});
    let pass = json!({"Type": "Pass", "Parameters": {"id.$": "$.order.id", "n": 1}, "ResultPath": "$.shaped"});
    let paths = json!({"Type": "Pass", "QueryLanguage": "JSONata",
        "Output": {"order": "{% $states.input.order %}", "user": "{% $states.input.user %}"}});
    let computed = json!({"Type": "Pass", "QueryLanguage": "JSONata",
        "Assign": {"total": "{% $states.input.order.total * 2 %}"},
        "Output": "{% $merge([$states.input, {'seen': true}]) %}"});
    for (what, definition) in [
        (
            "100 Task, JSONPath, four fields",
            chain(100, |_| task.clone()),
        ),
        (
            "100 Pass, JSONPath, two fields",
            chain(100, |_| pass.clone()),
        ),
        ("100 Choice, JSONPath, two rules", choices(100)),
        (
            "100 Pass, JSONata, paths only",
            chain(100, |_| paths.clone()),
        ),
        (
            "100 Pass, JSONata, computed",
            chain(100, |_| computed.clone()),
        ),
    ] {
        let machine = Arc::new(StateMachine::from_value(&definition)?);
        let micros = cpu_micros(ROUNDS, CALLS / 5, || {
            bench.execute(&machine, &input, Keep::Nothing, Status::Succeeded)?;
            Ok(())
        })?;
        report.add(&Row {
            what: format!("{what}, per state"),
            unit: "µs",
            measured: micros / 100.0,
            floor: None,
            target: Target::None,
        });
    }
    Ok(())
}

fn choices(count: usize) -> Value {
    let mut states = Map::new();
    for i in 0..count {
        let next = if i + 1 == count {
            "End".to_owned()
        } else {
            format!("S{}", i + 1)
        };
        states.insert(
            format!("S{i}"),
            json!({"Type": "Choice", "Choices": [
                {"Variable": "$.user", "StringEquals": "bob", "Next": "End"},
                {"And": [{"Variable": "$.order.total", "NumericGreaterThan": 10},
                         {"Variable": "$.order.id", "StringMatches": "o-*"}], "Next": next}]}),
        );
    }
    states.insert("End".to_owned(), json!({"Type": "Succeed"}));
    json!({"StartAt": "S0", "States": states})
}
