//! `tdev promote`: a version that waits for it gets every call; a component becomes stable.

use serde_json::json;
use tdev_core::component::{ComponentRef, Status};
use tdev_core::service::Service;

use super::lifecycle;
use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::service;

/// Give a service's canary or held version every call, or make a component stable
///
/// A lowercase id is a service, a CamelCase name a component. A component is promoted only if the
/// newest test of that version passed as a whole.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev promote policy-matcher
  tdev promote QrCodeResolverAgent@v1")]
pub(crate) struct Args {
    /// A service's id, or a component, `Name` or `Name@v1`
    #[arg(value_name = "SERVICE-OR-COMPONENT")]
    what: String,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    if args.what.starts_with(char::is_uppercase) {
        let reference: ComponentRef = args.what.parse()?;
        return lifecycle::promote(&reference, Status::Stable, app, console).await;
    }
    let asked = json!({"stage": "promote", "service_id": args.what, "by": app.by()});
    let record: Service = app.ask("deployer", asked).await?;
    if console.json() {
        console.value(&record);
    } else {
        console.result(&service::deployed(&record, true));
    }
    Ok(Exit::Done)
}
