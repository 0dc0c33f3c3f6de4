//! Changes of who answers that take no deployment: rolling back, promoting, taking away.

use tdev_core::Result;
use tdev_core::component::VersionId;
use tdev_core::service::{By, Service};

use super::Ground;
use super::change::{Told, change};

/// Gives every call to an earlier version.
///
/// # Errors
/// `ServiceNotFound`; `Conflict` where there is nothing to go back to; `InvalidService` where the
/// version's definition is not intact any more.
pub(super) async fn rollback(
    ground: &Ground,
    service_id: &str,
    to: Option<VersionId>,
    by: &By,
) -> Result<Service> {
    let service = ground.services.get(service_id).await?;
    let to = match to {
        Some(to) => to,
        None => service.earlier()?,
    };
    point(ground, &service, to, by, "rollback").await
}

/// Gives every call to the version that waits for it: a canary, or one that stands by.
///
/// # Errors
/// `ServiceNotFound`; `Conflict` where none waits.
pub(super) async fn promote(ground: &Ground, service_id: &str, by: &By) -> Result<Service> {
    let service = ground.services.get(service_id).await?;
    let candidate = service.candidate()?;
    point(ground, &service, candidate, by, "promote").await
}

async fn point(
    ground: &Ground,
    service: &Service,
    to: VersionId,
    by: &By,
    action: &str,
) -> Result<Service> {
    let service_id = service.service_id.as_str();
    let target = ground.targets.of(service.target)?;
    let version = service.version(to).ok_or_else(|| service.no_version(to))?;
    // What is not intact, or could not run here any more, is given no calls.
    let sealed = ground.sealed(&version.definition).await?;
    target.admit(&sealed).await?;
    target.install(service_id, version).await?;
    let now = ground.clock.now();
    let told = Told {
        by,
        action,
        run_id: "",
    };
    let changed = change(ground, service_id, &told, |service| {
        service.pointed(to, now)
    })
    .await?;
    target.shift(&changed).await?;
    Ok(changed)
}

/// Takes a service away with all its versions; their definitions are kept.
///
/// # Errors
/// `ServiceNotFound`; `Conflict` while a deployment has it in hand.
pub(super) async fn delete(ground: &Ground, service_id: &str, by: &By) -> Result<Service> {
    let service = ground.services.get(service_id).await?;
    service.deletable()?;
    let target = ground.targets.of(service.target)?;
    let line = ground.line(by, "delete", Some(&service), None);
    ground.services.remove(&service, &line).await?;
    for version in &service.versions {
        target.remove(service_id, version).await?;
    }
    Ok(service)
}
