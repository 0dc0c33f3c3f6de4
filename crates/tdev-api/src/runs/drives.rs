//! Runs this process drives. They go on when the client that began them leaves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tdev_core::ports::Orchestrator;
use tdev_core::run::Run;
use tdev_core::{Code, Error, Result};
use tokio::sync::watch;

type Outcome = Option<Result<Run>>;

/// Drives by run, one for each.
#[derive(Clone, Default)]
pub(crate) struct Drives(Arc<Mutex<HashMap<String, watch::Receiver<Outcome>>>>);

/// One drive, under way or done.
pub(crate) struct Drive(watch::Receiver<Outcome>);

impl Drives {
    /// Drives a run in the background, or joins the drive that is under way.
    pub(crate) fn start(&self, orchestrator: &Arc<dyn Orchestrator>, run_id: &str) -> Drive {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = under_way.get(run_id) {
            return Drive(outcome.clone());
        }
        let (tell, outcome) = watch::channel(None);
        under_way.insert(run_id.to_owned(), outcome.clone());
        let entry = Entry {
            drives: self.clone(),
            run_id: run_id.to_owned(),
        };
        let orchestrator = Arc::clone(orchestrator);
        tokio::spawn(async move {
            let ended = orchestrator.drive(&entry.run_id).await;
            match &ended {
                Ok(_) => {}
                // Another process drives it: nothing is wrong.
                Err(fault) if fault.code == Code::Locked => {}
                Err(fault) => tracing::error!(
                    run.id = entry.run_id,
                    error.code = fault.code.as_str(),
                    error.cause = %fault,
                    "the run could not be driven"
                ),
            }
            drop(entry);
            tell.send_replace(Some(ended));
        });
        Drive(outcome)
    }
}

/// A place in the table, given up however the drive ends.
struct Entry {
    drives: Drives,
    run_id: String,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.drives
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.run_id);
    }
}

impl Drive {
    /// The run when its drive is done.
    ///
    /// # Errors
    /// What kept it from being driven.
    pub(crate) async fn done(&mut self) -> Result<Run> {
        let outcome = self
            .0
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|seen| seen.clone());
        outcome.unwrap_or_else(|| Err(Error::new(Code::Internal, "the drive of the run was lost")))
    }
}
