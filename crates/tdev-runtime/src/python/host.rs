//! The port through which a component's effects leave the sandbox.

use serde::Serialize;

/// Grants or denies what a component asks for. One per invocation: it knows who is asking.
///
/// Calls arrive on the thread that runs the component, so `call` may block on an async runtime's
/// handle. It may run another component: nested calls hold their own instance and deadline.
pub trait Host: Send + Sync {
    /// Performs the effect `name` (`call_tool`, `call_agent`, `llm`, `secret`) with a JSON payload
    /// and returns JSON.
    ///
    /// # Errors
    /// What the component sees as a `ToolError`. Its message must hold no secret.
    fn call(&self, name: &str, payload: &str) -> Result<String, HostError>;

    /// One line of output. `level` is stdout, stderr, debug, info, warning, error, or whatever
    /// else the component says: treat both as data.
    fn log(&self, level: &str, line: &str);
}

/// A failed or denied effect.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct HostError {
    /// A stable code, `PermissionDenied` where the metadata does not grant the effect.
    pub code: String,
    /// One line for a person.
    pub message: String,
    /// Whether the same call may succeed later.
    pub retryable: bool,
}

impl HostError {
    /// The metadata does not grant this.
    pub fn denied(message: impl Into<String>) -> Self {
        Self {
            code: "PermissionDenied".to_owned(),
            message: message.into(),
            retryable: false,
        }
    }

    /// It was granted, and failed.
    pub fn failed(code: impl Into<String>, message: impl Into<String>, retryable: bool) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            retryable,
        }
    }
}
