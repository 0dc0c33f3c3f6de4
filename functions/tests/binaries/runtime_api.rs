//! What a function finds where Lambda would be: a runtime API on loopback that hands out events one
//! after another and keeps the answers. The tests and the cold-start measurement share it.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// One request over HTTP/1.1.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Reads one request; nothing where the other side is gone.
pub(crate) fn request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let path = words.nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|n| n.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        path,
        headers,
        body,
    })
}

/// Writes one answer.
pub(crate) fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    let _ = stream.write_all(text.as_bytes());
}

/// What a function said to one event.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Whether it succeeded.
    pub(crate) succeeded: bool,
    /// Its answer, or its error as Lambda keeps it: `errorType` and `errorMessage`.
    pub(crate) body: Value,
    /// Since its process was started.
    #[allow(dead_code, reason = "the measurement asks, the tests do not")]
    pub(crate) after: Duration,
}

/// A function's process, ended with this.
pub(crate) struct Function {
    process: Child,
    began: Instant,
    requests: Receiver<(Request, TcpStream)>,
    given: usize,
}

impl Function {
    /// Starts the binary with this environment and nothing else of ours.
    pub(crate) fn start(binary: &Path, environment: &[(&str, &str)]) -> Self {
        let api = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = api.local_addr().unwrap().to_string();
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", &address)
            .env("AWS_LAMBDA_FUNCTION_NAME", name(binary))
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "7")
            .env("LAMBDA_TASK_ROOT", std::env::temp_dir())
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let began = Instant::now();
        Self {
            process: command.spawn().unwrap(),
            began,
            requests: served(api),
            given: 0,
        }
    }

    /// Hands out one event and waits for what is said to it.
    pub(crate) fn ask(&mut self, event: &Value) -> Answer {
        self.given += 1;
        let id = format!("request-{}", self.given);
        let (next, mut stream) = self.requests.recv().unwrap();
        assert_eq!(next.path, "/2018-06-01/runtime/invocation/next");
        let headers = format!(
            "content-type: application/json\r\nlambda-runtime-aws-request-id: {id}\r\nlambda-runtime-deadline-ms: 32503680000000\r\nlambda-runtime-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1\r\nlambda-runtime-invoked-function-arn: arn:aws:lambda:eu-west-1:123456789012:function:x\r\n"
        );
        answer(&mut stream, "200 OK", &headers, &event.to_string());
        let (said, mut stream) = self.requests.recv().unwrap();
        let after = self.began.elapsed();
        answer(&mut stream, "202 Accepted", "", "");
        let base = format!("/2018-06-01/runtime/invocation/{id}");
        assert!(said.path == format!("{base}/response") || said.path == format!("{base}/error"));
        Answer {
            succeeded: said.path.ends_with("/response"),
            body: serde_json::from_slice(&said.body).unwrap_or_default(),
            after,
        }
    }

    /// The time its threads had of the processor so far.
    #[allow(dead_code, reason = "the measurement asks, the tests do not")]
    pub(crate) fn processor(&self) -> Duration {
        let tasks = format!("/proc/{}/task", self.process.id());
        let of = |task: std::fs::DirEntry| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        };
        let tasks = std::fs::read_dir(tasks).unwrap().map(Result::unwrap);
        Duration::from_nanos(tasks.filter_map(of).sum())
    }

    /// Ends the function; all it wrote to its log, a line each.
    #[allow(dead_code, reason = "the tests ask, the measurement does not")]
    pub(crate) fn log(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        let stdout = self.process.stdout.take().unwrap();
        BufReader::new(stdout).lines().map(Result::unwrap).collect()
    }
}

/// Everything that is asked there, whichever connection it comes by.
fn served(api: TcpListener) -> Receiver<(Request, TcpStream)> {
    let (heard, requests) = channel();
    thread::spawn(move || {
        for stream in api.incoming() {
            let stream = stream.unwrap();
            stream.set_nodelay(true).unwrap();
            let heard = heard.clone();
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while let Some(request) = request(&mut reader) {
                    if heard.send((request, stream.try_clone().unwrap())).is_err() {
                        break;
                    }
                }
            });
        }
    });
    requests
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The function's name as Lambda would have it.
fn name(binary: &Path) -> String {
    let folder = || Some(binary.parent()?.file_name()?.to_str()?.to_owned());
    let stem = binary.file_stem().unwrap().to_str().unwrap();
    let name = match stem {
        "bootstrap" => folder().unwrap(),
        stem => stem.to_owned(),
    };
    format!("tdev-dev-{name}")
}
