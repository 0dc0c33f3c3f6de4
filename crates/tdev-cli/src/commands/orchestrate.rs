//! `tdev orchestrate`: from a goal in plain words to a result.

use serde_json::json;
use tdev_core::run::{RunKind, RunRequest};
use tdev_core::service::DeployRequest;
use tdev_core::{Code, Error};

use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::drive;
use crate::given::{self, Given};
use crate::outcome::{Exit, Outcome, Stop};
use crate::project::{self, short};
use crate::view::{Line, Look};

/// Reach a goal said in plain words
///
/// Plans a workflow of registered components for the goal. What no component does is
/// written, tested and registered first. A plan below the gate is planned again with
/// what was wrong with it; after the last round a person decides. Then it runs.
///
/// Values: name=text, name:=JSON, name=@file. A picture or another binary file is stored
/// and passed by reference; a text file is read.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev orchestrate \"who is behind this badge?\" --input image=@badge.png
  tdev orchestrate \"translate the text to French and count its words\" --input text=@note.txt
  tdev orchestrate \"send the report to Ada\" --require-approval
  tdev orchestrate \"…\" --detach      # and later: tdev trace last")]
pub(crate) struct Args {
    /// What is wanted, in plain words
    #[arg(value_name = "GOAL")]
    goal: String,
    /// A value given with it; may be repeated
    #[arg(long, short, value_name = "NAME=VALUE", value_parser = given::parse)]
    input: Vec<Given>,
    /// Source to classify and register first
    #[arg(long, value_name = "FILE")]
    code: Option<std::path::PathBuf>,
    /// Deploy what reached the goal as a service of that id; with --experimental, of experimental
    /// components too
    #[arg(long, value_name = "SERVICE")]
    deploy: Option<String>,
    #[command(flatten)]
    plan: Planning,
}

/// How a run is planned and driven.
#[derive(Debug, clap::Args)]
pub(crate) struct Planning {
    /// Score a plan must reach, 0 to 100
    #[arg(long, value_name = "SCORE", default_value_t = 85.0, value_parser = score)]
    threshold: f64,
    /// Rounds of planning before a person must decide
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10))]
    max_rounds: u32,
    /// Dollars its language model may cost; never more than `tdev.toml` allows
    #[arg(long, value_name = "DOLLARS", value_parser = config::dollars)]
    max_cost_usd: Option<f64>,
    /// Ask a person before the plan runs
    #[arg(long, visible_alias = "approve")]
    require_approval: bool,
    /// Plan with experimental components too
    #[arg(long)]
    experimental: bool,
    /// Leave the run to the background and print its id
    #[arg(long)]
    detach: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    if args.goal.trim().is_empty() {
        return Err(Stop::Usage(
            Error::new(Code::InvalidInput, "the goal says nothing")
                .hint("say what is wanted: tdev orchestrate \"…\""),
        ));
    }
    let here = config::here()?;
    let inputs = given::resolve(&args.input, None, &here, app.artifacts()?.as_ref()).await?;
    let code = args
        .code
        .map(|file| crate::files::read_text(&here.join(file)))
        .transpose()?;
    let deploy = args.deploy.map(|service| DeployRequest {
        allow_experimental: args.plan.experimental,
        by: app.by(),
        ..DeployRequest::of(service)
    });
    if let Some(deploy) = &deploy {
        deploy.check().map_err(Stop::Usage)?;
    }
    let request = RunRequest {
        goal: Some(args.goal),
        code,
        deploy,
        inputs,
        ..args.plan.request()
    };
    begin(
        app,
        console,
        RunKind::Orchestrate,
        request,
        args.plan.detach,
    )
    .await
}

/// Begins a run and stays with it, or leaves it to the background.
pub(super) async fn begin(
    app: &App,
    console: &Console,
    kind: RunKind,
    request: RunRequest,
    detach: bool,
) -> Outcome {
    // What cannot be driven is not begun.
    app.orchestrator()?;
    let run = project::accept(app, kind, request).await?;
    if detach {
        drive::detach(&app.config.root, &run.id)?;
        if console.json() {
            console.value(&json!({"run_id": run.id, "status": run.status}));
        } else {
            console.text(&run.id);
            console.notes(&[Line::plain("watch it with ")
                .with(Look::Name, format!("tdev resume {}", short(&run.id)))]);
        }
        return Ok(Exit::Done);
    }
    let driven = drive::to_end(app, console, &run.id).await?;
    drive::conclude(console, &run.id, driven.as_ref())
}

impl Planning {
    fn request(&self) -> RunRequest {
        RunRequest {
            threshold: self.threshold,
            max_rounds: self.max_rounds,
            require_approval: self.require_approval,
            allow_experimental: self.experimental,
            max_cost_usd: self.max_cost_usd,
            ..RunRequest::default()
        }
    }
}

/// Reads a score.
pub(super) fn score(text: &str) -> Result<f64, String> {
    let score: f64 = text
        .parse()
        .map_err(|_| "a score is a number from 0 to 100".to_owned())?;
    if (0.0..=100.0).contains(&score) {
        Ok(score)
    } else {
        Err("a score lies between 0 and 100".to_owned())
    }
}
