//! Python components: their source by hash, their limits, and the host they call.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tdev_core::component::{Component, snake_case};
use tdev_core::ports::ArtifactStore;
use tdev_core::{Code, Error, Result};

use super::calls::Calls;
use super::llm::Used;
use super::{Effects, Inner, Passage};
use crate::python::{Interpreter, Limits, Program, PythonError};

/// Sources kept at hand; beyond it the whole table is dropped, as it refills in microseconds.
const SOURCES: usize = 512;

pub(super) struct Python {
    folder: PathBuf,
    artifacts: Arc<dyn ArtifactStore>,
    interpreter: Mutex<Option<Arc<Interpreter>>>,
    sources: Mutex<HashMap<String, Arc<str>>>,
}

impl Python {
    pub(super) fn new(folder: PathBuf, artifacts: Arc<dyn ArtifactStore>) -> Self {
        Self {
            folder,
            artifacts,
            interpreter: Mutex::default(),
            sources: Mutex::default(),
        }
    }

    pub(super) fn call(
        &self,
        runner: &Arc<Inner>,
        component: &Arc<Component>,
        input: &Value,
        passage: &Passage,
    ) -> Result<Value> {
        let interpreter = self.interpreter()?;
        let source = self.source(component, passage)?;
        let file = component
            .path
            .clone()
            .unwrap_or_else(|| format!("{}.py", snake_case(&component.name)));
        let program = Program::new(&runner.project, file, source, component.entry());
        let mut wall = component
            .timeout_seconds
            .map_or(runner.quota.time, Duration::from_secs);
        if let Some(deadline) = passage.deadline {
            wall = wall.min(deadline.saturating_duration_since(Instant::now()));
        }
        let limits = Limits {
            wall,
            memory: runner.quota.memory,
            output: runner.quota.output,
            depth: passage.depth,
            ..Limits::default()
        };
        let inside = Passage {
            depth: passage.depth + 1,
            deadline: Some(Instant::now() + wall),
            ..passage.clone()
        };
        let host = Arc::new(Calls {
            runner: Arc::clone(runner),
            component: Arc::clone(component),
            passage: inside,
            effects: Effects::default(),
            used: Used::default(),
        });
        interpreter
            .call(&program, input, &limits, host)
            .map_err(|fault| told(component, &fault))
    }

    fn interpreter(&self) -> Result<Arc<Interpreter>> {
        let mut slot = self
            .interpreter
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = slot.as_ref() {
            return Ok(Arc::clone(open));
        }
        let opened = Interpreter::open(&self.folder).map_err(|fault| {
            Error::new(
                Code::parse(fault.code()).unwrap_or(Code::Internal),
                fault.to_string(),
            )
        })?;
        *slot = Some(Arc::clone(&opened));
        Ok(opened)
    }

    fn source(&self, component: &Component, passage: &Passage) -> Result<Arc<str>> {
        let hash = component.code_hash.as_deref().ok_or_else(|| {
            Error::new(
                Code::InvalidComponent,
                format!("`{}` has no registered source", component.name),
            )
            .field("code_hash")
            .hint("register it again with `tdev register FILE`")
        })?;
        if let Some(known) = self
            .sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(hash)
        {
            return Ok(Arc::clone(known));
        }
        let bytes = passage.handle.block_on(self.artifacts.get(hash))?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::new(
                Code::InvalidComponent,
                format!("the source of `{}` is not UTF-8 text", component.name),
            )
        })?;
        let source: Arc<str> = text.into();
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= SOURCES {
            sources.clear();
        }
        sources.insert(hash.to_owned(), Arc::clone(&source));
        Ok(source)
    }
}

/// A sandbox's fault in the one vocabulary, with the traceback where there is one.
fn told(component: &Component, fault: &PythonError) -> Error {
    let name = &component.name;
    match fault {
        PythonError::Failed {
            code,
            kind,
            message,
            traceback,
            line,
            ..
        } => {
            let known = Code::parse(code).unwrap_or(Code::ComponentFailed);
            // A `ToolError` says its code itself; any other exception is told by its type.
            let said = match message.strip_prefix(code.as_str()) {
                Some(rest) if kind == "ToolError" => {
                    rest.trim_start_matches(':').trim_start().to_owned()
                }
                _ => format!("{kind}: {message}"),
            };
            Error::new(known, format!("`{name}` failed: {}", first_line(&said))).details(
                json!({"error": code, "exception": kind, "traceback": traceback, "line": line}),
            )
        }
        other => {
            let code = Code::parse(other.code()).unwrap_or(Code::ComponentFailed);
            let message = first_line(&other.to_string()).to_owned();
            match code {
                Code::InterpreterMissing | Code::InterpreterForeign => Error::new(code, message),
                _ => Error::new(code, format!("`{name}`: {message}")),
            }
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or(text)
}
