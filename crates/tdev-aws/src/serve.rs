//! Functions: what a Lambda is given, how it answers, and how it fails.
//!
//! The event is what an agent is asked, with one field more, `scope`: on whose behalf. A failure is
//! told with our code as the error type, which is what a state machine's `ErrorEquals` sees, and
//! with the whole error as JSON for a message, so that nothing is lost on the way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;
use tdev_agents::Agent;
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};
use tracing::Instrument as _;

/// Serves a core agent. `make` makes the agent of a project; it is asked once for each project
/// while the function is warm.
///
/// # Errors
/// What kept the runtime from being reached.
pub async fn serve<A: Agent>(
    make: impl Fn(&str) -> Result<A> + Send + Sync + 'static,
) -> Result<(), lambda_runtime::Error> {
    let of_project = PerProject::new(make);
    serve_calls(move |input, scope| {
        let agent = of_project.of(&scope.project);
        async move { ask(&*agent?, input, scope).await }
    })
    .await
}

/// Serves whatever takes an input on somebody's behalf.
///
/// # Errors
/// What kept the runtime from being reached.
pub async fn serve_calls<F, W>(call: F) -> Result<(), lambda_runtime::Error>
where
    F: Fn(Value, Scope) -> W,
    W: Future<Output = Result<Value>>,
{
    lambda_runtime::tracing::init_default_subscriber();
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let asked = taken_apart(event.payload);
        let call = &call;
        async move {
            let answer = match asked {
                Ok((input, scope)) => {
                    let span = tracing::info_span!(
                        "call",
                        project = scope.project,
                        run = scope.run_id,
                        step = scope.step
                    );
                    call(input, scope).instrument(span).await
                }
                Err(error) => Err(error),
            };
            answer.map_err(|error| told(&error))
        }
    }))
    .await
}

/// Something of each project, made when it is first asked for.
pub struct PerProject<T, F> {
    make: F,
    made: Mutex<HashMap<String, Arc<T>>>,
}

impl<T, F: Fn(&str) -> Result<T>> PerProject<T, F> {
    /// What `make` makes.
    pub fn new(make: F) -> Self {
        Self {
            make,
            made: Mutex::default(),
        }
    }

    /// That of a project.
    ///
    /// # Errors
    /// What kept it from being made; it is tried again the next time.
    pub fn of(&self, project: &str) -> Result<Arc<T>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(project) {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new((self.make)(project)?);
        made.insert(project.to_owned(), Arc::clone(&new));
        Ok(new)
    }
}

/// The input and on whose behalf it came.
fn taken_apart(mut event: Value) -> Result<(Value, Scope)> {
    let scope = event
        .as_object_mut()
        .and_then(|fields| fields.remove("scope"))
        .ok_or_else(|| {
            Error::new(
                Code::InvalidInput,
                "a function is called with an object that has a `scope`",
            )
            .field("scope")
        })?;
    let scope = serde_json::from_value(scope).map_err(|e| {
        Error::new(Code::InvalidInput, format!("`scope` makes no sense: {e}")).field("scope")
    })?;
    Ok((event, scope))
}

async fn ask<A: Agent>(agent: &A, input: Value, scope: Scope) -> Result<Value> {
    let input = serde_json::from_value(input).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!(
                "the {} agent does not understand its input: {fault}",
                A::NAME
            ),
        )
    })?;
    let output = agent.run(input, scope).await?;
    serde_json::to_value(output).map_err(|fault| {
        Error::new(
            Code::Internal,
            format!("the answer of the {} agent is not JSON: {fault}", A::NAME),
        )
    })
}

/// The failure as Lambda tells it; logged here, where it leaves the function.
fn told(error: &Error) -> Diagnostic {
    tracing::warn!(error.code = error.code.as_str(), "{error}");
    Diagnostic {
        error_type: error.code.as_str().to_owned(),
        error_message: serde_json::to_string(error).unwrap_or_else(|_| error.message.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scope_is_taken_out_of_what_is_asked() {
        let scope = json!({"project": "demo", "run_id": "r1"});
        let (input, scope) = taken_apart(json!({"goal": "x", "scope": scope})).unwrap();
        assert_eq!(input, json!({"goal": "x"}));
        assert_eq!(
            (scope.project.as_str(), scope.run_id.as_str()),
            ("demo", "r1")
        );
        for event in [json!({"goal": "x"}), json!([]), json!({"scope": 3})] {
            assert_eq!(taken_apart(event).unwrap_err().code, Code::InvalidInput);
        }
    }

    #[test]
    fn a_failure_crosses_the_state_machine_unchanged() {
        let error = Error::new(Code::PermissionDenied, "host not granted").hint("grant it");
        let told = told(&error);
        let cause = json!({"errorType": told.error_type, "errorMessage": told.error_message});
        let back = Error::from_failure(&told.error_type, &cause.to_string());
        assert_eq!(back, error);
    }
}
