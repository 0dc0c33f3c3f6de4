//! `tdev asl`: Amazon States Language without a project: nothing is opened or stored.

mod check;
mod run;
mod validate;

use clap::Subcommand;

use crate::console::Console;
use crate::outcome::Outcome;

/// Work with Amazon States Language itself
///
/// Nothing here needs a project: no store is opened and no component runs.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev asl validate orders.asl.json
  tdev asl run orders.asl.json --input '{\"id\": 7}' --mock mocks.json
  tdev asl check --cases cases.json")]
pub(crate) struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Validate(validate::Args),
    Run(run::Args),
    Check(check::Args),
}

pub(super) async fn run(args: Args, console: &Console) -> Outcome {
    match args.task {
        Task::Validate(args) => validate::run(&args, console),
        Task::Run(args) => run::run(&args, console).await,
        Task::Check(args) => check::run(&args, console).await,
    }
}
