//! The deployer: brings a version of a service to run stage by stage, and changes who answers.
//!
//! Each stage of `statemachines/deploy.asl.json` is one call, which keeps nothing to itself: what it
//! knows stands in the service's record, and a call made again finds its own work done. `plan` tells
//! what a deployment would do and does nothing.

mod ask;
mod ground;

mod gather;
mod health;
mod keep;
mod package;
mod plan;
mod seen;

mod change;
mod claim;
mod install;
mod record;
mod shift;
mod undo;
mod watch;

mod control;

use async_trait::async_trait;
use serde_json::Value;
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

pub use ask::Ask;
pub use ground::{Ground, Settings};
pub use plan::Plan;

use crate::Agent;

/// Deploys services.
pub struct Deployer {
    ground: Ground,
}

impl Deployer {
    /// A deployer over these ports.
    pub const fn new(ground: Ground) -> Self {
        Self { ground }
    }
}

#[async_trait]
impl Agent for Deployer {
    const NAME: &'static str = "deployer";
    type Input = Ask;
    type Output = Value;

    async fn run(&self, ask: Ask, scope: Scope) -> Result<Value> {
        let ground = &self.ground;
        match ask {
            Ask::Plan { request } => json(&plan::plan(ground, &request).await?),
            Ask::Keep {
                request,
                workflow,
                inputs,
            } => json(&keep::stage(ground, request, *workflow, inputs).await?),
            Ask::Package { request } => package::stage(ground, &request).await,
            Ask::Store {
                request,
                definition,
            } => install::store(ground, &request, &definition).await,
            Ask::Claim {
                request,
                definition,
            } => claim::stage(ground, &request, &definition, &scope).await,
            Ask::Install { request } => install::install(ground, &request, &scope).await,
            Ask::Check { request } => install::check(ground, &request, &scope).await,
            Ask::Shift { request } => shift::shift(ground, &request, &scope).await,
            Ask::Watch { request } => json(&watch::stage(ground, &request, &scope).await?),
            Ask::Advance { request } => shift::advance(ground, &request, &scope).await,
            Ask::Record { request } => json(&record::stage(ground, &request, &scope).await?),
            Ask::Undo {
                request,
                failed_at,
                failure,
            } => undo::stage(ground, &request, &failed_at, &failure, &scope).await,
            Ask::Tell {
                request,
                failed_at,
                failure,
                undoing,
            } => undo::unfinished(ground, &request, &failed_at, &failure, &undoing).await,
            Ask::Rollback { service_id, to, by } => {
                json(&control::rollback(ground, &service_id, to, &by).await?)
            }
            Ask::Promote { service_id, by } => {
                json(&control::promote(ground, &service_id, &by).await?)
            }
            Ask::Delete { service_id, by } => {
                json(&control::delete(ground, &service_id, &by).await?)
            }
        }
    }
}

fn json(answer: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(answer)
        .map_err(|e| Error::new(Code::Internal, format!("the answer is not JSON: {e}")))
}
