//! The interpreter under test, programs from text, and a host that remembers.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::{Value, json};
use tdev_runtime::python::{Host, HostError, Interpreter, Limits, Program, PythonError};

/// Where set-up puts interpreters, by the same rule as `scripts/build-interpreter.sh`.
pub(crate) fn interpreters() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    variable("TDEV_INTERPRETER_DIR")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            variable("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".cache")))
                .expect("neither TDEV_INTERPRETER_DIR, XDG_CACHE_HOME nor HOME is set")
                .join("tdev/interpreter")
        })
}

/// One for the whole binary, as in a real process.
pub(crate) fn interpreter() -> &'static Interpreter {
    static OPENED: OnceLock<Arc<Interpreter>> = OnceLock::new();
    OPENED.get_or_init(|| {
        Interpreter::open(&interpreters()).unwrap_or_else(|error| panic!("{error}"))
    })
}

/// Answers `call_tool` for EchoTool only, `secret` for GRANTED only, and keeps the log.
#[derive(Default)]
pub(crate) struct TestHost {
    pub(crate) lines: Mutex<Vec<(String, String)>>,
    pub(crate) calls: Mutex<Vec<String>>,
}

impl TestHost {
    pub(crate) fn text(&self) -> String {
        let lines = self.lines.lock().unwrap();
        lines
            .iter()
            .map(|(level, line)| format!("{level}: {line}\n"))
            .collect()
    }
}

impl Host for TestHost {
    fn call(&self, name: &str, payload: &str) -> Result<String, HostError> {
        self.calls.lock().unwrap().push(name.to_owned());
        let payload: Value = serde_json::from_str(payload)
            .map_err(|_| HostError::failed("InvalidInput", "payload is not JSON", false))?;
        match (name, payload["name"].as_str().unwrap_or_default()) {
            ("call_tool", "EchoTool") => Ok(payload["input"].to_string()),
            ("call_tool", "BusyTool") => Err(HostError::failed("RemoteUnavailable", "busy", true)),
            ("secret", "GRANTED") => Ok(json!("s3cret").to_string()),
            (_, asked) => Err(HostError::denied(format!(
                "`{name}` of `{asked}` is not granted"
            ))),
        }
    }

    fn log(&self, level: &str, line: &str) {
        self.lines
            .lock()
            .unwrap()
            .push((level.to_owned(), line.to_owned()));
    }
}

/// A program of its own project, so that no test shares an instance with another.
pub(crate) fn program(source: &str) -> Program {
    static NEXT: Mutex<u32> = Mutex::new(0);
    let mut next = NEXT.lock().unwrap();
    *next += 1;
    Program::new(format!("project-{next}"), "component.py", source, "")
}

/// Runs a source once with everything at its default.
pub(crate) fn run(source: &str, input: &Value) -> Result<Value, PythonError> {
    run_within(source, input, &Limits::default())
}

pub(crate) fn run_within(
    source: &str,
    input: &Value,
    limits: &Limits,
) -> Result<Value, PythonError> {
    interpreter().call(
        &program(source),
        input,
        limits,
        Arc::new(TestHost::default()),
    )
}

/// The traceback of a failure; panics on anything else.
pub(crate) fn failed(result: Result<Value, PythonError>) -> (String, String) {
    match result {
        Err(PythonError::Failed { kind, message, .. }) => (kind, message),
        other => panic!("expected a failure, got {other:?}"),
    }
}
