//! `tdev show`: everything about one component.

use serde_json::json;
use tdev_core::component::{ComponentRef, Kind, Runtime};
use tdev_core::nearest::did_you_mean;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view;

/// Show what a component takes, gives and may touch
///
/// Also what it uses, its examples, its versions and how it was tested last; of a declared agent
/// or team its model, its bounds, its mode and its instructions.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev show QrCodeReaderTool
  tdev show MyAgent@v2 --code
  tdev show MyAgent --review | q chat")]
pub(crate) struct Args {
    /// Name, or Name@v1 for one version
    #[arg(value_name = "NAME", value_parser = reference)]
    component: ComponentRef,
    /// Print its source instead
    #[arg(long)]
    code: bool,
    /// Print a prompt for reviewing it: record, provenance, tests, source and what to check
    #[arg(long, conflicts_with = "code")]
    review: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let component = app.registry()?.get(&args.component).await?;
    if args.code {
        let hash = component.code_hash.clone().unwrap_or_default();
        let bytes = app.artifacts()?.get(&hash).await.map_err(|error| {
            error.hint(match component.runtime {
                Runtime::Prompt => format!(
                    "it is declared, and `tdev show {}` shows all of it",
                    component.name
                ),
                other => format!(
                    "`{}` runs as {}, and has no source here",
                    component.name,
                    format!("{other:?}").to_lowercase()
                ),
            })
        })?;
        console.text(&String::from_utf8_lossy(&bytes));
        return Ok(Exit::Done);
    }
    if args.review {
        let review: serde_json::Value = app
            .ask("reviewer", json!({"component": component.pinned()}))
            .await?;
        if console.json() {
            console.value(&review);
        } else {
            console.text(
                review
                    .get("prompt")
                    .and_then(|p| p.as_str())
                    .unwrap_or("")
                    .trim_end(),
            );
        }
        return Ok(Exit::Done);
    }
    let versions = app.registry()?.versions(&component.name).await?;
    let tests = app
        .test_runs()?
        .of(&component.pinned().to_string(), 1)
        .await?;
    if console.json() {
        let ids: Vec<_> = versions.iter().map(|version| version.version_id).collect();
        console
            .value(&json!({"component": *component, "versions": ids, "last_test": tests.first()}));
        return Ok(Exit::Done);
    }
    console.result(&view::component::lines(
        &component,
        &versions,
        tests.first(),
        console.width(),
    ));
    Ok(Exit::Done)
}

/// Reads a reference on the command line.
pub(crate) fn reference(text: &str) -> Result<ComponentRef, String> {
    text.parse()
        .map_err(|error: tdev_core::Error| match error.hint {
            Some(hint) => format!("{}; {hint}", error.message),
            None => error.message,
        })
}

/// Reads a kind on the command line.
pub(crate) fn kind(text: &str) -> Result<Kind, String> {
    let kinds = [Kind::Tool, Kind::Agent, Kind::Team];
    let singular = text.to_lowercase();
    let singular = singular.strip_suffix('s').unwrap_or(&singular);
    kinds
        .into_iter()
        .find(|kind| kind.as_str() == singular)
        .ok_or_else(|| {
            did_you_mean(text, kinds.iter().map(|kind| kind.as_str()))
                .unwrap_or_else(|| "kinds are tool, agent and team".to_owned())
        })
}
