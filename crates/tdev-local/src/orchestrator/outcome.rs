//! How a run stands once its state machine has ended, and whether it may go on all the same.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tdev_core::run::{Run, RunStatus};
use tdev_core::{Code, Error, Result};

use crate::engine::Ending;

/// Writes the ending into the run.
pub(super) fn conclude(run: &mut Run, ending: Ending, now: DateTime<Utc>) {
    match ending {
        Ending::Succeeded(output) => {
            run.status = match output.get("status").and_then(Value::as_str) {
                Some("needs_review") => RunStatus::NeedsReview,
                _ => RunStatus::Succeeded,
            };
            run.output = Some(output);
        }
        // A cancellation may reach a nested execution first and come back as its failure.
        Ending::Failed(error) if error.code == Code::Cancelled => cancel(run, &error.message),
        Ending::Failed(error) => {
            run.status = RunStatus::Failed;
            run.error = Some(error);
        }
        Ending::Aborted(reason) => cancel(run, &reason),
    }
    run.ended_at = Some(now);
}

/// The run was ended by a person.
fn cancel(run: &mut Run, reason: &str) {
    run.status = RunStatus::Cancelled;
    let message = if reason.is_empty() {
        "the run was cancelled"
    } else {
        reason
    };
    run.error = Some(Error::new(Code::Cancelled, message));
}

/// Only what ended without a result it could have had goes on.
pub(crate) fn reopenable(run: &Run) -> Result<()> {
    let hint = match run.status {
        RunStatus::Failed | RunStatus::Cancelled => return Ok(()),
        RunStatus::Running => "resume it if nobody drives it",
        RunStatus::Succeeded => "there is nothing left to do; begin a new run",
        RunStatus::NeedsReview => "nothing failed; accept its plan, or begin a new run",
    };
    let stands = match run.status {
        RunStatus::Running => "it is under way",
        RunStatus::NeedsReview => "it needs review",
        _ => "it has succeeded",
    };
    let message = format!("run `{}` cannot be redriven: {stands}", run.id);
    Err(Error::new(Code::Conflict, message).hint(hint))
}
