//! The deployer over a project's stores. The cloud's own targets are not there yet: a deployment to
//! one is refused by name before anything is made.

use std::sync::Arc;

use tdev_agents::deployer::{Deployer, Ground as Ports, Settings as Allowed};
use tdev_aws::serve::serve as answer;
use tdev_core::Result;
use tdev_core::ports::{SystemClock, Targets};
use tdev_runtime::library::{self, WithLibrary};

use crate::deps::Ground;

/// Serves the deployer.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn serve() -> std::result::Result<(), lambda_runtime::Error> {
    let (watch, ground) = crate::begun().await?;
    answer(watch, move |project| {
        ports(&ground, project).map(Deployer::new)
    })
    .await
}

fn ports(ground: &Ground, project: &str) -> Result<Ports> {
    let home = ground.home(project)?;
    Ok(Ports {
        registry: home.registry(library::components()?),
        artifacts: Arc::new(WithLibrary(home.artifacts())),
        workflows: home.workflows(),
        runs: home.runs(),
        services: home.services(),
        log: home.service_log(),
        targets: Targets::default(),
        settings: Arc::new(Allowed::default()),
        clock: Arc::new(SystemClock),
        project: project.to_owned(),
    })
}
