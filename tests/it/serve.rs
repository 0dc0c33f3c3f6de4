//! The real server: a goal over HTTP, its events, and a retry with the same key.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::flagship::GOAL;
use crate::project::Project;

pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    pub(crate) fn start(project: &Project) -> Self {
        let mut child = project
            .command(&["serve", "--addr", "127.0.0.1:0", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            url: told["url"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let answer = agent()
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .send(body.to_string());
        read(answer.unwrap())
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        read(agent().get(format!("{}{path}", self.url)).call().unwrap())
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into()
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let text = answer.body_mut().read_to_string().unwrap();
    (
        answer.status().as_u16(),
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn a_goal_over_http_is_the_same_run_with_the_same_result() {
    let project = Project::with_examples();
    // The file is given by its artifact, which the command line stores.
    let stored = project.ok(&[
        "orchestrate",
        GOAL,
        "--input",
        "image=@examples/badge.png",
        "--json",
    ]);
    let file = stored
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|record| find(&record, "artifact"))
        .unwrap();
    let server = Server::start(&project);
    let body =
        json!({"goal": GOAL, "inputs": {"image": {"artifact": file, "media_type": "image/png"}}});
    let (status, answer) = server.post("/api/orchestrate", "k1", &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer["result"]["username"]
            .as_str()
            .or(answer["result"].as_str()),
        Some("mira.okafor"),
        "{answer}"
    );
    let (_, again) = server.post("/api/orchestrate", "k1", &body);
    assert_eq!(
        again["run_id"], answer["run_id"],
        "the same key is the same run"
    );
    let (status, _) = server.post("/api/orchestrate", "k1", &json!({"goal": "something else"}));
    assert_eq!(status, 422);

    let run = answer["run_id"].as_str().unwrap();
    let (status, record) = server.get(&format!("/api/runs/{run}"));
    assert_eq!(
        (status, record["status"].as_str()),
        (200, Some("succeeded")),
        "{record}"
    );
    let mut events = String::new();
    agent()
        .get(format!("{}/api/runs/{run}/events", server.url))
        .call()
        .unwrap()
        .body_mut()
        .as_reader()
        .read_to_string(&mut events)
        .unwrap();
    assert!(
        events.contains("ExecutionStarted") && events.contains("ExecutionSucceeded"),
        "{events}"
    );
    let (status, problem) = server.get("/api/runs/none");
    assert_eq!(
        (status, problem["code"].as_str()),
        (404, Some("RunNotFound")),
        "{problem}"
    );
}

fn find(value: &Value, key: &str) -> Option<String> {
    match value {
        Value::Object(map) => map
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .or_else(|| map.values().find_map(|inner| find(inner, key))),
        Value::Array(items) => items.iter().find_map(|inner| find(inner, key)),
        _ => None,
    }
}
