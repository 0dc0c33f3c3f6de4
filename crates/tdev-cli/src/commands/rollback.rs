//! `tdev rollback`: an earlier version of a service answers again.

use serde_json::json;
use tdev_core::component::VersionId;
use tdev_core::service::Service;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::service;

/// Give every call to an earlier version of a service, at once
///
/// While a canary is watched, this ends it: the version before it answers alone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev rollback policy-matcher
  tdev rollback policy-matcher --to v1")]
pub(crate) struct Args {
    /// The service's id
    #[arg(value_name = "SERVICE", required_unless_present = "service_id")]
    service: Option<String>,
    /// The same
    #[arg(long, value_name = "SERVICE", conflicts_with = "service")]
    service_id: Option<String>,
    /// The version; the one that answered before if absent
    #[arg(long, value_name = "VERSION")]
    to: Option<VersionId>,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let id = args.service.or(args.service_id);
    let asked = json!({"stage": "rollback", "service_id": id, "to": args.to, "by": app.by()});
    let record: Service = app.ask("deployer", asked).await?;
    if console.json() {
        console.value(&record);
    } else {
        console.result(&service::deployed(&record, true));
    }
    Ok(Exit::Done)
}
