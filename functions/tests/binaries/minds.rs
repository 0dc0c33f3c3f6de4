//! The planner with a language model on Bedrock: asked, charged, counted, held to its budget.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::runtime_api::{Answer, Function};
use crate::scripted_aws::{Scripted, ScriptedAws};

const MODEL: &str = "eu.amazon.nova-lite-v1:0";

/// As much of DynamoDB as a ledger needs (items by their keys; conditions are not looked at), and a
/// model that only ever talks.
fn aws() -> ScriptedAws {
    let items: Mutex<HashMap<String, Value>> = Mutex::default();
    ScriptedAws::start(move |target, body| {
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let key = |table: &Value, of: &Value| format!("{table} {} {}", of["pk"], of["sk"]);
        let mut items = items.lock().unwrap();
        let answer = match target {
            "DynamoDB_20120810.Query" => json!({"Items": [], "Count": 0}),
            "DynamoDB_20120810.GetItem" => {
                match items.get(&key(&asked["TableName"], &asked["Key"])) {
                    Some(item) => json!({"Item": item}),
                    None => json!({}),
                }
            }
            "DynamoDB_20120810.TransactWriteItems" => {
                for part in asked["TransactItems"].as_array().unwrap() {
                    let put = &part["Put"];
                    items.insert(key(&put["TableName"], &put["Item"]), put["Item"].clone());
                }
                json!({})
            }
            path if path.ends_with("/converse") => json!({
                "output": {"message": {"role": "assistant", "content": [{"text": "I would rather not."}]}},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 1000, "outputTokens": 50, "totalTokens": 1050},
                "metrics": {"latencyMs": 12},
            }),
            other => panic!("asked for {other}"),
        };
        let scripted: Scripted = (
            "200 OK",
            "content-type: application/json\r\n",
            answer.to_string(),
        );
        scripted
    })
}

fn plan(aws: &ScriptedAws, more: &[(&str, &str)]) -> (Answer, Vec<Value>) {
    let mut environment = vec![
        ("TDEV_STACK", "tdev-dev"),
        ("TDEV_BUCKET", "artifacts"),
        ("TDEV_MODEL", MODEL),
        ("TDEV_MODEL_STREAM", "false"),
        ("TDEV_MODEL_PRICE", "1,2"),
        ("AWS_ENDPOINT_URL", aws.url.as_str()),
    ];
    environment.extend(more);
    let mut planner = Function::start(Path::new(env!("CARGO_BIN_EXE_planner")), &environment);
    let answer = planner.ask(&json!({
        "goal": "Detect the language of the text", "inputs": {"text": "Guten Morgen"},
        "scope": {"project": "demo", "run_id": "r1", "step": "plan", "idempotency_token": "t1"},
    }));
    let log = planner.log();
    let lines = log.iter().map(|line| serde_json::from_str(line).unwrap());
    (answer, lines.collect())
}

fn asked(aws: &ScriptedAws, what: &str) -> usize {
    let asked = aws.asked();
    asked.iter().filter(|line| line.contains(what)).count()
}

#[test]
fn a_model_is_asked_charged_and_counted_and_where_it_is_of_no_use_the_composer_plans() {
    let aws = aws();
    let (answer, log) = plan(&aws, &[]);
    assert!(answer.succeeded, "{answer:?}");
    assert!(answer.body["workflow"].is_object(), "{answer:?}");
    let calls = asked(&aws, "/converse ");
    assert!(calls > 0, "{:?}", aws.asked());
    // Reserved before and settled after.
    assert_eq!(asked(&aws, "TransactWriteItems"), 2 * calls);
    let metrics = log.iter().find(|line| line["_aws"].is_object()).unwrap();
    assert_eq!(metrics["model_calls"], calls, "{metrics}");
    assert_eq!(metrics["tokens_read"], 1000 * calls);
    assert_eq!(metrics["tokens_written"], 50 * calls);
    let cost = metrics["cost_usd"].as_f64().unwrap();
    let each = 0.0011;
    assert!(
        (cost - each * f64::from(u32::try_from(calls).unwrap())).abs() < 1e-9,
        "{cost}"
    );
}

#[test]
fn a_budget_that_is_spent_asks_no_model() {
    let aws = aws();
    let (answer, log) = plan(&aws, &[("TDEV_MAX_COST_USD", "0.000001")]);
    assert_eq!(asked(&aws, "/converse "), 0, "{answer:?}");
    let metrics = log.iter().find(|line| line["_aws"].is_object()).unwrap();
    assert!(metrics["model_calls"].is_null(), "{metrics}");
}

#[test]
fn without_a_model_none_is_asked() {
    let aws = aws();
    let (answer, _) = plan(&aws, &[("TDEV_MODEL", "")]);
    assert!(answer.succeeded, "{answer:?}");
    assert_eq!(asked(&aws, "/converse "), 0);
}
