//! The deployer over a project's stores. The cloud's own targets are not there yet: a deployment to
//! one is refused by name before anything is made.

use std::sync::Arc;

use aws_config::SdkConfig;
use tdev_agents::deployer::{Deployer, Ground, Settings as Allowed};
use tdev_aws::connect::connect;
use tdev_core::Result;
use tdev_core::ports::{SystemClock, Targets};
use tdev_runtime::library::{self, WithLibrary};

use crate::config::Settings;
use crate::deps;

/// Serves the deployer.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn serve() -> std::result::Result<(), lambda_runtime::Error> {
    let settings = Settings::load()?;
    let sdk = connect().await;
    tdev_aws::serve::serve(move |project| ground(&sdk, &settings, project).map(Deployer::new)).await
}

fn ground(sdk: &SdkConfig, settings: &Settings, project: &str) -> Result<Ground> {
    let home = deps::home(sdk, settings, project)?;
    Ok(Ground {
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
