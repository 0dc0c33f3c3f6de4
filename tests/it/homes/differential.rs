//! Local equals cloud: the same workflows through both homes give the same results, traces and
//! error codes, and the random ones what a reader of the workflow makes of it.

use std::thread;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::home::Home;
use super::local;
use super::sources::component;
use crate::compiler::{read, shapes, workflow};

/// Random workflows compared.
const RANDOM: usize = 50;
/// How many run at a time in each home.
const AT_ONCE: usize = 4;

/// One workflow with an input, and what a reader makes of it where there is one.
struct Case {
    name: String,
    workflow: Value,
    input: Value,
    read: Option<Result<Value, String>>,
}

/// The components of the random workflows, as the compiler's test has them in Rust.
fn tools() -> [String; 2] {
    let output = "\"sum\": \"integer\", \"list\": \"integer[]\"";
    let told = "return {'sum': total, 'list': [n + 11 for n in range(total % 4)]}";
    [
        component(
            "AddTool",
            "\"x\": \"integer\", \"y\": \"integer?\"",
            output,
            "x: int, y: int = 0",
            &[
                "if x == 13:",
                "    raise ValueError('13 is refused')",
                "total = x + y",
                told,
            ],
        ),
        component(
            "SumTool",
            "\"numbers\": \"integer[]\"",
            output,
            "numbers: list[int]",
            &["total = sum(numbers)", told],
        ),
    ]
}

fn random() -> Vec<Case> {
    // The same ones each time, so that a difference can be looked into.
    let mut runner = TestRunner::deterministic();
    let all = (shapes(), -4i64..16, prop::collection::vec(11i64..15, 0..4));
    (0..RANDOM)
        .map(|at| {
            let (shapes, n, list) = all.new_tree(&mut runner).unwrap().current();
            let mut workflow = workflow(&shapes);
            workflow["id"] = json!(format!("random-{at}"));
            let input = json!({"n": n, "list": list});
            let read = Some(read(&workflow, &input));
            Case {
                name: format!("random {at}"),
                workflow,
                input,
                read,
            }
        })
        .collect()
}

/// Workflows as people store them: every kind of step that runs in the executor.
fn written() -> Vec<Case> {
    let text = std::fs::read_to_string(crate::project::root().join("tests/cases/homes.json"));
    let cases: Vec<Value> = serde_json::from_str(&text.unwrap()).unwrap();
    cases
        .into_iter()
        .map(|case| Case {
            name: case["name"].as_str().unwrap().to_owned(),
            workflow: case["workflow"].clone(),
            input: case["input"].clone(),
            read: None,
        })
        .collect()
}

fn run(home: &Home, cases: &[Case]) -> Vec<Value> {
    for source in tools() {
        home.register(&source);
    }
    let mut runs = Vec::new();
    for some in cases.chunks(AT_ONCE) {
        let ended: Vec<Value> = thread::scope(|scope| {
            let running: Vec<_> = some
                .iter()
                .map(|case| scope.spawn(|| told(&home.execute(&case.workflow, &case.input))))
                .collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        runs.extend(ended);
    }
    runs
}

/// What must be the same: everything but times, ids and the order of what runs at the same time.
fn told(run: &Value) -> Value {
    let mut trace: Vec<Value> = run["output"]["trace"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|step| {
            json!({"id": step["id"], "agent": step["agent"], "input": step["input"],
                "output": step["output"], "attempts": step["attempts"], "error": step["error"]})
        })
        .collect();
    trace.sort_by_key(Value::to_string);
    let error = &run["error"];
    json!({
        "status": run["status"], "result": run["output"]["result"], "trace": trace,
        "error": {"code": error["code"], "message": error["message"], "field": error["field"], "hint": error["hint"]},
    })
}

#[test]
#[ignore = "needs the deployed home: make cloud-test"]
fn local_equals_cloud() {
    let cases: Vec<Case> = written().into_iter().chain(random()).collect();
    let (here, there) = (local::start(), Home::deployed());
    let (ours, theirs) = thread::scope(|scope| {
        let ours = scope.spawn(|| run(&here, &cases));
        let theirs = run(&there, &cases);
        (ours.join().unwrap(), theirs)
    });
    let mut unlike = Vec::new();
    for ((case, here), there) in cases.iter().zip(&ours).zip(&theirs) {
        if here != there {
            unlike.push(format!(
                "{}\n{:#}\nhere {here:#}\nthere {there:#}",
                case.name, case.workflow
            ));
        }
        let read_otherwise = case.read.as_ref().is_some_and(|read| match read {
            Ok(result) => here["result"] != *result,
            Err(code) => here["error"]["code"] != **code,
        });
        if read_otherwise {
            unlike.push(format!(
                "{}\n{:#}\nhere {here:#}\nread {:?}",
                case.name, case.workflow, case.read
            ));
        }
    }
    let succeeded = ours
        .iter()
        .filter(|run| run["status"] == "succeeded")
        .count();
    println!(
        "{} workflows in both homes: {succeeded} succeeded, {} failed, {} differ",
        cases.len(),
        cases.len() - succeeded,
        unlike.len()
    );
    assert!(unlike.is_empty(), "{}", unlike.join("\n\n"));
    assert!(
        succeeded > 10 && succeeded < cases.len(),
        "both kinds are compared"
    );
}
