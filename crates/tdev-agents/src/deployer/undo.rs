//! Undoing a deployment that failed: who answered before answers, what was made is taken away, and
//! it is said in plain words.

use serde_json::{Value, json};
use tdev_core::ports::Scope;
use tdev_core::service::{DeployRequest, Failure, Service, ServiceVersion};
use tdev_core::{Code, Error, Result};

use super::Ground;
use super::change::{Told, change};

/// What each stage does, as the end of "failed while …".
fn doing(stage: &str) -> &'static str {
    match stage {
        "store" => "its definition was stored",
        "claim" => "the service was taken in hand",
        "install" => "it was installed",
        "check" => "it was checked",
        "shift" => "calls were given to it",
        "watch" => "it was watched",
        "advance" => "it was given every call",
        "record" => "it was written down",
        _ => "it was prepared",
    }
}

/// Puts everything back, and tells what failed: `{"error", "cause"}` for the state machine to end by.
pub(super) async fn stage(
    ground: &Ground,
    request: &DeployRequest,
    failed_at: &str,
    failure: &Value,
    scope: &Scope,
) -> Result<Value> {
    let error = caught(failure);
    let kept = Failure {
        deployment_id: scope.run_id.clone(),
        at: ground.clock.now(),
        stage: failed_at.to_owned(),
        error: error.clone(),
    };
    let left = put_back(ground, request, &scope.run_id, kept).await?;
    let told = tell(request, failed_at, error, &left);
    Ok(json!({"error": told.code.as_str(), "cause": told.to_cause()}))
}

/// Tells what failed where not even undoing it could be brought to an end.
pub(super) async fn unfinished(
    ground: &Ground,
    request: &DeployRequest,
    failed_at: &str,
    failure: &Value,
    undoing: &Value,
) -> Result<Value> {
    let error = caught(failure);
    let id = &request.service_id;
    let serves = match ground.services.get(id).await {
        Ok(service) => match service.main() {
            Some(main) => format!("{} of `{id}` serves on", main.version_id),
            None => format!("`{id}` answers no calls"),
        },
        Err(_) => format!("how `{id}` stands could not be read"),
    };
    let told = Error::new(
        error.code,
        format!(
            "the deployment failed while {}: {}; {serves}, and what it made could not all be taken away: {}",
            doing(failed_at),
            error.message,
            caught(undoing).message
        ),
    )
    .hint(format!("deploy `{id}` again once that is mended: what is left is taken away first"));
    Ok(json!({"error": told.code.as_str(), "cause": told.to_cause()}))
}

/// The error behind what a state machine caught.
fn caught(failure: &Value) -> Error {
    let text = |field: &str| {
        failure
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    Error::from_failure(text("Error"), text("Cause"))
}

/// How things stand after a deployment was undone.
pub(super) enum Left {
    /// The deployment had nothing in hand; the service, where there is one.
    Untouched(Option<Box<Service>>),
    /// The service is gone: it never had another version.
    Nothing,
    /// It stands as before.
    Service(Box<Service>),
}

/// Puts back what a deployment has in hand; nothing where it has nothing.
pub(super) async fn put_back(
    ground: &Ground,
    request: &DeployRequest,
    deployment: &str,
    failure: Failure,
) -> Result<Left> {
    let before = match ground.services.get(&request.service_id).await {
        Ok(service) => service,
        Err(error) if error.code == Code::ServiceNotFound => return Ok(Left::Untouched(None)),
        Err(error) => return Err(error),
    };
    if before.claim_of(deployment).is_err() {
        return Ok(Left::Untouched(Some(Box::new(before))));
    }
    let undone = before.clone().undone(deployment, failure.clone())?;
    let target = ground.targets.of(before.target)?;
    if undone.service.is_none() {
        let line = ground
            .line(&request.by, "undo", Some(&before), None)
            .of_run(deployment);
        drop_version(ground, &before, undone.removed.as_ref()).await?;
        ground.services.remove(&before, &line).await?;
        return Ok(Left::Nothing);
    }
    let told = |action| Told {
        by: &request.by,
        action,
        run_id: deployment,
    };
    // First those who answer, whatever becomes of the rest; the claim goes last, so that what fails
    // on the way can be done again.
    let restored = change(ground, &request.service_id, &told("restore"), |service| {
        service.restored(deployment, failure.at)
    })
    .await?;
    target.shift(&restored).await?;
    drop_version(ground, &restored, undone.removed.as_ref()).await?;
    let service = change(ground, &request.service_id, &told("undo"), |service| {
        let undone = service.undone(deployment, failure.clone())?;
        undone.service.ok_or_else(|| {
            Error::new(
                Code::Conflict,
                "the service lost its versions while a deployment was undone",
            )
        })
    })
    .await?;
    Ok(Left::Service(Box::new(service)))
}

async fn drop_version(
    ground: &Ground,
    service: &Service,
    version: Option<&ServiceVersion>,
) -> Result<()> {
    match version {
        Some(version) => {
            let target = ground.targets.of(service.target)?;
            target.remove(&service.service_id, version).await
        }
        None => Ok(()),
    }
}

/// The failure with what stands now, and with what to do where nobody said it.
fn tell(request: &DeployRequest, failed_at: &str, error: Error, left: &Left) -> Error {
    let id = &request.service_id;
    let stands = match left {
        Left::Untouched(None) => "nothing was made".to_owned(),
        Left::Nothing => format!("nothing of `{id}` is left"),
        Left::Untouched(Some(service)) | Left::Service(service) => match service.main() {
            Some(main) => format!("{} of `{id}` serves on", main.version_id),
            None => format!("`{id}` answers no calls, as before"),
        },
    };
    let told = Error {
        message: format!(
            "the deployment failed while {}: {}; {stands}",
            doing(failed_at),
            error.message
        ),
        ..error
    };
    match &told.hint {
        Some(_) => told,
        None => told.hint("correct what it names and deploy again"),
    }
}
