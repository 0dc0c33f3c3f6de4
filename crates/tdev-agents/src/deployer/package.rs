//! Packaging: a stored workflow and all it reaches become one sealed definition, which is kept.

use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::service::{DeployRequest, Parts, Sealed, Service, assemble};
use tdev_core::{Code, Error, Result};

use super::gather::{gather, workflow};
use super::health;
use super::seen::undeclared;
use super::{Ground, json as as_json};

/// A definition, and the service it would be a version of.
pub(super) struct Packaged {
    pub(super) sealed: Sealed,
    /// The service as it stands.
    pub(super) service: Option<Service>,
    /// What answers now.
    pub(super) before: Option<Sealed>,
}

impl Packaged {
    /// Whether what answers now is this very definition.
    pub(super) fn unchanged(&self) -> bool {
        self.service.as_ref().is_some_and(|service| {
            service.deploying.is_none()
                && service.main().is_some_and(|main| {
                    main.definition == self.sealed.hash() && service.percent(main.version_id) == 100
                })
        })
    }
}

/// Makes the definition, and touches nothing.
///
/// # Errors
/// Everything that stands against it; where it is several things, all of them in the details.
pub(super) async fn package(ground: &Ground, request: &DeployRequest) -> Result<Packaged> {
    request.check()?;
    let target = ground.targets.of(request.target)?;
    let service = match ground.services.get(&request.service_id).await {
        Ok(service) => Some(service),
        Err(error) if error.code == Code::ServiceNotFound => None,
        Err(error) => return Err(error),
    };
    let before = match service.as_ref().and_then(Service::main) {
        Some(main) => Some(ground.sealed(&main.definition).await?),
        None => None,
    };
    let named = match (&request.workflow_id, &before) {
        (Some(named), _) => named.clone(),
        // The newest of the same workflow.
        (None, Some(before)) => before.definition().workflow.id.clone(),
        (None, None) => request.service_id.clone(),
    };
    let found = workflow(ground.workflows.as_ref(), &named).await;
    let found = found.map_err(|error| match (&request.workflow_id, &error.hint) {
        (None, None) => error.hint("name the workflow with --workflow"),
        _ => error,
    })?;
    let gathered = gather(ground, &found).await?;
    let records: Vec<&Component> = gathered
        .components
        .iter()
        .map(|(c, _)| c.as_ref())
        .collect();
    let health = health::choose(
        ground.runs.as_ref(),
        request,
        &found,
        before.as_ref(),
        &records,
    )
    .await?;
    let mut faults: Vec<Error> = gathered
        .components
        .iter()
        .filter_map(|(component, code)| Some(undeclared(component, code.as_deref()?)))
        .flatten()
        .collect();
    let assembled = assemble(Parts {
        service_id: request.service_id.clone(),
        checked: gathered.checked,
        nested: gathered.nested,
        components: gathered.components,
        granted: ground.settings.granted.clone(),
        config: ground.settings.config.clone(),
        limits: ground.settings.limits,
        health,
        consent: request.allow_experimental,
    });
    let sealed = match assembled {
        Ok(sealed) if faults.is_empty() => sealed,
        Ok(_) => return Err(told(faults)),
        Err(more) => {
            faults.extend(more);
            return Err(told(faults));
        }
    };
    target.admit(&sealed).await?;
    Ok(Packaged {
        sealed,
        service,
        before,
    })
}

/// The stage: the definition is kept under its hash.
pub(super) async fn stage(ground: &Ground, request: &DeployRequest) -> Result<Value> {
    let packaged = package(ground, request).await?;
    let unchanged = packaged.unchanged();
    let sealed = &packaged.sealed;
    let kept = ground.artifacts.put(sealed.content()).await?;
    if kept != sealed.hash() {
        return Err(Error::new(
            Code::StoreCorrupt,
            "the definition was kept under another hash than its own",
        ));
    }
    Ok(json!({
        "definition": sealed.hash(),
        "workflow_id": sealed.definition().workflow_ref(),
        "components": sealed.definition().components.len(),
        "unchanged": unchanged,
        "service": as_json(&packaged.service)?,
    }))
}

/// The first fault speaks for all.
fn told(faults: Vec<Error>) -> Error {
    let all = serde_json::to_value(&faults).unwrap_or_default();
    let many = faults.len();
    let first = faults.into_iter().next().unwrap_or_else(|| {
        Error::new(
            Code::InvalidService,
            "the service was refused without a reason",
        )
    });
    if many == 1 { first } else { first.details(all) }
}
