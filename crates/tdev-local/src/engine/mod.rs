//! Running state machines with `tdev-asl`: journalled, or in memory.

mod arns;
mod driver;
mod functions;
mod live;
mod machines;
mod nested;

use std::sync::Arc;

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::ports::{Engine, EngineOutcome, EngineRequest};
use tdev_core::trace::trace_of;

pub(crate) use driver::{Driver, Ending, Execution};
pub use functions::Invokers;
pub(crate) use live::Live;
pub(crate) use nested::DEPLOYMENT;

use crate::sqlite::run_of;

/// Runs compiled workflows.
pub(crate) struct LocalEngine {
    driver: Arc<Driver>,
    mode: Mode,
}

/// What outlives the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Every transition is journalled, and an execution of the same name goes on where it stopped.
    Standard,
    /// Nothing; for short runs that can be run again.
    Express,
}

impl LocalEngine {
    pub(crate) const fn new(driver: Arc<Driver>, mode: Mode) -> Self {
        Self { driver, mode }
    }
}

#[async_trait]
impl Engine for LocalEngine {
    async fn run(&self, request: EngineRequest) -> Result<EngineOutcome> {
        let EngineRequest {
            execution: name,
            definition,
            input,
            scope,
        } = request;
        let redrives = scope.redriven.as_ref().map_or(0, |call| call.redrives);
        let execution = Execution {
            name,
            definition,
            input,
            scope,
            redrives,
        };
        let (ending, history) = match self.mode {
            Mode::Standard => {
                let name = execution.name.clone();
                let run_id = run_of(&name);
                // What never began is refused before anything is written.
                if let Err(invalid) = self.driver.check(&execution.definition)
                    && self.driver.journals.none()
                {
                    return Err(invalid);
                }
                let (_lease, first) = self.driver.leases.join(run_id)?;
                if first {
                    self.driver.bring(run_id).await?;
                }
                let ending = self.driver.standard(execution).await?;
                (ending, self.driver.database.history_of(&name).await?)
            }
            Mode::Express => self.driver.express(execution).await?,
        };
        Ok(EngineOutcome {
            output: ending.into_result(),
            trace: trace_of(&history),
        })
    }
}
