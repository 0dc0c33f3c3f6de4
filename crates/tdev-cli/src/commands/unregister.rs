//! `tdev unregister`: takes a component out of the registry.

use serde_json::json;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look};

/// Take a component with all its versions out of the registry
///
/// Its source file stays. Stored workflows that pin it no longer run.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev unregister MyAgent")]
pub(crate) struct Args {
    /// The component's name
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    app.registry()?.remove(&args.name).await?;
    if console.json() {
        console.value(&json!({"removed": args.name}));
    } else {
        console.result(&[Line::plain("removed ").with(Look::Name, args.name)]);
    }
    Ok(Exit::Done)
}
