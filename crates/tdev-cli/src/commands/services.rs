//! `tdev services`: what is deployed.

use serde_json::json;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, service, table};

/// List deployed services
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev services
  tdev services --json")]
pub(crate) struct Args {}

pub(super) async fn run(Args {}: Args, app: &App, console: &Console) -> Outcome {
    let services = app.services()?.list().await?;
    if console.json() {
        console.value(&json!({"items": services}));
        return Ok(Exit::Done);
    }
    if services.is_empty() {
        console.notes(&[Line::plain("nothing is deployed yet; ")
            .with(Look::Name, "tdev deploy SERVICE --workflow ID")
            .and(" begins")]);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<table::Cell>> = services.iter().map(service::row).collect();
    let heading = [
        "service", "status", "target", "traffic", "workflow", "changed",
    ];
    console.result(&table::lines(&heading, &rows, console.width()));
    Ok(Exit::Done)
}
