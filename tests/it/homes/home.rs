//! A home as its clients see it: a base URL, and a place where files lie.

use std::fs;
use std::process::Child;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ureq::Agent;

use crate::project::{Project, root};

/// Ample for any run.
const LONG: Duration = Duration::from_secs(300);
/// Between two looks at a run, which a client has no other way to follow in every home.
const LOOK: Duration = Duration::from_millis(200);

/// Who asks the deployed home. The emulator reads the name; no signature is checked.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0";

/// One answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: Value,
}

/// What stands behind the URL.
pub(super) enum Behind {
    /// `tdev serve` in a project of its own.
    Program { server: Child, project: Project },
    /// A deployed stack; its artifacts lie in a bucket, its runs in a table.
    Stack {
        artifacts: String,
        endpoint: String,
        runs: String,
        histories: Histories,
    },
}

/// How much the histories of Step Functions tell, from which traces of workflows are read that run
/// as executions of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Histories {
    /// What was called with what, and which event followed which.
    Whole,
    /// Neither, as in MiniStack.
    Partial,
}

/// A home.
pub(super) struct Home {
    agent: Agent,
    url: String,
    pub(super) behind: Behind,
}

impl Home {
    pub(super) fn at(url: String, behind: Behind) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).build();
        Self {
            agent: config.into(),
            url,
            behind,
        }
    }

    /// The stack that `make cloud-test` deployed.
    pub(super) fn deployed() -> Self {
        let told = |name: &str| std::env::var(name).expect("make cloud-test says where");
        let behind = Behind::Stack {
            artifacts: told("TDEV_ARTIFACTS_URL"),
            endpoint: told("TDEV_AWS_ENDPOINT"),
            runs: format!("{}-runs", told("TDEV_STACK_NAME")),
            histories: match told("TDEV_HISTORIES").as_str() {
                "partial" => Histories::Partial,
                _ => Histories::Whole,
            },
        };
        Self::at(told("TDEV_API_URL"), behind)
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.url);
        answer(self.agent.get(&url).header("authorization", SIGNED).call())
    }

    /// Sends `body` as it stands.
    pub(super) fn send(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let url = format!("{}{path}", self.url);
        let mut request = self.agent.post(&url).header("authorization", SIGNED);
        request = request.header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body))
    }

    pub(super) fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.send(path, headers, &body.to_string())
    }

    /// What its histories tell.
    pub(super) fn histories(&self) -> Histories {
        match &self.behind {
            Behind::Stack { histories, .. } => *histories,
            Behind::Program { .. } => Histories::Whole,
        }
    }

    /// Stores bytes as an artifact, as its clients have no route for; the reference to it.
    pub(super) fn file(&self, name: &str, media_type: &str) -> Value {
        let bytes = fs::read(root().join("examples").join(name)).unwrap();
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        match &self.behind {
            Behind::Stack { artifacts, .. } => {
                let url = format!("{artifacts}/{hash}");
                self.agent.put(&url).send(&bytes[..]).unwrap();
            }
            Behind::Program { project, .. } => {
                let folder = project.path().join(".tdev/artifacts").join(&hash[..2]);
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(&hash[2..]), &bytes).unwrap();
            }
        }
        json!({"artifact": hash, "media_type": media_type, "name": name, "size": bytes.len()})
    }

    /// Makes a run another project's, where the home keeps its runs.
    pub(super) fn give_away(&self, run_id: &str) {
        match &self.behind {
            Behind::Program { project, .. } => {
                let database =
                    rusqlite::Connection::open(project.path().join(".tdev/tdev.db")).unwrap();
                database.busy_timeout(LONG).unwrap();
                let changed = database.execute(
                    "UPDATE runs SET project = 'other', body = json_set(body, '$.project', 'other') WHERE id = ?1",
                    [run_id],
                );
                assert_eq!(changed.unwrap(), 1);
            }
            Behind::Stack { runs, .. } => {
                let project = self.get(&format!("/api/runs/{run_id}")).body["project"].clone();
                let key = json!({"pk": {"S": project}, "sk": {"S": format!("run#{run_id}")}});
                let item = self.dynamo("GetItem", &json!({"TableName": runs, "Key": key}));
                let mut item = item["Item"].clone();
                item["pk"] = json!({"S": "other"});
                self.dynamo("PutItem", &json!({"TableName": runs, "Item": item}));
                self.dynamo("DeleteItem", &json!({"TableName": runs, "Key": key}));
            }
        }
    }

    fn dynamo(&self, operation: &str, request: &Value) -> Value {
        let Behind::Stack { endpoint, .. } = &self.behind else {
            unreachable!("only a stack has tables")
        };
        let request = self
            .agent
            .post(endpoint)
            .header(
                "authorization",
                SIGNED.replace("execute-api", "dynamodb").as_str(),
            )
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .send(request.to_string());
        let answer = answer(request);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// What `look` sees once there is something to see.
    pub(super) fn until<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(seen) = look() {
                return seen;
            }
            assert!(begun.elapsed() < LONG, "nothing happens");
            std::thread::sleep(LOOK);
        }
    }

    /// The run once it has ended.
    pub(super) fn ended(&self, run_id: &str) -> Value {
        self.until(|| {
            let run = self.get(&format!("/api/runs/{run_id}")).body;
            (run["status"] != "running").then_some(run)
        })
    }

    /// Begins a run; its id.
    pub(super) fn begin(&self, path: &str, request: &Value) -> String {
        let begun = self.post(path, &[("prefer", "respond-async")], request);
        assert_eq!(begun.status, 202, "{begun:?}");
        let run_id = begun.body["run_id"].as_str().unwrap().to_owned();
        assert_eq!(begun.location, Some(format!("/api/runs/{run_id}")));
        run_id
    }

    /// Begins a run and waits for its end, however long it takes.
    pub(super) fn run(&self, path: &str, request: &Value) -> Value {
        self.ended(&self.begin(path, request))
    }

    pub(super) fn orchestrate(&self, request: &Value) -> Value {
        self.run("/api/orchestrate", request)
    }

    /// The question a run waits with.
    pub(super) fn asked(&self, run_id: &str) -> Value {
        self.until(|| {
            let open = self.get("/api/approvals").body;
            let items = open["items"].as_array().cloned().unwrap_or_default();
            items.into_iter().find(|a| a["run_id"] == *run_id)
        })
    }

    /// Answers a question.
    pub(super) fn answer(&self, asked: &Value, approved: bool) -> Answer {
        let path = format!("/api/approvals/{}", asked["id"].as_str().unwrap());
        self.post(&path, &[], &json!({"approved": approved}))
    }

    /// Registers source as a component to be planned and run with.
    pub(super) fn register(&self, source: &str) {
        let stored = self.post(
            "/api/components",
            &[],
            &json!({"code": source, "status": "stable"}),
        );
        assert!(stored.status < 300, "{stored:?}\n{source}");
    }

    /// Stores a workflow and runs it with `input`.
    pub(super) fn execute(&self, workflow: &Value, input: &Value) -> Value {
        let stored = self.post("/api/workflows", &[], workflow);
        assert!(stored.status < 300, "{stored:?}\n{workflow:#}");
        let id = workflow["id"].as_str().unwrap();
        self.run(&format!("/api/workflows/{id}/execute"), input)
    }

    /// Every item of a list, read in pages of this size.
    pub(super) fn pages(&self, path: &str, size: usize) -> Vec<Vec<Value>> {
        let mut pages = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("{path}?limit={size}{cursor}"));
            assert_eq!(page.status, 200, "{page:?}");
            pages.push(page.body["items"].as_array().unwrap().clone());
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return pages,
            }
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Behind::Program { server, .. } = &mut self.behind {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }
}

/// A name that no other case has, nor another run of this one: homes are shared.
pub(super) fn fresh(name: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let at = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{name}{}{at}", now.as_millis() % 1_000_000_000)
}

fn answer(answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = answered.unwrap();
    let location = response.headers().get("location");
    let location = location.map(|l| l.to_str().unwrap().to_owned());
    let text = response.body_mut().read_to_string().unwrap();
    Answer {
        status: response.status().as_u16(),
        location,
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}
