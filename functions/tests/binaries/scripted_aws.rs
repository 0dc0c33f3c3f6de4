//! Services of AWS on loopback, as far as a test scripts them: an answer for each request, by its
//! target or path, and a record of what was asked.

use std::io::BufReader;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::runtime_api::{Request, answer, request};

/// A status line, more headers and a body.
pub(crate) type Scripted = (&'static str, &'static str, String);

/// The server; it listens for as long as the tests run.
pub(crate) struct ScriptedAws {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ScriptedAws {
    /// Answers by `script`, which is given the request's target (or its path) and its body.
    pub(crate) fn start(script: impl Fn(&str, &str) -> Scripted + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (script, kept) = (Arc::new(script), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (script, kept) = (Arc::clone(&script), Arc::clone(&kept));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    while let Some(request) = request(&mut reader) {
                        let Request {
                            path,
                            headers,
                            body,
                            ..
                        } = request;
                        let target = headers.get("x-amz-target").cloned().unwrap_or(path);
                        let body = String::from_utf8(body).unwrap();
                        kept.lock().unwrap().push(format!("{target} {body}"));
                        let (status, headers, text) = script(&target, &body);
                        answer(&mut stream, status, headers, &text);
                    }
                });
            }
        });
        Self { url, asked }
    }

    /// What was asked so far: target or path, and the body.
    #[allow(dead_code, reason = "the tests ask, the measurement does not")]
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
