//! Functions: what a Lambda is given, how it answers, how it fails, and what is told of it.
//!
//! The event is what an agent is asked, with one field more, `scope`: on whose behalf. A failure is
//! told with our code as the error type, which is what a state machine's `ErrorEquals` sees, and
//! with the whole error as JSON for a message, so that nothing is lost on the way. Every invocation
//! leaves its lines in the log, one of metrics among them, and where it is traced a subsegment.

mod event;
mod invocation;
mod logs;
mod metrics;
mod per_project;
mod spending;
mod trace;

pub use invocation::{Watch, Watched};
pub use logs::{Level, Sink, stdout};
pub use per_project::PerProject;
pub use spending::{Counted, Spending};

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use tdev_agents::Agent;
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

/// Serves a core agent. `make` makes the agent of a project; it is asked once for each project
/// while the function is warm.
///
/// # Errors
/// What kept the runtime from being reached.
pub async fn serve<A: Agent>(
    watch: Watch,
    make: impl Fn(&str) -> Result<A> + Send + Sync + 'static,
) -> Result<(), lambda_runtime::Error> {
    let of_project = PerProject::new(make);
    serve_calls(watch, move |input, scope| {
        let agent = of_project.of(&scope.project);
        async move { ask(&*agent?, input, scope).await }
    })
    .await
}

/// Serves whatever takes an input on somebody's behalf.
///
/// # Errors
/// What kept the runtime from being reached.
pub async fn serve_calls<F, W>(watch: Watch, call: F) -> Result<(), lambda_runtime::Error>
where
    F: Fn(Value, Scope) -> W,
    W: Future<Output = Result<Value>>,
{
    serve_events(watch, async |event, watched| {
        let (input, scope) = event::taken_apart(event)?;
        watched.scope(&scope);
        call(input, scope).await
    })
    .await
}

/// Serves whatever takes events of another shape.
///
/// # Errors
/// What kept the runtime from being reached.
pub async fn serve_events<F>(watch: Watch, call: F) -> Result<(), lambda_runtime::Error>
where
    F: AsyncFn(Value, &Watched) -> Result<Value>,
{
    let (watch, call) = (&watch, &call);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let (payload, context) = event.into_parts();
        // Boxed: futures of whole agents nested in each other are more than the compiler lays out.
        let over = watch.over(&context, async |watched| {
            Box::pin(call(payload, watched)).await
        });
        Box::pin(over).await
    }))
    .await
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
