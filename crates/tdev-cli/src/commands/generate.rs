//! `tdev generate`: a component from a spec, written, tested and registered.

mod spec;

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value, json};
use tdev_core::component::{ComponentRef, Example};
use tdev_core::run::{RunKind, RunRequest, RunStatus};
use tdev_core::{Code, Error};

use super::register::registered;
use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::drive;
use crate::outcome::{Exit, Outcome};
use crate::project;
use crate::view::{Line, Look};

/// Write a component from a description of what it should do
///
/// Where a component covers it already, that one is named and nothing is written. Else it is
/// composed of registered components, written from a template family (HTTP API, lookup, rules,
/// conversion, table, extraction) or by the model where one is configured; then inspected,
/// tested in the sandbox with your examples and values of its schema, scored, and registered
/// as experimental. Where nothing fits, it says what was tried: there are no stubs.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev generate agent --name BadgeReader --goal \"read a badge's QR code and find its user\"
  tdev generate tool --goal \"extract the e-mail addresses of a text\" --output emails=string[]
  tdev generate tool --goal \"look up the country: FR = France, DE = Germany, otherwise unknown\"
  tdev generate tool --goal \"get the weather of a city\" --attach openapi=@weather.json
  tdev generate agent --goal \"…\" --example '{\"input\": {\"text\": \"a b\"}, \"output\": {\"words\": 2}}'
  tdev generate agent --spec spec.json --out agents/badge_reader.py

A spec as a file is JSON; only `goal` must be there:
  {
    \"goal\": \"look up the floor of a room\",
    \"name\": \"FloorTool\",                              CamelCase
    \"type\": \"tool\",                                   or agent
    \"input\": {\"room\": \"string\"},                    field: type, or a JSON Schema
    \"output\": {\"floor\": \"integer\"},
    \"examples\": [{\"input\": {\"room\": \"attic\"}, \"output\": {\"floor\": 3}}],
    \"tools\": [],                                       components to build on
    \"attached\": {\"table\": [{\"room\": \"attic\", \"floor\": 3}]}
  }                                                    openapi, table, rules or secret")]
pub(crate) struct Args {
    /// agent or tool
    kind: Making,
    /// What to call it; derived from the goal otherwise
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What it should do, in plain words
    #[arg(long, value_name = "GOAL", required_unless_present = "spec")]
    goal: Option<String>,
    /// A field it takes and its type, as in image=image; may be repeated
    #[arg(long, value_name = "FIELD=TYPE", value_parser = spec::field)]
    input: Vec<(String, String)>,
    /// A field it gives and its type, as in user_name=string; may be repeated
    #[arg(long, value_name = "FIELD=TYPE", value_parser = spec::field)]
    output: Vec<(String, String)>,
    /// A worked case as JSON, {"input": {…}, "output": {…}}; it becomes a test
    #[arg(long, value_name = "JSON", value_parser = spec::example)]
    example: Vec<Example>,
    /// What it needs to know, as JSON or @FILE: openapi=…, table=…, rules=…, secret=NAME
    #[arg(long, value_name = "NAME=JSON", value_parser = spec::attachment)]
    attach: Vec<(String, String)>,
    /// A component to build on; may be repeated
    #[arg(long, value_name = "NAME")]
    using: Vec<String>,
    /// The whole spec as a JSON file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["goal", "input", "output", "example", "using", "attach"])]
    spec: Option<PathBuf>,
    /// Dollars its language model may cost; never more than `tdev.toml` allows
    #[arg(long, value_name = "DOLLARS", value_parser = config::dollars)]
    max_cost_usd: Option<f64>,
    /// Write its source to this file too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Making {
    Agent,
    Tool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let here = config::here()?;
    let out = args.out.clone();
    let max_cost_usd = args.max_cost_usd;
    let spec = spec::of(args, &here)?;
    app.orchestrator()?;
    let request = RunRequest {
        spec: Some(spec),
        max_cost_usd,
        ..RunRequest::default()
    };
    let run = project::accept(app, RunKind::Orchestrate, request).await?;
    let driven = drive::to_end(app, console, &run.id).await?;
    let Some(done) = driven
        .as_ref()
        .filter(|driven| driven.run.status == RunStatus::Succeeded)
    else {
        return drive::conclude(console, &run.id, driven.as_ref());
    };
    let result = done
        .run
        .output
        .as_ref()
        .and_then(|output| output.get("result"));
    let name = result
        .and_then(|result| result.get("name")?.as_str())
        .unwrap_or_default();
    let reused = result
        .and_then(|result| result.get("reused")?.as_bool())
        .unwrap_or(false);
    // The newest version, which need not be the one that answers to the bare name.
    let component = app.registry()?.versions(name).await?.pop().ok_or_else(|| {
        Error::new(
            Code::ComponentNotFound,
            format!("`{name}` was made, but is not in the registry"),
        )
    })?;
    let source = match &component.code_hash {
        Some(hash) => {
            Some(String::from_utf8_lossy(&app.artifacts()?.get(hash).await?).into_owned())
        }
        None => None,
    };
    if let (Some(file), Some(source)) = (&out, &source) {
        std::fs::write(here.join(file), source).map_err(|fault| {
            Error::new(
                Code::StoreUnavailable,
                format!("`{}` cannot be written: {fault}", file.display()),
            )
            .field("--out")
        })?;
    }
    if console.json() {
        console.record(&json!({
            "type": "RunEnded", "run": done.run, "component": *component, "code": source, "reused": reused
        }));
        return Ok(Exit::Done);
    }
    console.notes(&[Line::new()]);
    if reused {
        let why = result
            .and_then(|result| result.get("because")?.as_array())
            .map(|because| because.iter().filter_map(Value::as_str).collect::<Vec<_>>())
            .unwrap_or_default();
        console.notes(&[Line::plain(format!(
            "there is one already that does this, and nothing was written: {}",
            why.join(", ")
        ))]);
    }
    console.result(&[registered(&component)]);
    let next = |command: String| Line::plain("  ").with(Look::Name, command);
    console.notes(&[
        next(format!(
            "tdev show {} --code",
            reference(&component.pinned())
        )),
        next(format!("tdev run {}", reference(&component.pinned()))),
    ]);
    Ok(Exit::Done)
}

fn reference(pinned: &ComponentRef) -> String {
    pinned.to_string()
}
