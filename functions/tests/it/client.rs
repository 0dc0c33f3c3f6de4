//! Asks the deployed API.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ureq::Agent;

/// Ample for any run.
const LONG: Duration = Duration::from_secs(300);

/// Who asks. The emulator reads the name; no signature is checked.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0";

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: Value,
}

/// The API and where its artifacts lie.
pub(crate) struct Client {
    agent: Agent,
    api: String,
    artifacts: String,
}

impl Client {
    pub(crate) fn new() -> Self {
        let config = Agent::config_builder().http_status_as_error(false).build();
        let url = |name: &str| std::env::var(name).expect("make cloud-test says where");
        Self {
            agent: config.into(),
            api: url("TDEV_API_URL"),
            artifacts: url("TDEV_ARTIFACTS_URL"),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.api);
        let request = self.agent.get(&url).header("authorization", SIGNED);
        answer(request.call().unwrap())
    }

    /// Asks as nobody.
    pub(crate) fn get_unsigned(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.api);
        answer(self.agent.get(&url).call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let url = format!("{}{path}", self.api);
        let mut request = self.agent.post(&url).header("authorization", SIGNED);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send_json(body).unwrap())
    }

    /// Stores a file of the examples as an artifact; the reference to it.
    pub(crate) fn example(&self, name: &str, media_type: &str) -> Value {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples")
            .join(name);
        let bytes = fs::read(file).unwrap();
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let url = format!("{}/{hash}", self.artifacts);
        self.agent.put(&url).send(&bytes[..]).unwrap();
        json!({"artifact": hash, "media_type": media_type, "name": name, "size": bytes.len()})
    }

    /// The run once it has ended.
    pub(crate) fn ended(&self, run_id: &str) -> Value {
        self.until(|| {
            let run = self.get(&format!("/api/runs/{run_id}")).body;
            (run["status"] != "running").then_some(run)
        })
    }

    /// What `look` sees once there is something to see.
    pub(crate) fn until<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(seen) = look() {
                return seen;
            }
            assert!(begun.elapsed() < LONG, "nothing happens");
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    /// Begins a run and waits for its end, however long it takes.
    pub(crate) fn orchestrate(&self, request: &Value) -> Value {
        let begun = self.post("/api/orchestrate", &[("prefer", "respond-async")], request);
        assert_eq!(begun.status, 202, "{begun:?}");
        let run_id = begun.body["run_id"].as_str().unwrap();
        assert_eq!(
            begun.location.as_deref(),
            Some(format!("/api/runs/{run_id}").as_str())
        );
        self.ended(run_id)
    }
}

fn answer(mut response: ureq::http::Response<ureq::Body>) -> Answer {
    let location = response.headers().get("location");
    Answer {
        status: response.status().as_u16(),
        location: location.map(|l| l.to_str().unwrap().to_owned()),
        body: response.body_mut().read_json().unwrap_or_default(),
    }
}
