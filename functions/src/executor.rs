//! The function of the executor: it brings the engine, in memory, because what a run keeps is in the
//! state machine around it; what asks a person or outlasts the function runs by itself.

use std::sync::Arc;

use tdev_agents::executor::Executor;
use tdev_aws::serve::serve;
use tdev_core::Result;
use tdev_core::ports::Engine;
use tdev_local::Invokers;

use crate::config;
use crate::deps::Ground;

/// Serves the executor.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn executor() -> Result<(), lambda_runtime::Error> {
    let (watch, ground) = crate::begun().await?;
    serve(watch, move |project| {
        let mut deps = ground.deps(project)?;
        deps.engine = engine(&ground, project)?;
        Ok(Executor::new(deps))
    })
    .await
}

fn engine(ground: &Ground, project: &str) -> Result<Arc<dyn Engine>> {
    let home = ground.home(project)?;
    let stack = &ground.settings.stack;
    let invokers = Invokers {
        components: home.components(stack),
        agents: home.agents(stack),
    };
    // In memory nothing is opened or written: the folder only has to be named.
    let folder = tdev_local::Home::open(&ground.settings.task_root, Vec::new())?;
    let engine = folder.express_engine(invokers);
    Ok(match config::workshop(&ground.settings)? {
        Some(workshop) => home.parting(engine, workshop),
        None => engine,
    })
}
