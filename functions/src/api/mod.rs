//! The HTTP API, the same router that `tdev serve` serves, behind API Gateway.

mod caller;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Context, LambdaEvent, Service as _};
use serde_json::Value;
use tdev_api::{Deployments, Router, ServerOptions, Services, refuses, router};
use tdev_aws::serve::serve_events;
use tdev_aws::step_functions::Machines;
use tdev_core::ports::{Scope, SystemClock, Targets};
use tdev_core::{Code, Error, Result};
use tdev_runtime::library::{self, WithLibrary};

use crate::config;
use crate::deps::Ground;
use caller::{Caller, Rules};

/// The longest a request waits: API Gateway gives up after 29 seconds.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// How many callers' routers are kept while the function is warm.
const CALLERS: usize = 64;

/// Serves the API.
///
/// # Errors
/// What kept the runtime from being reached, or what the configuration lacks.
pub async fn serve() -> Result<(), lambda_runtime::Error> {
    let (watch, ground) = crate::begun().await?;
    let rules = Rules {
        project: config::project()?,
        principals: config::principals()?,
        claim: config::projects_claim(),
    };
    let routers = Routers {
        ground,
        machines: config::machines()?,
        hosts: config::hosts()?,
        made: Mutex::default(),
    };
    serve_events(watch, async |event, watched| {
        let router = match rules.caller(&event) {
            Ok(caller) => {
                watched.scope(&Scope {
                    project: caller.project.clone(),
                    ..Scope::default()
                });
                routers.of(&caller)?
            }
            Err(refusal) => refuses(refusal),
        };
        let answer = answer(router, event).await?;
        // What was refused is no failure of the function.
        if answer["statusCode"]
            .as_u64()
            .is_none_or(|status| status >= 500)
        {
            watched.failed(&code(&answer));
        }
        Ok(answer)
    })
    .await
}

/// Asks the router what API Gateway was asked.
async fn answer(router: Router, event: Value) -> Result<Value> {
    let request: LambdaRequest = serde_json::from_value(event).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!("the event is no request of API Gateway: {fault}"),
        )
        .hint("payload format 2.0 is understood")
    })?;
    let asked = LambdaEvent::new(request, Context::default());
    let Ok(answer) = Adapter::from(router).call(asked).await;
    serde_json::to_value(answer).map_err(|fault| {
        Error::new(
            Code::Internal,
            format!("the answer cannot be written: {fault}"),
        )
    })
}

/// The code in a problem.
fn code(answer: &Value) -> String {
    let body = answer["body"].as_str().unwrap_or_default();
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or(Code::Internal.as_str());
    code.to_owned()
}

/// A router for each caller: the project it serves and the person it answers are theirs.
struct Routers {
    ground: Ground,
    machines: Machines,
    hosts: Vec<String>,
    made: Mutex<HashMap<Caller, Router>>,
}

impl Routers {
    fn of(&self, caller: &Caller) -> Result<Router> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(caller) {
            return Ok(known.clone());
        }
        if made.len() >= CALLERS {
            made.clear();
        }
        let new = self.make(caller)?;
        made.insert(caller.clone(), new.clone());
        Ok(new)
    }

    fn make(&self, caller: &Caller) -> Result<Router> {
        let home = self.ground.home(&caller.project)?;
        let (stack, machines) = (&self.ground.settings.stack, &self.machines);
        let services = Services {
            registry: home.registry(library::components()?),
            artifacts: Arc::new(WithLibrary(home.artifacts())),
            workflows: home.workflows(),
            runs: home.followed_runs(machines),
            events: home.events(machines),
            ledger: home.ledger(),
            approvals: home.approvals(),
            test_runs: home.test_runs(),
            agents: home.agents(stack),
            components: home.components(stack),
            orchestrator: home.orchestrator(machines),
            deployments: Deployments {
                services: home.services(),
                log: home.service_log(),
                targets: Targets::default(),
                audit: home.audit(),
            },
            clock: Arc::new(SystemClock),
            project: caller.project.clone(),
        };
        let options = ServerOptions {
            longest_wait: LONGEST_WAIT,
            // Who may ask was decided by API Gateway, whose own name is the host here.
            allowed_hosts: self.hosts.clone(),
            person: caller.name.clone(),
            ..ServerOptions::default()
        };
        Ok(router(services, options))
    }
}
