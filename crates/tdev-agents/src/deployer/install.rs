//! Storing, installing and calling a version at its target.

use serde_json::{Value, json};
use tdev_core::ports::{CallRequest, Scope};
use tdev_core::service::{CallKind, DeployRequest, Service, ServiceVersion};
use tdev_core::{Code, Error, Result};

use super::Ground;

/// Puts a definition where its target finds it.
pub(super) async fn store(
    ground: &Ground,
    request: &DeployRequest,
    definition: &str,
) -> Result<Value> {
    // Read back from where it is kept: what cannot be read again is not deployed.
    let sealed = ground.sealed(definition).await?;
    ground.targets.of(request.target)?.store(&sealed).await?;
    Ok(json!({"definition": sealed.hash(), "bytes": sealed.content().len()}))
}

/// Makes the version ready to be called.
pub(super) async fn install(
    ground: &Ground,
    request: &DeployRequest,
    scope: &Scope,
) -> Result<Value> {
    let (_, version) = in_hand(ground, request, scope).await?;
    ground
        .targets
        .of(request.target)?
        .install(&request.service_id, &version)
        .await?;
    Ok(json!({"version_id": version.version_id}))
}

/// Calls the version as its users will.
///
/// # Errors
/// `HealthCheckFailed`, saying where and why.
pub(super) async fn check(
    ground: &Ground,
    request: &DeployRequest,
    scope: &Scope,
) -> Result<Value> {
    let (_, version) = in_hand(ground, request, scope).await?;
    let ms = probe(ground, request, &version).await?;
    Ok(json!({"version_id": version.version_id, "duration_ms": ms}))
}

/// One call with the input of the health check; how long it took, in milliseconds.
pub(super) async fn probe(
    ground: &Ground,
    request: &DeployRequest,
    version: &ServiceVersion,
) -> Result<f64> {
    let sealed = ground.sealed(&version.definition).await?;
    let call = CallRequest {
        id: ground.new_id(),
        service_id: request.service_id.clone(),
        version: version.clone(),
        input: sealed.definition().health.input.clone(),
        kind: CallKind::Check,
    };
    let answer = ground.targets.of(request.target)?.invoke(call).await?;
    match answer.output {
        Ok(_) => Ok(answer.duration_ms),
        Err(error) => {
            let place = error
                .field
                .as_deref()
                .map_or_else(String::new, |field| format!(" at `{field}`"));
            Err(Error::new(
                Code::HealthCheckFailed,
                format!(
                    "{} of `{}` did not pass its health check{place}: {}",
                    version.version_id, request.service_id, error.message
                ),
            )
            .hint_opt(error.hint.clone())
            .details(serde_json::to_value(&error).unwrap_or_default()))
        }
    }
}

/// The service and the version this deployment has in hand.
pub(super) async fn in_hand(
    ground: &Ground,
    request: &DeployRequest,
    scope: &Scope,
) -> Result<(Service, ServiceVersion)> {
    let service = ground.services.get(&request.service_id).await?;
    let claim = service.claim_of(&scope.run_id)?;
    let version = service
        .version(claim.version_id)
        .cloned()
        .ok_or_else(|| service.no_version(claim.version_id))?;
    Ok((service, version))
}
