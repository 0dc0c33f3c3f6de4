//! The functions of the cloud home: adapters chosen, agents served.

mod api;
mod component;
mod config;
mod deployer;
mod deps;
mod project;

pub use api::serve as api;
pub use component::serve as component;
pub use deployer::serve as deployer;
pub use lambda_runtime::Error;

use tdev_agents::{Agent, Deps};
use tdev_aws::connect::connect;

use config::Settings;

/// Serves a core agent over the ports of the project it is asked for.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn agent<A: Agent>(of: fn(Deps) -> A) -> Result<(), Error> {
    let settings = Settings::load()?;
    let sdk = connect().await;
    tdev_aws::serve::serve(move |project| deps::of(&sdk, &settings, project).map(of)).await
}
