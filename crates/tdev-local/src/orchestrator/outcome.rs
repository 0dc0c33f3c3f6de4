//! How a run stands once its state machine has ended.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tdev_core::run::{Run, RunStatus};
use tdev_core::{Code, Error};

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
