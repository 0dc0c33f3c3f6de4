//! `tdev compose`: a workflow from a file or from a goal, checked, pinned and stored.

use serde_json::json;
use tdev_core::agent_io::{Mind, Plan, PlanRequest};
use tdev_core::component::kebab_case;
use tdev_core::model::in_dollars;
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error};

use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::given::{self, Given};
use crate::outcome::{Exit, Outcome, Stop};
use crate::project;
use crate::view::{Line, Look, value, wrap};

/// Check, pin and store a workflow; a goal in words plans one
///
/// Every fault of a workflow is named at once, each with its step, its field and the
/// nearest right name. Bare component names are pinned to the version they have now, and
/// what is stored never changes: composing again makes the next version.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev compose workflows/policy-match-flow.json
  tdev compose \"read the QR code of a badge and find its user\" --explain
  tdev compose \"translate a text to French\" --id french --out workflows/french.json")]
pub(crate) struct Args {
    /// A workflow file, or a goal in plain words
    #[arg(value_name = "FILE-OR-GOAL")]
    what: String,
    /// A value the goal can count on; may be repeated
    #[arg(long, short, value_name = "NAME=VALUE", value_parser = given::parse)]
    input: Vec<Given>,
    /// What to call the workflow
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Say why these steps
    #[arg(long)]
    explain: bool,
    /// Only check and print; store nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the pinned workflow to a file too
    #[arg(long, value_name = "FILE")]
    out: Option<std::path::PathBuf>,
    /// Plan with experimental components too
    #[arg(long)]
    experimental: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let here = config::here()?;
    let (mut workflow, plan) = if project::names_file(&args.what) {
        (project::read_workflow(&here, args.what.as_ref())?, None)
    } else {
        let plan = planned(&args, app).await?;
        (plan.workflow.clone(), Some(plan))
    };
    if let Some(id) = &args.id {
        workflow.id = kebab_case(id);
    }
    let checked = project::checked(app, &workflow).await?;
    let workflow = if args.dry_run {
        checked.workflow
    } else {
        (*app.workflows()?.put(checked.workflow).await?).clone()
    };
    if let Some(file) = &args.out {
        let text = serde_json::to_string_pretty(&workflow).unwrap_or_default() + "\n";
        std::fs::write(here.join(file), text).map_err(|fault| {
            Error::new(
                Code::StoreUnavailable,
                format!("`{}` cannot be written: {fault}", file.display()),
            )
            .field("--out")
        })?;
    }
    if console.json() {
        console.value(&json!({
            "workflow": workflow,
            "stored": !args.dry_run,
            "rationale": plan.as_ref().map(|plan| &plan.rationale),
            "confidence": plan.as_ref().map(|plan| plan.confidence),
            "provenance": plan.as_ref().and_then(|plan| plan.provenance.as_ref()),
        }));
        return Ok(Exit::Done);
    }
    if plan.is_some() && args.out.is_none() {
        console.text(&serde_json::to_string_pretty(&workflow).unwrap_or_default());
    }
    if let Some(plan) = plan.as_ref().filter(|_| args.explain) {
        let mut lines = vec![Line::plain("because").with(
            Look::Faint,
            format!("  confidence {:.2}{}", plan.confidence, by(plan)),
        )];
        lines.extend(plan.rationale.split("; ").flat_map(|reason| {
            wrap(reason, console.width().saturating_sub(4))
                .into_iter()
                .enumerate()
                .map(|(place, text)| {
                    Line::plain(if place == 0 { "  • " } else { "    " }).and(text)
                })
        }));
        console.lines(&lines);
    }
    steps(&workflow, args.explain, console);
    if !args.dry_run {
        let pinned = format!("{}@{}", workflow.id, workflow.version_id);
        console.notes(&[Line::new()
            .with(Look::Good, "✓ ")
            .with(Look::Strong, &*pinned)
            .with(Look::Faint, "  stored; next: ")
            .with(
                Look::Name,
                format!("tdev run {}{}", workflow.id, wanted(&workflow)),
            )]);
    }
    Ok(Exit::Done)
}

async fn planned(args: &Args, app: &App) -> Result<Plan, Stop> {
    let inputs = given::resolve(
        &args.input,
        None,
        &config::here()?,
        app.artifacts()?.as_ref(),
    )
    .await?;
    let request = PlanRequest {
        goal: args.what.clone(),
        inputs,
        allow_experimental: args.experimental,
        ..PlanRequest::default()
    };
    let plan: Plan = app.ask("planner", json!(request)).await?;
    if plan.missing.is_empty() && !plan.workflow.steps.is_empty() {
        return Ok(plan);
    }
    let wanted: Vec<String> = plan
        .missing
        .iter()
        .map(|spec| format!("“{}”", spec.goal))
        .collect();
    let what = if wanted.is_empty() {
        "the goal".to_owned()
    } else {
        wanted.join(" and ")
    };
    // Tools in a row are a composition that only an agent may be.
    let why = match plan.rationale.as_str() {
        "" => String::new(),
        said => format!(": {said}"),
    };
    Err(Error::new(Code::CapabilityMissing, format!("no component covers {what}{why}"))
        .hint("`tdev orchestrate` writes what is missing where it can; `tdev init tool` starts it by hand")
        .details(json!({"missing": plan.missing}))
        .into())
}

/// Whose plan it is, where a language model was asked.
fn by(plan: &Plan) -> String {
    let Some(told) = &plan.provenance else {
        return String::new();
    };
    let whose = match told.mind {
        Mind::Model => format!("by {} with {}", told.model, told.prompt),
        Mind::Composer => format!("by the composer in place of {}", told.model),
    };
    let calls = match told.calls {
        0 => "never asked".to_owned(),
        1 => "asked once".to_owned(),
        many => format!("asked {many} times"),
    };
    let cost = match told.micro_dollars {
        0 => String::new(),
        cost => format!(", {}", in_dollars(cost)),
    };
    format!("; {whose}, {calls}{cost}")
}

fn steps(workflow: &Workflow, explain: bool, console: &Console) {
    let lines: Vec<Line> = workflow
        .steps
        .iter()
        .map(|step| {
            let component = step
                .component()
                .map(ToString::to_string)
                .unwrap_or_default();
            let line = Line::plain("  ")
                .column(Look::Strong, &step.id, 24)
                .and(" ")
                .column(Look::Name, &component, 28);
            let input = match &step.action {
                tdev_core::workflow::Action::Call { input, .. } if explain => value::excerpt(input),
                _ => String::new(),
            };
            line.and(" ").with(Look::Faint, input).cut(console.width())
        })
        .collect();
    console.notes(&lines);
}

/// The inputs a workflow must be given, as they would be typed.
fn wanted(workflow: &Workflow) -> String {
    let fields = workflow.input_schema.fields();
    fields
        .iter()
        .filter(|field| field.required && field.default().is_none())
        .map(|field| match field.type_name() {
            "image" | "file" => format!(" --input {}=@…", field.name),
            _ => format!(" --input {}=…", field.name),
        })
        .collect()
}
