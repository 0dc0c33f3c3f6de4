//! The end of a deployment that succeeded.

use tdev_core::Result;
use tdev_core::ports::Scope;
use tdev_core::service::{DeployRequest, Service, ServiceVersion};

use super::Ground;
use super::change::{Told, change};

/// Writes down that the version answers, and lets go of what it replaced.
pub(super) async fn stage(
    ground: &Ground,
    request: &DeployRequest,
    scope: &Scope,
) -> Result<Service> {
    let now = ground.clock.now();
    let told = Told {
        by: &request.by,
        action: "deploy",
        run_id: &scope.run_id,
    };
    let mut retired: Vec<ServiceVersion> = Vec::new();
    let service = change(ground, &request.service_id, &told, |service| {
        // Written already by an attempt before this one.
        let done = service.deploying.is_none()
            && service
                .versions
                .iter()
                .any(|v| v.deployment_id == scope.run_id);
        if done {
            return Ok(service);
        }
        let finished = service.finished(&scope.run_id, request.strategy, now)?;
        retired = finished.retired;
        Ok(finished.service)
    })
    .await?;
    let target = ground.targets.of(request.target)?;
    for version in &retired {
        // It answers no calls: that it lingers at its target is not worth undoing what serves.
        if let Err(error) = target.remove(&request.service_id, version).await {
            tracing::warn!(
                service = request.service_id,
                version = %version.version_id,
                error.code = error.code.as_str(),
                "a retired version could not be let go: {error}"
            );
        }
    }
    Ok(service)
}
