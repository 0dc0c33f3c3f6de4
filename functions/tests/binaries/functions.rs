//! Every function by its own binary: how it fails, what it logs, what it measures.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::runtime_api::Function;
use crate::scripted_aws::ScriptedAws;

/// Nothing answers there.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Every function that takes what is asked with a scope.
const AGENTS: [(&str, &str); 11] = [
    ("agno", env!("CARGO_BIN_EXE_agno")),
    ("approval", env!("CARGO_BIN_EXE_approval")),
    ("classifier", env!("CARGO_BIN_EXE_classifier")),
    ("component", env!("CARGO_BIN_EXE_component")),
    ("evaluator", env!("CARGO_BIN_EXE_evaluator")),
    ("executor", env!("CARGO_BIN_EXE_executor")),
    ("planner", env!("CARGO_BIN_EXE_planner")),
    ("refiner", env!("CARGO_BIN_EXE_refiner")),
    ("registrar", env!("CARGO_BIN_EXE_registrar")),
    ("reviewer", env!("CARGO_BIN_EXE_reviewer")),
    ("tester", env!("CARGO_BIN_EXE_tester")),
];

fn binary(name: &str) -> PathBuf {
    let found = AGENTS.iter().find(|(agent, _)| *agent == name);
    found.map(|(_, path)| path.into()).unwrap()
}

fn started(binary: &Path, more: &[(&str, &str)]) -> Function {
    let mut environment = vec![
        ("TDEV_STACK", "tdev-dev"),
        ("TDEV_STAGE", "dev"),
        ("TDEV_BUCKET", "artifacts"),
        ("AWS_ENDPOINT_URL", NOWHERE),
    ];
    environment.extend(more);
    Function::start(binary, &environment)
}

fn parsed(log: &[String]) -> Vec<Value> {
    log.iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

fn scope() -> Value {
    json!({"project": "demo", "run_id": "run-1", "step": "classify", "idempotency_token": "t"})
}

/// The table of components, empty.
fn empty_tables() -> ScriptedAws {
    ScriptedAws::start(|target, _| match target {
        "DynamoDB_20120810.Query" => ("200 OK", "", r#"{"Items": [], "Count": 0}"#.to_owned()),
        "DynamoDB_20120810.GetItem" => ("200 OK", "", "{}".to_owned()),
        other => panic!("asked for {other}"),
    })
}

#[test]
fn what_makes_no_sense_fails_in_every_function_with_our_code_and_whole_error() {
    for (name, path) in AGENTS {
        let mut function = started(Path::new(path), &[]);
        for event in [
            json!({"goal": "no scope"}),
            json!({"scope": {"project": "demo"}, "nonsense": true}),
            json!({"scope": {"project": "../other"}}),
        ] {
            let answer = function.ask(&event);
            assert!(!answer.succeeded, "{name} {event}: {answer:?}");
            assert_eq!(
                answer.body["errorType"], "InvalidInput",
                "{name}: {answer:?}"
            );
            let whole = answer.body["errorMessage"].as_str().unwrap();
            let error: tdev_core::Error = serde_json::from_str(whole).unwrap();
            assert_eq!(error.code, tdev_core::Code::InvalidInput);
        }
        let log = parsed(&function.log());
        let [first, ..] = &log[..] else {
            panic!("{name} said nothing")
        };
        assert_eq!(first["function"], format!("tdev-dev-{name}"), "{first}");
    }
}

#[test]
fn what_lies_behind_fails_by_its_code_too() {
    let mut planner = started(&binary("planner"), &[]);
    let answer = planner.ask(&json!({"goal": "detect the language", "scope": scope()}));
    assert_eq!(answer.body["errorType"], "StoreUnavailable", "{answer:?}");
}

#[test]
fn a_line_says_whose_call_it_was_and_the_metrics_count_it() {
    let mut planner = started(&binary("planner"), &[]);
    planner.ask(&json!({"nonsense": true, "scope": scope()}));
    planner.ask(&json!({"nonsense": true, "scope": scope()}));
    let log = parsed(&planner.log());
    let lines: Vec<&Value> = log
        .iter()
        .filter(|line| line["error.code"] == "InvalidInput")
        .collect();
    let [first, second] = &lines[..] else {
        panic!("each failure is logged once: {log:#?}")
    };
    for (field, value) in [
        ("level", json!("WARN")),
        ("function", json!("tdev-dev-planner")),
        ("version", json!("7")),
        ("request_id", json!("request-1")),
        ("project", json!("demo")),
        ("run", json!("run-1")),
        ("step", json!("classify")),
        ("cold", json!(true)),
        ("trace", json!("1-5759e988-bd862e3fe1be46a994272793")),
    ] {
        assert_eq!(first[field], value, "{field}: {first:#}");
    }
    assert_eq!(second["cold"], false);
    let metrics: Vec<&Value> = log.iter().filter(|line| line["_aws"].is_object()).collect();
    let [first, second] = &metrics[..] else {
        panic!("{log:#?}")
    };
    assert_eq!(
        (&first["stage"], &first["code"]),
        (&json!("dev"), &json!("InvalidInput"))
    );
    assert_eq!(
        (&first["cold_starts"], &second["cold_starts"]),
        (&json!(1), &json!(0))
    );
    assert!(first["duration"].is_number() && first["errors"] == 1);
}

#[test]
fn a_classifier_answers_over_an_empty_table() {
    let aws = empty_tables();
    let mut classifier = started(&binary("classifier"), &[("AWS_ENDPOINT_URL", &aws.url)]);
    let code = "def run(text: str) -> dict:\n    return {\"length\": len(text)}\n";
    let answer = classifier.ask(&json!({"code": code, "scope": scope()}));
    assert!(answer.succeeded, "{answer:?}");
    assert_eq!(answer.body["component_type"], "tool", "{answer:?}");
    let metrics = parsed(&classifier.log());
    let last = metrics.last().unwrap();
    assert_eq!((&last["errors"], &last["code"]), (&json!(0), &Value::Null));
}

#[test]
fn what_the_template_leaves_out_is_named_where_a_function_is_born() {
    let binary = binary("classifier");
    let output = std::process::Command::new(binary)
        .env_clear()
        .env("TDEV_STACK", "tdev-dev")
        .env("LAMBDA_TASK_ROOT", "/")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("`TDEV_BUCKET`"), "{said}");
}
