//! Taking a service in hand: one deployment at a time, whoever asks.

use serde_json::{Value, json};
use tdev_core::ports::Scope;
use tdev_core::service::{DeployRequest, Failure, Service};
use tdev_core::{Code, Error, Result};

use super::Ground;
use super::change::{Told, change};
use super::undo;

/// Makes the next version of the service, under a claim of this deployment.
///
/// # Errors
/// `Conflict` where another deployment has it.
pub(super) async fn stage(
    ground: &Ground,
    request: &DeployRequest,
    definition: &str,
    scope: &Scope,
) -> Result<Value> {
    let sealed = ground.sealed(definition).await?;
    let deployment = scope.run_id.as_str();
    free(ground, request, deployment).await?;
    let told = Told {
        by: &request.by,
        action: "claim",
        run_id: deployment,
    };
    let now = ground.clock.now();
    let service = match ground.services.get(&request.service_id).await {
        Ok(_) => {
            change(ground, &request.service_id, &told, |service| {
                service.claimed(deployment, &sealed, request, now)
            })
            .await?
        }
        Err(error) if error.code == Code::ServiceNotFound => {
            let service = Service::new(request, &ground.project, now)
                .claimed(deployment, &sealed, request, now)?;
            let line = ground
                .line(&request.by, "create", None, Some(&service))
                .of_run(deployment);
            let made = ground.services.put(service, &line).await;
            match made {
                // Somebody made it first: what they have in hand is told.
                Err(error) if error.code == Code::Conflict => {
                    let theirs = ground.services.get(&request.service_id).await?;
                    theirs.claimed(deployment, &sealed, request, now)?
                }
                made => made?,
            }
        }
        Err(error) => return Err(error),
    };
    let claim = service.claim_of(deployment)?;
    Ok(json!({"version_id": claim.version_id, "before": claim.before}))
}

/// Puts back what a deployment left that has ended without doing so: cancelled, or lost with its
/// machine.
async fn free(ground: &Ground, request: &DeployRequest, deployment: &str) -> Result<()> {
    let claim = match ground.services.get(&request.service_id).await {
        Ok(service) => service.deploying,
        Err(error) if error.code == Code::ServiceNotFound => None,
        Err(error) => return Err(error),
    };
    let Some(claim) = claim.filter(|claim| claim.deployment_id != deployment) else {
        return Ok(());
    };
    let ended = match ground.runs.get(&claim.deployment_id).await {
        Ok(run) => run.status.ended(),
        Err(error) if error.code == Code::RunNotFound => true,
        Err(error) => return Err(error),
    };
    if !ended {
        return Ok(());
    }
    let failure = Failure {
        deployment_id: claim.deployment_id.clone(),
        at: ground.clock.now(),
        stage: "unknown".to_owned(),
        error: Error::new(
            Code::Cancelled,
            "the deployment ended without putting back what it had begun",
        ),
    };
    undo::put_back(ground, request, &claim.deployment_id, failure)
        .await
        .map(drop)
}
