//! `tdev refine`: a better version of a component, tested and shown as a difference.

use serde_json::{Value, json};
use similar::TextDiff;
use tdev_core::agent_io::{Classification, Evaluation, TestRun};
use tdev_core::component::{Component, ComponentRef};
use tdev_core::{Code, Error};

use super::register::registered;
use super::show::reference;
use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look};

/// Make a better version of a component, tested, and kept experimental
///
/// Evaluates its source and follows what is suggested: docstring, types, errors that name the
/// component they come from, an example, a time limit; where a model is configured, anything
/// else that `--suggestion` says. A stable version stays what the bare name means.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev refine ReportAgent
  tdev refine ReportAgent --suggestion \"add error handling\" --suggestion \"add a docstring\"
  tdev refine ReportAgent@v2 --dry-run")]
pub(crate) struct Args {
    /// Name, or Name@v1 for one version
    #[arg(value_name = "NAME", value_parser = reference)]
    component: ComponentRef,
    /// What to do, in words, in place of what the evaluator says; may be repeated
    #[arg(long, value_name = "TEXT")]
    suggestion: Vec<String>,
    /// Show the difference and register nothing
    #[arg(long)]
    dry_run: bool,
}

/// What the refiner answers.
#[derive(Debug, serde::Deserialize)]
struct Refined {
    refines: String,
    before: String,
    code: String,
    metadata: Component,
    changes: Vec<String>,
    unmet: Vec<String>,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let component = app.registry()?.get(&args.component).await?;
    let suggestions = if args.suggestion.is_empty() {
        suggested(app, &component).await?
    } else {
        args.suggestion
    };
    let refined: Refined = app
        .ask(
            "refiner",
            json!({"component": component.pinned(), "suggestions": suggestions}),
        )
        .await?;
    let difference = difference(&refined);
    if refined.changes.is_empty() {
        if console.json() {
            console.value(&json!({"refines": refined.refines, "changes": [], "unmet": refined.unmet, "component": null}));
        } else {
            console.result(&[Line::plain(format!(
                "there is nothing to change in {}",
                refined.refines
            ))]);
            console.notes(&unmet(&refined));
        }
        return Ok(Exit::Done);
    }
    let stored = if args.dry_run {
        None
    } else {
        Some(registered_version(app, &refined).await?)
    };
    if console.json() {
        console.value(&json!({
            "refines": refined.refines, "changes": refined.changes, "unmet": refined.unmet,
            "diff": difference, "component": stored,
        }));
        return Ok(Exit::Done);
    }
    console.text(difference.trim_end());
    let mut notes: Vec<Line> = refined
        .changes
        .iter()
        .map(|change| Line::new().with(Look::Good, "✓ ").and(change.clone()))
        .collect();
    notes.extend(unmet(&refined));
    console.notes(&notes);
    match stored {
        Some(component) => {
            console.result(&[registered(&component)]);
            console.notes(&[Line::plain("  ").with(
                Look::Name,
                format!("tdev show {} --review", component.pinned()),
            )]);
        }
        None => console.notes(&[Line::plain("nothing was registered: --dry-run")]),
    }
    Ok(Exit::Done)
}

/// What the evaluator says of its source.
async fn suggested(app: &App, component: &Component) -> Result<Vec<String>, Error> {
    let Some(hash) = &component.code_hash else {
        return Err(Error::new(
            Code::Unsupported,
            format!("`{}` has no source here", component.name),
        )
        .hint("name a component that is written in Python: `tdev list`"));
    };
    let code = String::from_utf8_lossy(&app.artifacts()?.get(hash).await?).into_owned();
    let scored: Evaluation = app
        .ask(
            "evaluator",
            json!({"code": code, "path": component.path, "examples": component.examples}),
        )
        .await?;
    Ok(scored.suggestions.into_iter().map(|s| s.message).collect())
}

/// Puts the candidate to its tests and its score, and stores it as the next version.
async fn registered_version(app: &App, refined: &Refined) -> Result<Component, Error> {
    let code = &refined.code;
    let metadata = &refined.metadata;
    let found: Classification = app
        .ask("classifier", json!({"code": code, "path": metadata.path}))
        .await?;
    let tested: TestRun = app.ask("tester", json!({"candidate": metadata})).await?;
    let scored: Value = app
        .ask(
            "evaluator",
            json!({"code": code, "path": metadata.path, "examples": metadata.examples}),
        )
        .await?;
    app.ask(
        "registrar",
        json!({
            "code": code, "metadata": metadata, "classification": found, "test_run": tested,
            "evaluation": scored,
        }),
    )
    .await
}

/// The difference of the sources, and of the record where it is the record that changed.
fn difference(refined: &Refined) -> String {
    let name = &refined.refines;
    TextDiff::from_lines(&refined.before, &refined.code)
        .unified_diff()
        .context_radius(3)
        .header(name, "refined")
        .to_string()
}

fn unmet(refined: &Refined) -> Vec<Line> {
    refined
        .unmet
        .iter()
        .map(|why| Line::new().with(Look::Faint, "- ").and(why.clone()))
        .collect()
}
