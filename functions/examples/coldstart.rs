//! How long each function takes from the start of its process to its first answer, beside one that
//! does nothing: `coldstart FOLDER [ROUNDS]`, where FOLDER/NAME/bootstrap are the binaries and
//! FOLDER/empty/bootstrap is the floor.
//!
//! Two first answers: `refused` is that to an event whose scope is good and whose input is not, so
//! configuration, clients, the agent and its ports are made, and nothing is asked of AWS; `answered`
//! is a real one, where a table without items, an SNS and an S3 on loopback are enough for it.
//! Functions take turns, so that what else the machine does falls on all of them alike. Beside the
//! median of the wall clock stands that of the processor's time, which a busy machine distorts less.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that fails says so and ends"
)]

#[allow(dead_code, reason = "the tests ask more of an answer")]
#[path = "../tests/binaries/runtime_api.rs"]
mod runtime_api;
#[path = "../tests/binaries/scripted_aws.rs"]
mod scripted_aws;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use runtime_api::Function;
use scripted_aws::{Scripted, ScriptedAws};

/// The function that does nothing.
const FLOOR: &str = "empty";

/// The most a function may take of the floor.
const LIMIT: f64 = 1.5;

#[derive(Default)]
struct Times {
    wall: Vec<Duration>,
    processor: Vec<Duration>,
}

fn main() {
    let mut given = std::env::args().skip(1);
    let folder = PathBuf::from(given.next().unwrap_or_else(|| panic!("name a folder")));
    let rounds = given.next().map_or(21, |n| n.parse().unwrap());
    let aws = ScriptedAws::start(answer);
    let names = names(&folder);
    let mut refused: BTreeMap<&str, Times> = BTreeMap::new();
    let mut answered: BTreeMap<&str, Times> = BTreeMap::new();
    for _ in 0..rounds {
        for name in &names {
            let binary = folder.join(name).join("bootstrap");
            measure(
                &binary,
                &aws,
                &wrong(name),
                refused.entry(name).or_default(),
            );
            if let Some(event) = right(name) {
                measure(&binary, &aws, &event, answered.entry(name).or_default());
            }
        }
    }
    println!("median of {rounds} starts, ms from the start of the process to its first answer");
    println!(
        "{:12} {:>8} {:>6} {:>8} {:>6}   {:>8} {:>6}",
        "function", "refused", "x", "on CPU", "x", "answered", "x"
    );
    let floor = &refused[FLOOR];
    let (wall, processor) = (median(&floor.wall), median(&floor.processor));
    for name in &names {
        let times = &refused[name.as_str()];
        let (own, busy) = (median(&times.wall), median(&times.processor));
        let real = answered.get(name.as_str()).map_or_else(
            || format!("{:>8} {:>6}", "-", "-"),
            |times| {
                format!(
                    "{:8.1} {:6.2}",
                    median(&times.wall),
                    median(&times.wall) / wall
                )
            },
        );
        let mark = if own / wall > LIMIT { " over" } else { "" };
        println!(
            "{name:12} {own:8.1} {:6.2} {busy:8.1} {:6.2}   {real}{mark}",
            own / wall,
            busy / processor
        );
    }
}

/// The functions of the folder, the floor first.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join("bootstrap").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort_by_key(|name| (name != FLOOR, name.clone()));
    assert!(names.first().is_some_and(|name| name == FLOOR), "no floor");
    names
}

fn measure(binary: &Path, aws: &ScriptedAws, event: &Value, times: &mut Times) {
    let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:x";
    let mut function = Function::start(
        binary,
        &[
            ("TDEV_STACK", "tdev-dev"),
            ("TDEV_STAGE", "dev"),
            ("TDEV_BUCKET", "artifacts"),
            ("TDEV_PROJECT", "demo"),
            ("TDEV_HOSTS", "api.example.com"),
            ("TDEV_ORCHESTRATION_ARN", arn),
            ("TDEV_WORKFLOW_ARN", arn),
            (
                "TDEV_MESSAGES_TOPIC",
                "arn:aws:sns:eu-west-1:123456789012:messages",
            ),
            ("AWS_ENDPOINT_URL", &aws.url),
        ],
    );
    times.wall.push(function.ask(event).after);
    times.processor.push(function.processor());
}

/// An event whose input is refused.
fn wrong(name: &str) -> Value {
    match name {
        "api" => request("/nowhere"),
        "notifier" => json!({"Records": [{"Sns": {"Message": "hello"}}]}),
        _ => json!({"nonsense": true, "scope": scope()}),
    }
}

/// An event that is answered with no more than empty tables behind the function.
fn right(name: &str) -> Option<Value> {
    let code = "def run(text: str) -> dict:\n    return {\"length\": len(text)}\n";
    Some(match name {
        "api" => request("/api/tools"),
        "classifier" => json!({"code": code, "scope": scope()}),
        "evaluator" => json!({"code": code, "scope": scope()}),
        "planner" => json!({
            "goal": "Detect the language of the text", "inputs": {"text": "Guten Morgen"},
            "scope": scope(),
        }),
        "notifier" => {
            let alarm = json!({"AlarmName": "a", "NewStateValue": "ALARM", "NewStateReason": "r"});
            json!({"Records": [{"Sns": {"Message": alarm.to_string()}}]})
        }
        _ => return None,
    })
}

fn scope() -> Value {
    json!({"project": "demo", "run_id": "r1", "step": "s", "idempotency_token": "t"})
}

fn request(path: &str) -> Value {
    let arn = "arn:aws:iam::123456789012:user/bo";
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "headers": {"host": "api.example.com"}, "isBase64Encoded": false,
        "requestContext": {
            "accountId": "123456789012", "apiId": "abc", "stage": "$default",
            "authorizer": {"iam": {"userArn": arn}}, "domainName": "api.example.com",
            "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1", "userAgent": "coldstart"},
            "requestId": "q", "time": "10/Mar/2026:05:16:23 +0000", "timeEpoch": 1_773_119_783_636_u64,
        },
    })
}

/// Empty tables, and a topic that takes what it is told.
fn answer(target: &str, _: &str) -> Scripted {
    let body = match target {
        "DynamoDB_20120810.Query" => r#"{"Items": [], "Count": 0}"#,
        "DynamoDB_20120810.GetItem" => "{}",
        "/" => {
            "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
        }
        other => panic!("asked for {other}"),
    };
    ("200 OK", "", body.to_owned())
}

fn median(times: &[Duration]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted[sorted.len() / 2].as_secs_f64() * 1e3
}
