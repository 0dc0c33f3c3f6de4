//! Reads what the guest says about a failure, and what a trap says about the guest.

use serde::Deserialize;
use wasmtime::Trap;

use super::error::PythonError;
use super::interpreter::Limits;
use super::sandbox::Stopped;

/// What `guest/sandbox/failure.py` writes. The guest is not trusted: any field may be anything.
#[derive(Deserialize)]
struct Described {
    code: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    traceback: String,
    #[serde(default)]
    line: u32,
    #[serde(default)]
    column: u32,
    #[serde(default)]
    retryable: bool,
}

/// The error behind the guest's description.
pub(super) fn described(text: &str, file: &str, limits: &Limits) -> PythonError {
    let Ok(failure) = serde_json::from_str::<Described>(text) else {
        return PythonError::Crashed {
            reason: "its failure has no description".to_owned(),
        };
    };
    let Described {
        code,
        kind,
        message,
        traceback,
        line,
        column,
        retryable,
    } = failure;
    match code.as_str() {
        "ComponentSyntax" => PythonError::Syntax {
            file: file.to_owned(),
            line,
            column,
            message,
        },
        "EntryMissing" => PythonError::EntryMissing { message },
        "InputInvalid" if kind.is_empty() => PythonError::InputInvalid { message },
        "ResultInvalid" => PythonError::ResultInvalid { message },
        "ComponentOutOfMemory" => PythonError::OutOfMemory {
            limit: limits.memory,
        },
        _ => {
            let code = if is_code(&code) {
                code
            } else {
                "ComponentFailed".to_owned()
            };
            PythonError::Failed {
                code,
                kind,
                message,
                traceback,
                line,
                retryable,
            }
        }
    }
}

/// The error behind a trap.
pub(super) fn trapped(error: &wasmtime::Error, limits: &Limits) -> PythonError {
    if let Some(stopped) = error.downcast_ref::<Stopped>() {
        return match stopped {
            Stopped::Deadline => PythonError::Timeout { limit: limits.wall },
            Stopped::Output => PythonError::OutputLimit {
                what: "output",
                limit: limits.output,
            },
            Stopped::HostCall => PythonError::OutputLimit {
                what: "host call",
                limit: limits.result,
            },
        };
    }
    if let Some(exit) = error.downcast_ref::<wasmtime_wasi::I32Exit>() {
        return PythonError::Crashed {
            reason: format!("it ended the interpreter with {}", exit.0),
        };
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => PythonError::Timeout { limit: limits.wall },
        Some(Trap::StackOverflow) => PythonError::Crashed {
            reason: "the recursion is too deep".to_owned(),
        },
        Some(trap) => PythonError::Crashed {
            reason: trap.to_string(),
        },
        // The engine copies no more than its fuel for host calls allows; it has no type for it.
        None if error
            .root_cause()
            .to_string()
            .starts_with("too much data is being copied") =>
        {
            PythonError::OutputLimit {
                what: "result",
                limit: limits.result,
            }
        }
        None => PythonError::Crashed {
            reason: error.root_cause().to_string(),
        },
    }
}

/// CamelCase, as every code is; another text would end up in logs and state machines.
fn is_code(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text.chars().all(|each| each.is_ascii_alphanumeric())
}
