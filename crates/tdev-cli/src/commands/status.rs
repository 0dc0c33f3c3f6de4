//! `tdev status`: how a service stands.

use serde_json::json;
use tdev_core::ports::{CallFilter, measured};

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::service;

/// Show how a service stands: versions, who answers, what its calls come to
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev status policy-matcher
  tdev status policy-matcher --json")]
pub(crate) struct Args {
    /// The service's id
    #[arg(value_name = "SERVICE")]
    service: String,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let record = app.services()?.get(&args.service).await?;
    let log = app.service_log()?;
    let mut metrics = Vec::with_capacity(record.versions.len());
    for version in &record.versions {
        let filter = CallFilter {
            version_id: Some(version.version_id),
            ..CallFilter::default()
        };
        metrics.push(measured(log.as_ref(), &args.service, &filter).await?);
    }
    if console.json() {
        let mut shown = json!(record);
        for (at, metrics) in metrics.iter().enumerate() {
            shown["versions"][at]["metrics"] = json!(metrics);
        }
        console.value(&shown);
    } else {
        console.result(&service::status(&record, &metrics, console.width()));
    }
    Ok(Exit::Done)
}
