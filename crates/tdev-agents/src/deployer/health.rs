//! The call that shows that a service works: what it is called with, and why that.

use serde_json::{Map, Value};
use tdev_core::component::Component;
use tdev_core::ports::{RunStore, content_hash};
use tdev_core::run::{RunKind, RunStatus};
use tdev_core::service::{DeployRequest, HealthCheck, Sealed};
use tdev_core::workflow::{Workflow, input};
use tdev_core::{Code, Error, Result};

/// Runs that are looked through for one that succeeded.
const LOOKED_AT: usize = 200;

/// The input of the health check: what is asked for, else that of the version before, else that of
/// the last run of the workflow that succeeded, else nothing where nothing is needed.
///
/// # Errors
/// `InvalidInput` where none of them is there, or where calling it would change the world outside
/// and nobody said with what.
pub(super) async fn choose(
    runs: &dyn RunStore,
    request: &DeployRequest,
    workflow: &Workflow,
    before: Option<&Sealed>,
    components: &[&Component],
) -> Result<HealthCheck> {
    if let Some(given) = &request.health_input {
        return Ok(HealthCheck {
            input: given.clone(),
            because: "it was given with the deployment".to_owned(),
        });
    }
    let asks = |message: String| {
        let example = workflow
            .input_schema
            .fields()
            .into_iter()
            .filter(|field| field.required)
            .map(|field| format!("--health-input {}=…", field.name))
            .collect::<Vec<_>>()
            .join(" ");
        let example = if example.is_empty() {
            "--health-input NAME=VALUE".to_owned()
        } else {
            example
        };
        Err(Error::new(Code::InvalidInput, message)
            .field("health_input")
            .hint(format!("say what the check may call it with: {example}")))
    };
    if let Some(before) = before {
        let kept = &before.definition().health;
        // What was said once holds for as long as it fits.
        if input(&workflow.input_schema, kept.input.clone()).is_ok() {
            return Ok(kept.clone());
        }
    }
    if let Some(component) = components.iter().find(|c| c.side_effects) {
        return asks(format!(
            "`{}` changes the world outside, and nobody said what the health check may do",
            component.pinned()
        ));
    }
    if let Some((run_id, inputs)) = succeeded(runs, workflow).await?
        && input(&workflow.input_schema, inputs.clone()).is_ok()
    {
        return Ok(HealthCheck {
            input: inputs,
            because: format!("run {run_id} succeeded with it"),
        });
    }
    if input(&workflow.input_schema, Map::new()).is_ok() {
        return Ok(HealthCheck {
            input: Map::new(),
            because: "the workflow needs no input".to_owned(),
        });
    }
    asks(format!(
        "nothing is known that `{}` could be called with: it never ran",
        workflow.id
    ))
}

/// The newest run of a workflow that succeeded, and its input.
async fn succeeded(
    runs: &dyn RunStore,
    workflow: &Workflow,
) -> Result<Option<(String, Map<String, Value>)>> {
    let (newest, _) = runs.list(None, LOOKED_AT).await?;
    let prefix = format!("{}@", workflow.id);
    Ok(newest.into_iter().find_map(|run| {
        let of_it = run.kind == RunKind::Workflow
            && run.status == RunStatus::Succeeded
            && run
                .request
                .workflow
                .as_deref()
                .is_some_and(|name| name == workflow.id || name.starts_with(&prefix));
        of_it.then(|| (short(&run.id), run.request.inputs))
    }))
}

/// Enough of an id to find it by.
fn short(id: &str) -> String {
    let end = id.get(id.len().saturating_sub(8)..);
    end.map_or_else(|| content_hash(id.as_bytes()), str::to_owned)
}
