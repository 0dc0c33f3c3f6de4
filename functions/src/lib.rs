//! The functions of the cloud home: adapters chosen, agents served.

mod config;
mod deployer;
mod deps;
mod model;
mod project;

mod api;
mod approval;
mod component;
mod executor;
mod notifier;

pub use api::serve as api;
pub use approval::approval;
pub use component::serve as component;
pub use deployer::serve as deployer;
pub use executor::executor;
pub use lambda_runtime::Error;
pub use notifier::serve as notifier;

use tdev_agents::{Agent, Deps};
use tdev_aws::connect::connect;
use tdev_aws::serve::{Watch, serve};

use config::Settings;
use deps::Ground;

/// Serves a core agent over the ports of the project it is asked for.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn agent<A: Agent>(of: fn(Deps) -> A) -> Result<(), Error> {
    let (watch, ground) = begun().await?;
    serve(watch, move |project| ground.deps(project).map(of)).await
}

/// What every function begins with.
async fn begun() -> Result<(Watch, Ground), Error> {
    let watch = config::watch()?;
    let ground = Ground {
        settings: Settings::load()?,
        sdk: connect().await,
        spending: watch.spending(),
    };
    Ok((watch, ground))
}
