//! `tdev evaluate`: scores workflows and source, and fails below a gate.

use std::path::Path;

use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::agent_io::Evaluation;

use super::orchestrate::score;
use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome};
use crate::project;
use crate::view::{Line, Look, evaluation, fault};

/// Score workflows or Python source; exit code 3 below the gate
///
/// The score is computed from what can be checked: schemas that fit, references that
/// resolve, handling of errors where a step has side effects, dead or duplicate steps,
/// unproven components, test history, secrets in source.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev evaluate ./workflows/*.json
  tdev evaluate \"agents/**/*.py\" --gate 90
  tdev evaluate workflows/report.json --goal \"send the report to Ada\" --json")]
pub(crate) struct Args {
    /// Workflow files, Python files, folders or patterns; or the id of a stored workflow
    #[arg(value_name = "FILES", required = true)]
    files: Vec<String>,
    /// Score each must reach, 0 to 100
    #[arg(long, value_name = "SCORE", default_value_t = 85.0, value_parser = score)]
    gate: f64,
    /// What the workflow is for; else its description
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    /// Points of every criterion
    #[arg(long)]
    criteria: bool,
    /// Experimental components are meant
    #[arg(long)]
    experimental: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let here = config::here()?;
    let mut items = Vec::new();
    let (mut below, mut failed) = (false, false);
    for (name, found) in questions(&args, app, &here).await? {
        let scored: Result<Evaluation> = match found {
            Ok(question) => app.ask("evaluator", question).await,
            Err(error) => Err(error),
        };
        match &scored {
            Ok(scored) => below |= scored.score < args.gate,
            Err(_) => failed = true,
        }
        if console.json() {
            items.push(match scored {
                Ok(scored) => {
                    json!({"file": name, "evaluation": scored, "passed": scored.score >= args.gate})
                }
                Err(error) => json!({"file": name, "error": error}),
            });
        } else {
            show(console, &name, &scored, &args);
        }
    }
    if console.json() {
        console.value(&json!({"gate": args.gate, "items": items}));
    }
    Ok(match (failed, below) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::BelowGate,
        (false, false) => Exit::Done,
    })
}

/// What the evaluator is asked of each file, or why it cannot be.
async fn questions(args: &Args, app: &App, here: &Path) -> Result<Vec<(String, Result<Value>)>> {
    let mut questions = Vec::new();
    for pattern in &args.files {
        let about = |workflow: &tdev_core::workflow::Workflow| json!({"workflow": workflow, "goal": args.goal, "allow_experimental": args.experimental});
        let stored = !project::names_file(pattern)
            && !pattern.contains(['*', '?', '.'])
            && !here.join(pattern).exists();
        if stored {
            let workflow = project::stored_workflow(app, pattern).await?;
            questions.push((pattern.clone(), Ok(about(&workflow))));
            continue;
        }
        for file in files::expand(std::slice::from_ref(pattern), "json,py", here)? {
            let whole = here.join(&file);
            let question = if file.extension().is_some_and(|extension| extension == "py") {
                files::read_text(&whole)
                    .map(|code| json!({"code": code, "path": app.config.inside(&whole)}))
            } else {
                project::read_workflow(here, &file).map(|workflow| about(&workflow))
            };
            questions.push((file.display().to_string(), question));
        }
    }
    Ok(questions)
}

fn show(console: &Console, name: &str, scored: &Result<Evaluation>, args: &Args) {
    let width = console.width();
    let mut lines = vec![Line::new().with(Look::Strong, name)];
    match scored {
        Err(error) => lines.extend(fault::lines(std::slice::from_ref(error), width)),
        Ok(scored) => {
            lines.extend(evaluation::lines(scored, args.gate, width));
            if args.criteria {
                lines.extend(evaluation::criteria(scored));
            }
        }
    }
    console.result(&lines);
}
