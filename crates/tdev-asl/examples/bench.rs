//! CPU time per state against a bare loop: `cargo run --release -p tdev-asl --example bench`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for people"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use tdev_asl::{
    ExecutionOptions, MemoryJournal, StateMachine, Status, TaskFailure, TaskHandler, TaskRequest,
    run,
};

struct Echo;

#[async_trait]
impl TaskHandler for Echo {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        Ok(req.input)
    }
}

fn chain(count: usize, extra: &Value, state: impl Fn(usize) -> Value) -> Value {
    let mut states = Map::new();
    for i in 0..count {
        let mut body = state(i);
        if i + 1 == count {
            body["End"] = json!(true);
        } else {
            body["Next"] = json!(format!("S{}", i + 1));
        }
        states.insert(format!("S{i}"), body);
    }
    let mut machine = json!({"StartAt": "S0", "States": states});
    if let (Some(machine), Some(extra)) = (machine.as_object_mut(), extra.as_object()) {
        machine.extend(extra.clone());
    }
    machine
}

/// Microseconds per run, the best of several rounds.
async fn measure(machine: &Arc<StateMachine>, input: &Value, journalled: bool) -> f64 {
    const ROUNDS: u32 = 7;
    const RUNS: u32 = 400;
    let handler: Arc<dyn TaskHandler> = Arc::new(Echo);
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        for n in 0..RUNS {
            let mut options = ExecutionOptions::new(format!("bench-{n}"));
            if journalled {
                options.journal = Some(Arc::new(MemoryJournal::new()));
            }
            let outcome = run(
                Arc::clone(machine),
                input.clone(),
                Arc::clone(&handler),
                options,
            )
            .await
            .expect("the machine runs");
            assert_eq!(black_box(outcome).status, Status::Succeeded);
        }
        best = best.min(begun.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS));
    }
    best
}

/// Microseconds per step of a loop that only calls an async function and passes the value on.
async fn bare(steps: u32, input: &Value) -> f64 {
    let handler: Arc<dyn TaskHandler> = Arc::new(Echo);
    let mut best = f64::MAX;
    for _ in 0..7 {
        let begun = Instant::now();
        for _ in 0..400 {
            let mut value = input.clone();
            for n in 0..steps {
                let request = TaskRequest {
                    resource: "echo".to_owned(),
                    input: value,
                    state: "S".to_owned(),
                    execution: "bench".into(),
                    idempotency_token: n.to_string(),
                    attempt: 0,
                    redriven: None,
                    task_token: None,
                    context: Value::Null.into(),
                    timeout: None,
                };
                value = handler.run(request).await.expect("it echoes");
            }
            black_box(value);
        }
        best = best.min(begun.elapsed().as_secs_f64() * 1e6 / 400.0);
    }
    best / f64::from(steps)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let input = json!({"order": {"id": "o-17", "total": 99.5, "lines": [1, 2, 3]}, "user": "ada"});
    let jsonata = json!({"QueryLanguage": "JSONata"});
    let none = json!({});
    let cases: Vec<(&str, u32, Value)> = vec![
        (
            "100 native tasks",
            100,
            chain(100, &none, |_| json!({"Type": "Task", "Resource": "echo"})),
        ),
        (
            "4 native tasks",
            4,
            chain(4, &none, |_| json!({"Type": "Task", "Resource": "echo"})),
        ),
        (
            "100 Pass, JSONPath",
            100,
            chain(
                100,
                &none,
                |_| json!({"Type": "Pass", "Parameters": {"id.$": "$.order.id", "n": 1}, "ResultPath": "$.shaped"}),
            ),
        ),
        (
            "100 Task, JSONPath shaped",
            100,
            chain(100, &none, |_| {
                json!({"Type": "Task", "Resource": "echo",
                "Parameters": {"id.$": "$.order.id", "text.$": "States.Format('{}-{}', $.user, $.order.total)"},
                "ResultSelector": {"id.$": "$.id"}, "ResultPath": "$.result"})
            }),
        ),
        ("100 Choice", 100, chain_of_choices()),
        (
            "100 Pass, JSONata paths",
            100,
            chain(
                100,
                &jsonata,
                |_| json!({"Type": "Pass", "Output": {"order": "{% $states.input.order %}", "user": "{% $states.input.user %}"}}),
            ),
        ),
        (
            "100 Pass, JSONata computed",
            100,
            chain(100, &jsonata, |_| {
                json!({"Type": "Pass", "Assign": {"total": "{% $states.input.order.total * 2 %}"},
                "Output": "{% $merge([$states.input, {'seen': true}]) %}"})
            }),
        ),
    ];
    let floor = bare(100, &input).await;
    println!("{:<30} {floor:>8.3} µs per step", "bare loop");
    for (name, states, definition) in cases {
        let machine =
            Arc::new(StateMachine::from_value(&definition).expect("the machine is valid"));
        let express = measure(&machine, &input, false).await;
        let kept = measure(&machine, &input, true).await;
        println!(
            "{name:<30} {:>8.3} µs per state ({:>5.1}× the loop), {express:>8.1} µs per run; journalled in memory {:>8.3} µs per state",
            express / f64::from(states),
            express / f64::from(states) / floor,
            kept / f64::from(states),
        );
    }
}

fn chain_of_choices() -> Value {
    let mut states = Map::new();
    for i in 0..100 {
        states.insert(
            format!("S{i}"),
            json!({"Type": "Choice", "Choices": [
                {"Variable": "$.user", "StringEquals": "bob", "Next": "End"},
                {"And": [{"Variable": "$.order.total", "NumericGreaterThan": 10},
                         {"Variable": "$.order.id", "StringMatches": "o-*"}],
                 "Next": if i == 99 { "End".to_owned() } else { format!("S{}", i + 1) }},
            ]}),
        );
    }
    states.insert("End".to_owned(), json!({"Type": "Succeed"}));
    json!({"StartAt": "S0", "States": states})
}
