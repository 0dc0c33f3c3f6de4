//! `tdev generate`: a component from a spec, written, tested and registered.

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Map, Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{ComponentRef, Example, Kind, camel_case};
use tdev_core::run::{RunKind, RunRequest, RunStatus};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use super::register::registered;
use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::drive;
use crate::files;
use crate::outcome::{Exit, Outcome, Stop};
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
  tdev generate agent --spec spec.json --out agents/badge_reader.py")]
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
    #[arg(long, value_name = "FIELD=TYPE", value_parser = field)]
    input: Vec<(String, String)>,
    /// A field it gives and its type, as in user_name=string; may be repeated
    #[arg(long, value_name = "FIELD=TYPE", value_parser = field)]
    output: Vec<(String, String)>,
    /// A worked case as JSON, {"input": {…}, "output": {…}}; it becomes a test
    #[arg(long, value_name = "JSON", value_parser = example)]
    example: Vec<Example>,
    /// What it needs to know, as JSON or @FILE: openapi=…, table=…, rules=…, secret=NAME
    #[arg(long, value_name = "NAME=JSON", value_parser = attachment)]
    attach: Vec<(String, String)>,
    /// A component to build on; may be repeated
    #[arg(long, value_name = "NAME")]
    using: Vec<String>,
    /// The whole spec as a JSON file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["goal", "input", "output", "example", "using", "attach"])]
    spec: Option<PathBuf>,
    /// Write its source to this file too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What a spec may bring with it.
const ATTACHMENTS: &[&str] = &["openapi", "table", "rules", "secret"];

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Making {
    Agent,
    Tool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let here = config::here()?;
    let out = args.out.clone();
    let spec = spec(args, &here)?;
    app.orchestrator()?;
    let request = RunRequest {
        spec: Some(spec),
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

fn spec(args: Args, here: &std::path::Path) -> Result<AgentSpec, Stop> {
    let kind = match args.kind {
        Making::Agent => Kind::Agent,
        Making::Tool => Kind::Tool,
    };
    let name = args.name.map(|name| {
        let camel = name.chars().next().is_some_and(char::is_uppercase)
            && name.chars().all(char::is_alphanumeric);
        if camel { name } else { camel_case(&name) }
    });
    if let Some(file) = args.spec {
        let text = files::read_text(&here.join(&file))?;
        let spec: AgentSpec = serde_json::from_str(&text).map_err(|fault| {
            Error::new(
                Code::InvalidInput,
                format!("`{}` is not a spec: {fault}", file.display()),
            )
            .field("--spec")
        })?;
        return Ok(AgentSpec {
            kind: spec.kind.or(Some(kind)),
            name: name.or(spec.name),
            ..spec
        });
    }
    Ok(AgentSpec {
        name,
        kind: Some(kind),
        goal: args.goal.unwrap_or_default(),
        input_schema: schema(&args.input, "--input")?,
        output_schema: schema(&args.output, "--output")?,
        tools: args.using,
        examples: args.example,
        attached: attached(&args.attach, here)?,
    })
}

/// What is attached: JSON, the JSON of a file, or a word as it stands.
fn attached(
    given: &[(String, String)],
    here: &std::path::Path,
) -> Result<Map<String, Value>, Stop> {
    let mut all = Map::new();
    for (name, text) in given {
        let value = match text.strip_prefix('@') {
            Some(file) => {
                let text = files::read_text(&here.join(file))?;
                serde_json::from_str(&text).map_err(|fault| {
                    Error::new(Code::InvalidInput, format!("`{file}` is not JSON: {fault}"))
                        .field("--attach")
                })?
            }
            None => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        };
        all.insert(name.clone(), value);
    }
    Ok(all)
}

fn attachment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if ATTACHMENTS.contains(&name) && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err(format!(
            "write NAME=JSON or NAME=@FILE, where NAME is one of {}",
            ATTACHMENTS.join(", ")
        )),
    }
}

fn schema(fields: &[(String, String)], option: &str) -> Result<Schema, Stop> {
    let written: Map<String, Value> = fields
        .iter()
        .map(|(name, kind)| (name.clone(), json!(kind)))
        .collect();
    if written.is_empty() {
        return Ok(Schema::default());
    }
    Schema::new(Value::Object(written)).map_err(|error| Stop::Usage(error.field(option)))
}

fn field(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, kind)) if !name.is_empty() && !kind.is_empty() => {
            Ok((name.to_owned(), kind.to_owned()))
        }
        _ => Err("write field=type, as in text=string".to_owned()),
    }
}

fn example(text: &str) -> Result<Example, String> {
    serde_json::from_str(text)
        .map_err(|fault| format!("an example is {{\"input\": {{…}}, \"output\": {{…}}}}: {fault}"))
}
