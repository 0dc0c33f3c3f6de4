//! `tdev delete`: takes a service away.

use serde_json::json;
use tdev_core::service::Service;
use tdev_core::{Code, Error};

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome, Stop};
use crate::view::{Line, Look};

/// Take a service away with all its versions
///
/// Its workflow, components and definitions stay; what was kept of its calls does not.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev delete policy-matcher --yes")]
pub(crate) struct Args {
    /// The service's id
    #[arg(value_name = "SERVICE")]
    service: String,
    /// Do it without being asked
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let record = app.services()?.get(&args.service).await?;
    if !args.yes {
        let versions = record.versions.len();
        return Err(Stop::Usage(
            Error::new(
                Code::InvalidInput,
                format!(
                    "`{}` has {versions} versions and answers calls",
                    args.service
                ),
            )
            .hint("say --yes to take it away"),
        ));
    }
    let asked = json!({"stage": "delete", "service_id": args.service, "by": app.by()});
    let gone: Service = app.ask("deployer", asked).await?;
    if console.json() {
        console.value(&json!({"deleted": gone.service_id}));
    } else {
        console.result(&[Line::plain("deleted ").with(Look::Name, gone.service_id)]);
    }
    Ok(Exit::Done)
}
