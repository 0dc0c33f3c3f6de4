//! Functions of the stack, called by name: core agents and components.
//!
//! A function is given what its agent is asked, with one field more, `scope`: on whose behalf. That
//! is what the state machines send too. It fails with our code as its error type and our error as
//! its message.

mod agents;
mod components;

pub(crate) use agents::LambdaAgents;
pub(crate) use components::LambdaComponents;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use serde_json::{Value, json};
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

use crate::connect::Unmade;
use crate::fault;

/// The functions of one stack.
#[derive(Clone)]
pub(crate) struct Functions {
    client: Unmade<Client>,
    stack: String,
}

impl Functions {
    pub(crate) fn new(client: Unmade<Client>, stack: &str) -> Self {
        Self {
            client,
            stack: stack.to_owned(),
        }
    }

    /// Calls one and waits for its answer.
    async fn call(&self, function: &str, mut input: Value, scope: &Scope) -> Result<Value> {
        let fields = input.as_object_mut().ok_or_else(|| {
            Error::new(
                Code::InvalidInput,
                format!("the function `{function}` is called with an object"),
            )
        })?;
        fields.insert("scope".to_owned(), json!(scope));
        let sent = self
            .client
            .invoke()
            .function_name(format!("{}-{function}", self.stack))
            .payload(Blob::new(input.to_string()))
            .send()
            .await;
        let answer = sent.map_err(|error| {
            let said = fault::of(&format!("call the function `{function}`"), &error);
            match error.as_service_error() {
                Some(e) if e.is_request_too_large_exception() => Error {
                    code: Code::PayloadTooLarge,
                    ..said
                },
                // Busy or not there for the moment: not a store, whatever else.
                _ if said.code == Code::StoreUnavailable => Error {
                    code: Code::RemoteUnavailable,
                    ..said
                },
                _ => said,
            }
        })?;
        let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
        let text = String::from_utf8_lossy(&payload);
        if answer.function_error.is_some() {
            return Err(failure(function, &text));
        }
        serde_json::from_str(&text).map_err(|_| {
            Error::new(
                Code::Internal,
                format!("the answer of the function `{function}` is not JSON"),
            )
        })
    }
}

/// What a failed function said: its own error, or that of the service that ran it.
fn failure(function: &str, payload: &str) -> Error {
    let said: Value = serde_json::from_str(payload).unwrap_or_default();
    let name = said["errorType"].as_str().unwrap_or_default();
    if Code::parse(name).is_some() {
        return Error::from_failure(name, payload);
    }
    let message = said["errorMessage"].as_str().unwrap_or_default();
    if name == "Sandbox.Timedout" || message.contains("Task timed out") {
        return Error::new(
            Code::ComponentTimeout,
            format!("the function `{function}` ran past its time limit"),
        );
    }
    tracing::error!(
        function,
        aws.error = name,
        aws.message = message,
        "the function ended abnormally"
    );
    Error::new(
        Code::ComponentCrashed,
        format!("the function `{function}` ended abnormally"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_fails_by_our_code_or_by_that_of_its_end() {
        let ours = Error::new(Code::SchemaMismatch, "`text` is missing").field("text");
        assert_eq!(failure("component", &ours.to_cause()), ours);
        for (said, code) in [
            (
                r#"{"errorType":"Sandbox.Timedout","errorMessage":"x"}"#,
                Code::ComponentTimeout,
            ),
            (
                r#"{"errorMessage":"1 Task timed out after 3.00 seconds"}"#,
                Code::ComponentTimeout,
            ),
            (
                r#"{"errorType":"Runtime.ExitError","errorMessage":"secret"}"#,
                Code::ComponentCrashed,
            ),
            ("not JSON", Code::ComponentCrashed),
        ] {
            let error = failure("component", said);
            assert_eq!(error.code, code, "{said}");
            assert!(!error.message.contains("secret"));
        }
    }
}
