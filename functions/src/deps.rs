//! The ports of a project, as the core agents are given them.

use std::sync::Arc;

use aws_config::SdkConfig;
use tdev_agents::Deps;
use tdev_agents::retrieval::Retriever;
use tdev_aws::Home;
use tdev_core::ports::{Clock, SystemClock};
use tdev_core::{Code, Error, Result};
use tdev_local::Invokers;
use tdev_runtime::library::{self, WithLibrary};

use crate::config::{self, Settings};

/// The stores of a project.
pub(crate) fn home(sdk: &SdkConfig, settings: &Settings, project: &str) -> Result<Home> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Home::of(sdk, settings.tables(), &settings.bucket, project, clock)
}

/// Everything an agent of that project may touch. Components run in their own function, workflows
/// in memory in this one: what a run keeps is in the state machine around it.
pub(crate) fn of(sdk: &SdkConfig, settings: &Settings, project: &str) -> Result<Deps> {
    let home = home(sdk, settings, project)?;
    let components = home.components(&settings.stack);
    let invokers = Invokers {
        components: Arc::clone(&components),
        agents: home.agents(&settings.stack),
    };
    // In memory nothing is opened or written: the folder only has to be named.
    let engine = tdev_local::Home::open(&settings.task_root, Vec::new())?.express_engine(invokers);
    let engine = match config::workshop(settings)? {
        Some(workshop) => home.parting(engine, workshop),
        None => engine,
    };
    let no_embedder = Error::new(
        Code::Unsupported,
        "the functions have no model that reads meanings; components are found by their words",
    );
    Ok(Deps {
        registry: home.registry(library::components()?),
        artifacts: Arc::new(WithLibrary(home.artifacts())),
        workflows: home.workflows(),
        past: home.past_plans(),
        test_runs: home.test_runs(),
        approvals: home.approvals(),
        components,
        engine,
        retriever: Arc::new(Retriever::new(Err(no_embedder), home.vectors())),
        model: None,
        clock: Arc::new(SystemClock),
    })
}
