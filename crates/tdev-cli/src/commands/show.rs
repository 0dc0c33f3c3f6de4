//! `tdev show`: everything about one component.

use serde_json::json;
use tdev_core::component::{Component, ComponentRef, Kind};
use tdev_core::nearest::did_you_mean;
use tdev_core::schema::Schema;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, tree, value, wrap};

/// Show what a component takes, gives and may touch
///
/// Also what it uses, its examples, its versions and how it was tested last.
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
            error.hint(
                format!(
                    "`{}` runs as {:?}, and has no source here",
                    component.name, component.runtime
                )
                .to_lowercase(),
            )
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
    let width = console.width();
    let mut lines = head(&component, width);
    lines.extend(fields("takes", &component.input_schema, width));
    lines.extend(fields("gives", &component.output_schema, width));
    let mut say = |label: &str, text: String| {
        for (place, part) in wrap(&text, width.saturating_sub(10))
            .into_iter()
            .enumerate()
        {
            lines.push(
                Line::new()
                    .column(Look::Faint, if place == 0 { label } else { "" }, 10)
                    .and(part),
            );
        }
    };
    for (label, list) in [
        ("uses", &component.tools),
        ("members", &component.members),
        ("touches", &component.permissions),
        ("secrets", &component.secrets),
        ("tags", &component.tags),
    ] {
        if !list.is_empty() {
            say(label, list.join(", "));
        }
    }
    for example in component.examples.iter().take(2) {
        say(
            "example",
            format!(
                "{} → {}",
                value::excerpt(&example.input),
                value::excerpt(&example.output)
            ),
        );
    }
    if versions.len() > 1 {
        say(
            "versions",
            versions
                .iter()
                .map(|v| format!("{} {}", v.version_id, v.status.as_str()))
                .collect::<Vec<_>>()
                .join(", "),
        );
    }
    match tests.first() {
        Some(run) => say(
            "tested",
            format!(
                "{} passed, {} failed in {}",
                run.passed,
                run.failed,
                tree::duration(run.duration_ms)
            ),
        ),
        None => say("tested", format!("not yet: tdev test {}", component.name)),
    }
    console.result(&lines);
    Ok(Exit::Done)
}

fn head(component: &Component, width: usize) -> Vec<Line> {
    let brains = match component.brain_count {
        0 => "no brain".to_owned(),
        1 => "1 brain".to_owned(),
        many => format!("{many} brains"),
    };
    let mut lines = vec![
        Line::new()
            .with(Look::Strong, component.pinned().to_string())
            .with(
                Look::Faint,
                format!(
                    "  {}, {brains}, {}, tier {:?}",
                    component.kind.as_str(),
                    component.status.as_str(),
                    component.reusability
                ),
            ),
    ];
    lines.extend(
        wrap(&component.description, width)
            .into_iter()
            .map(Line::plain),
    );
    lines.push(Line::new());
    lines
}

fn fields(label: &str, schema: &Schema, width: usize) -> Vec<Line> {
    let fields = schema.fields();
    let widest = fields
        .iter()
        .map(|field| field.name.len())
        .max()
        .unwrap_or(0)
        .min(24);
    let mut lines: Vec<Line> = fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let wanted = if field.required { "" } else { "?" };
            Line::new()
                .column(Look::Faint, if place == 0 { label } else { "" }, 10)
                .column(Look::Strong, &field.name, widest)
                .and(" ")
                .column(Look::Name, &format!("{}{wanted}", field.type_name()), 9)
                .and(" ")
                .with(Look::Faint, field.description())
                .cut(width)
        })
        .collect();
    if lines.is_empty() {
        lines.push(
            Line::new()
                .column(Look::Faint, label, 10)
                .with(Look::Faint, "not described"),
        );
    }
    lines
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
