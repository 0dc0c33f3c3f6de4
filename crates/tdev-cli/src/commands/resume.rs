//! `tdev resume`: goes on with a run, or accepts what it left for a person to decide.

use tdev_core::agent_io::Plan;
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};
use tdev_core::{Code, Error};

use super::orchestrate::begin;
use crate::app::App;
use crate::console::Console;
use crate::drive;
use crate::outcome::Outcome;
use crate::project::{self, part, short};
use crate::view::{Line, Look};

/// Go on with a run that was cut off
///
/// Nothing that is done runs again. A run that another process drives is watched instead. With --accept the plan of a run
/// that needs review is run as it is; with --again a run that has ended begins anew.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev resume last
  tdev resume 3f2a9c01 --accept")]
pub(crate) struct Args {
    /// The run's id, the end of it, or `last`
    #[arg(value_name = "RUN")]
    run: String,
    /// Run the plan that stayed below the gate
    #[arg(long)]
    accept: bool,
    /// Begin a new run with the same request
    #[arg(long, conflicts_with = "accept")]
    again: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let run = project::find_run(app, &args.run).await?;
    if args.accept {
        return accept(&run, app, console).await;
    }
    if args.again {
        return begin(app, console, run.kind, run.request, false).await;
    }
    if run.status.ended() {
        let id = short(&run.id);
        let hint = match run.status {
            RunStatus::NeedsReview => format!("accept its plan: tdev resume {id} --accept"),
            RunStatus::Succeeded => format!("see it: tdev trace {id}"),
            _ => format!("go on all the same: {}", drive::onwards(&run)),
        };
        let message = format!("the run has ended: {}", run.status.as_str());
        return Err(Error::new(Code::Conflict, message).hint(hint).into());
    }
    let driven = drive::to_end(app, console, &run.id).await?;
    drive::conclude(console, &run.id, driven.as_ref())
}

/// Stores the plan that was kept, and runs it with the inputs of the run that made it.
async fn accept(run: &Run, app: &App, console: &Console) -> Outcome {
    if run.status != RunStatus::NeedsReview {
        let message = format!(
            "there is nothing to accept: the run is {}",
            run.status.as_str()
        );
        return Err(Error::new(Code::Conflict, message).field("--accept").into());
    }
    let plan: Plan = part(run.output.as_ref(), "plan").ok_or_else(|| {
        Error::new(Code::Conflict, "the run kept no plan")
            .hint("say the goal more plainly and begin again")
    })?;
    let checked = project::checked(app, &plan.workflow).await?;
    let stored = app.workflows()?.put(checked.workflow).await?;
    let pinned = format!("{}@{}", stored.id, stored.version_id);
    console.notes(&[Line::plain("accepted ").with(Look::Strong, &*pinned)]);
    let request = RunRequest {
        workflow: Some(pinned),
        inputs: run.request.inputs.clone(),
        ..RunRequest::default()
    };
    begin(app, console, RunKind::Workflow, request, false).await
}
