//! The HTTP API, the same router that `tdev serve` serves, behind API Gateway.

use std::sync::Arc;
use std::time::Duration;

use tdev_api::{ServerOptions, Services, router};
use tdev_aws::connect::connect;
use tdev_core::ports::SystemClock;
use tdev_runtime::library::{self, WithLibrary};

use crate::config::{self, Settings};
use crate::deps;

/// The longest a request waits: API Gateway gives up after 29 seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// Serves the API.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn serve() -> Result<(), lambda_runtime::Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let (settings, machines, project) =
        (Settings::load()?, config::machines()?, config::project()?);
    let home = deps::home(&connect().await, &settings, &project)?;
    let services = Services {
        registry: home.registry(library::components()?),
        artifacts: Arc::new(WithLibrary(home.artifacts())),
        workflows: home.workflows(),
        runs: home.followed_runs(&machines),
        events: home.events(&machines),
        ledger: home.ledger(),
        approvals: home.approvals(),
        test_runs: home.test_runs(),
        agents: home.agents(&settings.stack),
        components: home.components(&settings.stack),
        orchestrator: home.orchestrator(&machines),
        clock: Arc::new(SystemClock),
        project,
    };
    let options = ServerOptions {
        longest_wait: LONGEST_WAIT,
        // Who may ask was decided by API Gateway, whose own name is the host here.
        allowed_hosts: config::hosts()?,
        person: "api".to_owned(),
        ..ServerOptions::default()
    };
    lambda_http::run(router(services, options)).await
}
