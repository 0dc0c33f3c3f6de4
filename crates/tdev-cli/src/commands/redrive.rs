//! `tdev redrive`: has a run that failed or was cancelled go on from where it ended.

use tdev_core::Error;
use tdev_core::run::{Run, RunStatus};

use crate::app::App;
use crate::console::Console;
use crate::drive;
use crate::outcome::Outcome;
use crate::project::{self, short};

/// Go on with a run that failed, from where it failed
///
/// What is done stays done: only the steps that failed, were cancelled or had not begun run, with
/// the same input and the same pinned components, in workflows inside the run too. Retries count
/// from nothing. A run that was cut off needs no redrive: resume it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev redrive last
  tdev redrive 3f2a9c01")]
pub(crate) struct Args {
    /// The run's id, the end of it, or `last`
    #[arg(value_name = "RUN")]
    run: String,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let run = project::find_run(app, &args.run).await?;
    let reopened = app.orchestrator()?.reopen(&run.id).await;
    let run = reopened.map_err(|refusal| Error {
        hint: Some(instead(&run)).or(refusal.hint),
        ..refusal
    })?;
    let driven = drive::to_end(app, console, &run.id).await?;
    drive::conclude(console, &run.id, driven.as_ref())
}

/// What to do with a run that cannot be redriven.
fn instead(run: &Run) -> String {
    let id = short(&run.id);
    match run.status {
        RunStatus::Running => format!("go on with it: tdev resume {id}"),
        RunStatus::NeedsReview => format!("accept its plan: tdev resume {id} --accept"),
        RunStatus::Succeeded => format!("begin anew: tdev resume {id} --again"),
        RunStatus::Failed | RunStatus::Cancelled => format!("see how it stands: tdev trace {id}"),
    }
}
