//! Local equals cloud: the same workflows through both homes give the same results, traces and
//! error codes, and the random ones what a reader of the workflow makes of it.

use std::thread;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::home::{Histories, Home};
use super::local;
use super::sources::component;
use crate::compiler::{read, shapes, workflow};

/// Random workflows compared.
const RANDOM: usize = 50;
/// How many run at a time in each home.
const AT_ONCE: usize = 4;

/// What MiniStack cannot run as an execution of its own: it does not know afterwards what a Parallel
/// state assigned, nor what a Map inside of a Map did. moto and this machine do.
const BEYOND_MINISTACK: [&str; 2] = [
    "branches, then what needs both, apart",
    "a loop in a loop, apart",
];

/// One workflow with an input, and what a reader makes of it where there is one.
struct Case {
    name: String,
    workflow: Value,
    input: Value,
    read: Option<Result<Value, String>>,
    runs: Runs,
}

/// Where the cloud runs a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    /// In the executor's function.
    Inside,
    /// As an execution of its own.
    Apart,
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
                runs: Runs::Inside,
            }
        })
        .collect()
}

/// The same as executions of their own in the cloud: each first step says that it may take an hour.
fn apart(cases: Vec<Case>) -> Vec<Case> {
    let longer = |mut case: Case| {
        let first = &mut case.workflow["steps"][0];
        let step = match first.get_mut("parallel") {
            Some(branches) => &mut branches[0][0],
            None => first,
        };
        let step = match step.get_mut("steps") {
            Some(steps) => &mut steps[0],
            None => step,
        };
        if step.get("workflow").is_some() {
            return None;
        }
        step["timeout_seconds"] = json!(3600);
        case.name += ", apart";
        case.runs = Runs::Apart;
        case.workflow["id"] = json!(format!("{}-apart", case.workflow["id"].as_str()?));
        Some(case)
    };
    cases.into_iter().filter_map(longer).collect()
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
            runs: Runs::Inside,
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

/// Whether two runs are the same. Of steps that run at the same time and both fail, which comes
/// first is nobody's promise.
fn same(here: &Value, there: &Value, workflow: &Value) -> bool {
    let field = |run: &Value| {
        run.pointer("/error/field")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let either = match (field(here), field(there)) {
        (Some(a), Some(b)) if a != b => {
            let place = |field: &str| {
                field
                    .strip_prefix("steps.")
                    .and_then(|id| place(workflow, id))
            };
            place(&a)
                .zip(place(&b))
                .is_some_and(|(a, b)| !needs(workflow, a, b) && !needs(workflow, b, a))
        }
        _ => false,
    };
    if !either {
        return equal(here, there);
    }
    let mut there = there.clone();
    there["error"]["field"] = here["error"]["field"].clone();
    equal(here, &there)
}

/// Equal as JSON, where 1.0 is 1.
fn equal(a: &Value, b: &Value) -> bool {
    tdev_agents::tester::contains(a, b) && tdev_agents::tester::contains(b, a)
}

/// A run without what is read from the history of its steps.
fn stepless(run: &Value) -> Value {
    let mut run = run.clone();
    run["trace"] = json!([]);
    run["error"]["field"] = Value::Null;
    run
}

/// The place of the step that has this id, its own or that of a step inside of it.
fn place(workflow: &Value, id: &str) -> Option<usize> {
    let named = format!("\"id\":\"{id}\"");
    let steps = workflow["steps"].as_array()?;
    steps
        .iter()
        .position(|step| step.to_string().contains(&named))
}

/// Whether a step reads another, itself or by those between.
fn needs(workflow: &Value, reader: usize, read: usize) -> bool {
    let text = workflow["steps"][reader].to_string();
    (0..reader).any(|at| {
        let step = &workflow["steps"][at];
        let inner = step["parallel"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|branch| &branch[0]["id"]);
        let mut ids = inner.chain([&step["id"]]).filter_map(Value::as_str);
        ids.any(|id| text.contains(&format!("{{{id}.")))
            && (at == read || needs(workflow, at, read))
    })
}

#[test]
#[ignore = "needs the deployed home: make cloud-test"]
fn local_equals_cloud() {
    let cases: Vec<Case> = [written(), apart(written()), random()]
        .into_iter()
        .flatten()
        .collect();
    let (here, there) = (local::start(), Home::deployed());
    let there_tells = there.histories();
    let (ours, theirs) = thread::scope(|scope| {
        let ours = scope.spawn(|| run(&here, &cases));
        let theirs = run(&there, &cases);
        (ours.join().unwrap(), theirs)
    });
    let mut unlike = Vec::new();
    let mut untold = 0;
    for ((case, here), there) in cases.iter().zip(&ours).zip(&theirs) {
        // Where the cloud's histories do not tell the steps, what they are told from is not compared.
        let partial = case.runs == Runs::Apart && there_tells == Histories::Partial;
        untold += usize::from(partial);
        if partial && BEYOND_MINISTACK.contains(&case.name.as_str()) {
            continue;
        }
        let (here, there) = match partial {
            true => (&stepless(here), &stepless(there)),
            false => (here, there),
        };
        if !same(here, there, &case.workflow) {
            unlike.push(format!(
                "{}\n{:#}\nhere {here:#}\nthere {there:#}",
                case.name, case.workflow
            ));
        }
        let read_otherwise = case.read.as_ref().is_some_and(|read| match read {
            Ok(result) => !equal(&here["result"], result),
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
        "{} workflows in both homes: {succeeded} succeeded, {} failed, {} differ ({untold} of them without their traces)",
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
