//! What the template tells a function, read from its environment here and nowhere else.

use std::path::PathBuf;

use tdev_aws::dynamo::Tables;
use tdev_aws::step_functions::Machines;
use tdev_core::{Code, Error, Result};

/// Where a function finds the rest of its stack.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `TDEV_STACK`: what the names of tables and functions begin with.
    pub(crate) stack: String,
    /// `TDEV_BUCKET`: where artifacts lie.
    pub(crate) bucket: String,
    /// `LAMBDA_TASK_ROOT`: where the function's zip was unpacked.
    pub(crate) task_root: PathBuf,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// `InvalidConfig`, naming the variable that is missing.
    pub(crate) fn load() -> Result<Self> {
        Ok(Self {
            stack: variable("TDEV_STACK")?,
            bucket: variable("TDEV_BUCKET")?,
            task_root: variable("LAMBDA_TASK_ROOT")?.into(),
        })
    }

    /// The tables of the stack.
    pub(crate) fn tables(&self) -> Tables {
        Tables::of_stack(&self.stack)
    }
}

/// `TDEV_ORCHESTRATION_ARN`, `TDEV_WORKFLOW_ARN` and `TDEV_DEPLOY_ARN`: the state machines runs are executions of.
///
/// # Errors
/// `InvalidConfig`, naming the variable that is missing.
pub(crate) fn machines() -> Result<Machines> {
    Ok(Machines {
        orchestrate: variable("TDEV_ORCHESTRATION_ARN")?,
        workflow: variable("TDEV_WORKFLOW_ARN")?,
        deploy: variable("TDEV_DEPLOY_ARN")?,
    })
}

/// `TDEV_PROJECT`: the project the API serves.
///
/// # Errors
/// `InvalidConfig` where it is missing.
pub(crate) fn project() -> Result<String> {
    variable("TDEV_PROJECT")
}

/// `TDEV_HOSTS`: the names the API is called by, joined by commas.
///
/// # Errors
/// `InvalidConfig` where it is missing.
pub(crate) fn hosts() -> Result<Vec<String>> {
    let names = variable("TDEV_HOSTS")?;
    let names = names.split(',').map(str::trim);
    Ok(names.filter(|n| !n.is_empty()).map(str::to_owned).collect())
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).map_err(|_| {
        Error::new(
            Code::InvalidConfig,
            format!("the function's environment has no `{name}`"),
        )
        .hint("deploy it by the template")
    })
}
