//! `tdev deploy`: from a stored workflow to a running service.

use std::path::PathBuf;

use serde_json::{Value, json};
use tdev_agents::deployer::Plan;
use tdev_core::run::{RunKind, RunRequest, RunStatus};
use tdev_core::service::{DeployRequest, Service, Strategy, TargetKind};
use tdev_core::{Code, Error, Result};

use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::drive;
use crate::given::{self, Given};
use crate::outcome::{Exit, Outcome, Stop};
use crate::project::{self, part, short};
use crate::view::{Line, Look, fault, service};

/// Bring a stored workflow to run as a service
///
/// Everything it takes is packaged into one definition that never changes: the workflow, its
/// components with their sources, what it may touch. The new version is called once to see that
/// it works before it is given calls. Whatever fails is undone, and the version before serves on.
///
/// Services of the target local answer at `tdev serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev deploy policy-matcher --workflow policy-match-flow --health-input question=\"solar roofs\"
  tdev deploy policy-matcher --strategy canary --percent 20 --minutes 5
  tdev deploy policy-matcher --dry-run --diff
  tdev deploy policy-matcher --dry-run --out service.json")]
pub(crate) struct Args {
    /// The service's id
    #[arg(value_name = "SERVICE", required_unless_present = "service_id")]
    service: Option<String>,
    /// The same
    #[arg(long, value_name = "SERVICE", conflicts_with = "service")]
    service_id: Option<String>,
    /// A stored workflow, id or id@v1, or a workflow file; that of the service as it is if absent
    #[arg(long, short, value_name = "ID-OR-FILE")]
    workflow: Option<String>,
    /// Where it runs: local, lambda, ecs or stepfunctions
    #[arg(long, value_name = "TARGET", default_value = "local", value_parser = target)]
    target: TargetKind,
    /// How calls come to it: all-at-once, blue-green or canary
    #[arg(long, value_name = "STRATEGY", default_value = "all-at-once", value_parser = strategy)]
    strategy: Strategy,
    /// Of a hundred calls, those a canary is given
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=99))]
    percent: u8,
    /// How long a canary is watched
    #[arg(long, value_name = "MINUTES", default_value_t = 5.0)]
    minutes: f64,
    /// Of a hundred calls of a canary, those that may fail
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
    max_error_percent: f64,
    /// With blue-green: give it no calls until `tdev promote`
    #[arg(long)]
    hold: bool,
    /// Let experimental components run in it
    #[arg(long)]
    allow_experimental: bool,
    /// A value its health check is called with; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = given::parse)]
    health_input: Vec<Given>,
    /// Only say what would happen
    #[arg(long)]
    dry_run: bool,
    /// Say what changes against the version that answers now, and stop
    #[arg(long)]
    diff: bool,
    /// Write the definition to a file too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave the deployment to the background and print its id
    #[arg(long)]
    detach: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let request = request(&args, app).await?;
    request.check().map_err(Stop::Usage)?;
    let plan: Plan = app
        .ask("deployer", json!({"stage": "plan", "request": request}))
        .await?;
    if let Some(out) = &args.out {
        let path = config::here()?.join(out);
        std::fs::write(&path, &plan.service_json).map_err(|fault| {
            Error::new(
                Code::StoreUnavailable,
                format!("`{}` cannot be written: {fault}", path.display()),
            )
            .field("--out")
        })?;
        console.notes(&[Line::plain("wrote ").with(Look::Name, out.display().to_string())]);
    }
    if args.dry_run || args.diff {
        if console.json() {
            console.value(&shown(&plan));
        } else {
            let lines = if args.diff && !args.dry_run {
                service::differences(&plan)
            } else {
                service::plan(&plan, args.diff)
            };
            console.result(&lines);
        }
        return Ok(Exit::Done);
    }
    // What cannot be driven is not begun.
    app.orchestrator()?;
    let asked = RunRequest {
        deploy: Some(request),
        ..RunRequest::default()
    };
    let run = project::accept(app, RunKind::Deploy, asked).await?;
    if args.detach {
        drive::detach(&app.config.root, &run.id)?;
        if console.json() {
            let id = &plan.service_id;
            console
                .value(&json!({"status": "deploying", "service_id": id, "deployment_id": run.id}));
        } else {
            console.text(&run.id);
            let watch = format!("tdev status {}", plan.service_id);
            console.notes(&[Line::plain("watch it with ").with(Look::Name, watch)]);
        }
        return Ok(Exit::Done);
    }
    let Some(driven) = drive::to_end(app, console, &run.id).await? else {
        let resume = format!("tdev resume {}", short(&run.id));
        console.lines(&[
            Line::plain("left the deployment as it is; go on with ").with(Look::Name, resume)
        ]);
        return Ok(Exit::Interrupted);
    };
    conclude(console, &plan.service_id, &driven.run)
}

fn conclude(console: &Console, service_id: &str, run: &tdev_core::run::Run) -> Outcome {
    let done = run.status == RunStatus::Succeeded;
    if console.json() {
        console.record(&json!({"type": "RunEnded", "run": run}));
        return Ok(if done { Exit::Done } else { Exit::Failed });
    }
    if !done {
        let unsaid = || Error::new(Code::Internal, "the deployment ended without a reason");
        let error = run.error.clone().unwrap_or_else(unsaid);
        console.lines(&fault::lines(&[error], console.width()));
        let next = format!("tdev status {service_id}");
        console.notes(&[Line::new()
            .with(
                Look::Faint,
                format!("deployment {} failed · ", short(&run.id)),
            )
            .with(Look::Name, next)]);
        return Ok(Exit::Failed);
    }
    let record: Option<Service> = part(run.output.as_ref(), "result");
    let changed: bool = part(run.output.as_ref(), "changed").unwrap_or(true);
    if let Some(record) = record {
        console.result(&service::deployed(&record, changed));
        console.notes(&[Line::new()
            .with(Look::Faint, "call it: tdev serve, then ")
            .with(
                Look::Name,
                format!("POST /api/services/{service_id}/invoke"),
            )]);
    }
    Ok(Exit::Done)
}

async fn request(args: &Args, app: &App) -> Result<DeployRequest, Stop> {
    let service_id = args.service.as_ref().or(args.service_id.as_ref());
    let workflow_id = match &args.workflow {
        Some(file) if project::names_file(file) => {
            if args.dry_run || args.diff {
                return Err(Stop::Usage(
                    Error::new(
                        Code::InvalidInput,
                        "what only looks does not store a workflow",
                    )
                    .field("--workflow")
                    .hint(format!("store it first: tdev compose {file}")),
                ));
            }
            let workflow = project::read_workflow(&config::here()?, file.as_ref())?;
            let checked = project::checked(app, &workflow).await?;
            let stored = app.workflows()?.put(checked.workflow).await?;
            Some(format!("{}@{}", stored.id, stored.version_id))
        }
        named => named.clone(),
    };
    let health_input = if args.health_input.is_empty() {
        None
    } else {
        let schema = match &workflow_id {
            Some(named) => project::stored_workflow(app, named).await.ok(),
            None => None,
        };
        let schema = schema.as_ref().map(|workflow| &workflow.input_schema);
        let artifacts = app.artifacts()?;
        let here = config::here()?;
        Some(given::resolve(&args.health_input, schema, &here, artifacts.as_ref()).await?)
    };
    Ok(DeployRequest {
        workflow_id,
        target: args.target,
        strategy: args.strategy,
        percent: args.percent,
        minutes: args.minutes,
        max_error_percent: args.max_error_percent,
        hold: args.hold,
        allow_experimental: args.allow_experimental,
        health_input,
        by: app.by(),
        ..DeployRequest::of(service_id.cloned().unwrap_or_default())
    })
}

/// The plan for machines: the file's text is for files.
fn shown(plan: &Plan) -> Value {
    let mut shown = json!(plan);
    if let Some(fields) = shown.as_object_mut() {
        fields.shift_remove("service_json");
    }
    shown
}

fn target(text: &str) -> Result<TargetKind, String> {
    read(text, "a target is local, lambda, ecs or stepfunctions")
}

fn strategy(text: &str) -> Result<Strategy, String> {
    read(text, "a strategy is all-at-once, blue-green or canary")
}

fn read<T: serde::de::DeserializeOwned>(text: &str, known: &str) -> Result<T, String> {
    serde_json::from_value(Value::from(text)).map_err(|_| known.to_owned())
}
