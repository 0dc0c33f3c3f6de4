//! Runs and approvals of the project served; others are not found, in the same words.

use tdev_core::run::{Approval, Run};
use tdev_core::{Code, Error, Result};

use crate::state::Api;

/// A run of this project.
///
/// # Errors
/// `RunNotFound`, also for a run of another project.
pub(crate) async fn find(api: &Api, id: &str) -> Result<Run> {
    match api.services.runs.get(id).await {
        Ok(run) if run.project == api.services.project => Ok(run),
        Err(fault) if fault.code != Code::RunNotFound => Err(fault),
        _ => Err(Error::new(Code::RunNotFound, format!("no run `{id}`"))),
    }
}

/// An approval of a run of this project.
///
/// # Errors
/// `ApprovalNotFound`, also for an approval of another project.
pub(crate) async fn find_approval(api: &Api, id: &str) -> Result<Approval> {
    let unknown = || Error::new(Code::ApprovalNotFound, format!("no approval `{id}`"));
    let approval = match api.services.approvals.get(id).await {
        Ok(approval) => approval,
        Err(fault) if fault.code == Code::ApprovalNotFound => return Err(unknown()),
        Err(fault) => return Err(fault),
    };
    match find(api, &approval.run_id).await {
        Ok(_) => Ok(approval),
        Err(fault) if fault.code == Code::RunNotFound => Err(unknown()),
        Err(fault) => Err(fault),
    }
}
