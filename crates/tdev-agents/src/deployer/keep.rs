//! From a goal that was reached to a deployment: the plan becomes a stored workflow.

use serde_json::{Map, Value};
use tdev_core::Result;
use tdev_core::service::DeployRequest;
use tdev_core::workflow::Workflow;

use super::Ground;
use super::gather::gather;

/// The request for the workflow as it is stored now. What the run was given is what its health check
/// is called with, unless calling it again would change the world outside a second time.
pub(super) async fn stage(
    ground: &Ground,
    request: DeployRequest,
    workflow: Workflow,
    inputs: Map<String, Value>,
) -> Result<DeployRequest> {
    request.check()?;
    let named = Workflow {
        id: format!("{}-flow", request.service_id),
        ..workflow
    };
    let gathered = gather(ground, &named).await?;
    let repeats = gathered.components.iter().all(|(c, _)| !c.side_effects);
    let stored = ground.workflows.put(gathered.checked.workflow).await?;
    Ok(DeployRequest {
        workflow_id: Some(format!("{}@{}", stored.id, stored.version_id)),
        health_input: request.health_input.or_else(|| repeats.then_some(inputs)),
        ..request
    })
}
