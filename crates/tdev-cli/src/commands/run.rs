//! `tdev run`: a component, a stored workflow or a workflow file, with an input.

use serde_json::{Map, Value, json};
use tdev_core::component::ComponentRef;
use tdev_core::ports::{Invocation, Scope};
use tdev_core::run::{RunKind, RunRequest};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};
use uuid::Uuid;

use super::orchestrate::begin;
use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::given::{self, Given};
use crate::outcome::{Exit, Outcome, Stop};
use crate::project;
use crate::view::{Line, Look, value};

/// Run a component or a workflow
///
/// A workflow is named by its id (or id@v1), or by its file, which is checked, pinned and
/// stored first. A CamelCase name is a component, which runs alone.
///
/// Values: name=text, name:=JSON, name=@file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev run QrCodeReaderTool --input image=@badge.png
  tdev run policy-match-flow --input user_text=\"my roof leaks\"
  tdev run workflows/policy-match-flow.json --test-input \"my roof leaks\"")]
pub(crate) struct Args {
    /// Component, workflow id, or workflow file
    #[arg(value_name = "ID-OR-FILE")]
    what: String,
    /// A value of the input; may be repeated
    #[arg(long, short, value_name = "NAME=VALUE", value_parser = given::parse)]
    input: Vec<Given>,
    /// The whole input: a JSON object, or the text for the one field that must be given
    #[arg(long, value_name = "TEXT", conflicts_with = "input")]
    test_input: Option<String>,
    /// Leave the run to the background and print its id
    #[arg(long)]
    detach: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    if project::names_file(&args.what) {
        let workflow = project::read_workflow(&config::here()?, args.what.as_ref())?;
        let checked = project::checked(app, &workflow).await?;
        let input = input(&args, &checked.workflow.input_schema, app).await?;
        let stored = app.workflows()?.put(checked.workflow).await?;
        let pinned = format!("{}@{}", stored.id, stored.version_id);
        return workflow_run(args, app, console, pinned, input).await;
    }
    let reference: ComponentRef = args.what.parse().map_err(Stop::Usage)?;
    if reference.name.starts_with(char::is_uppercase) {
        return component(&args, &reference, app, console).await;
    }
    let stored = project::stored_workflow(app, &args.what).await?;
    let input = input(&args, &stored.input_schema, app).await?;
    let pinned = format!("{}@{}", stored.id, stored.version_id);
    workflow_run(args, app, console, pinned, input).await
}

async fn workflow_run(
    args: Args,
    app: &App,
    console: &Console,
    pinned: String,
    inputs: Map<String, Value>,
) -> Outcome {
    let request = RunRequest {
        workflow: Some(pinned),
        inputs,
        ..RunRequest::default()
    };
    begin(app, console, RunKind::Workflow, request, args.detach).await
}

async fn component(args: &Args, reference: &ComponentRef, app: &App, console: &Console) -> Outcome {
    if args.detach {
        return Err(Stop::Usage(
            Error::new(
                Code::InvalidInput,
                "a component alone is not a run that could be left",
            )
            .hint("--detach is for workflows and goals"),
        ));
    }
    let component = app.registry()?.get(reference).await?;
    let input = input(args, &component.input_schema, app).await?;
    let scope = Scope {
        project: app.config.project(),
        step: component.name.clone(),
        idempotency_token: Uuid::now_v7().to_string(),
        ..Scope::default()
    };
    let call = Invocation {
        component: component.pinned(),
        input: Value::Object(input),
        scope,
    };
    let started = std::time::Instant::now();
    let invoker = app.components()?;
    let output = tokio::select! {
        output = invoker.invoke(call) => output?,
        _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
    };
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    if console.json() {
        console
            .value(&json!({"component": component.pinned(), "output": output, "duration_ms": ms}));
        return Ok(Exit::Done);
    }
    console.text(&value::result(&output));
    let took = crate::view::tree::duration(ms);
    console.notes(&[Line::new().with(Look::Faint, format!("{} in {took}", component.pinned()))]);
    Ok(Exit::Done)
}

async fn input(args: &Args, schema: &Schema, app: &App) -> Result<Map<String, Value>> {
    match &args.test_input {
        Some(text) => given::single(text, schema),
        None => {
            let artifacts = app.artifacts()?;
            given::resolve(
                &args.input,
                Some(schema),
                &config::here()?,
                artifacts.as_ref(),
            )
            .await
        }
    }
}
