//! `tdev list`: the components there are.

use serde_json::json;
use tdev_core::component::{Kind, Status};
use tdev_core::ports::Filter;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, table};

/// List components: tools, agents and teams
///
/// Shows the newest version of every registered component. Words given with --query
/// must all be found in name, description or tags.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev list
  tdev list --type agent
  tdev list --query \"qr code\" --json")]
pub(crate) struct Args {
    /// Only this kind: tool, agent or team
    #[arg(long = "type", value_name = "KIND", value_parser = super::show::kind)]
    kind: Option<Kind>,
    /// Words that must be found in name, description or tags
    #[arg(long, short = 's', value_name = "WORDS")]
    query: Option<String>,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let filter = Filter {
        kind: args.kind,
        query: args.query,
    };
    let found = app.registry()?.list(&filter).await?;
    if console.json() {
        console.value(&json!({"items": found.iter().map(AsRef::as_ref).collect::<Vec<_>>()}));
        return Ok(Exit::Done);
    }
    if found.is_empty() {
        console.lines(&[Line::plain("no component matches; ")
            .with(Look::Name, "tdev list")
            .and(" shows all")]);
        return Ok(Exit::Done);
    }
    let rows: Vec<_> = found
        .iter()
        .map(|component| {
            let look = match component.status {
                Status::Stable => Look::Good,
                Status::Experimental => Look::Care,
                _ => Look::Bad,
            };
            vec![
                (Look::Name, component.name.clone()),
                (Look::Plain, component.kind.as_str().to_owned()),
                (Look::Faint, component.version_id.to_string()),
                (look, component.status.as_str().to_owned()),
                (Look::Plain, component.description.clone()),
            ]
        })
        .collect();
    console.result(&table::lines(
        &["name", "type", "ver", "status", "what it does"],
        &rows,
        console.width(),
    ));
    Ok(Exit::Done)
}
