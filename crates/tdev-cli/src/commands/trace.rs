//! `tdev trace`: what happened in a run, step by step.

use serde_json::{Value, json};
use tdev_core::agent_io::{Evaluation, TraceStep};
use tdev_core::model::Bill;

use super::runs::subject;
use crate::app::App;
use crate::console::Console;
use crate::drive;
use crate::outcome::{Exit, Outcome};
use crate::project::{self, part};
use crate::view::progress::Progress;
use crate::view::tree::Moment;
use crate::view::{Line, Look, cost, evaluation, fault, trace, tree};

/// Show what happened in a run, step by step
///
/// Its stages, its steps, its score, what its language model cost, and why it failed where it
/// did.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev trace last
  tdev trace 3f2a9c01 --full
  tdev trace last --events --json | jq -r .type")]
pub(crate) struct Args {
    /// The run's id, the end of it, or `last`
    #[arg(value_name = "RUN")]
    run: String,
    /// What each step was given and returned, whole
    #[arg(long)]
    full: bool,
    /// Every event as JSON, in AWS's vocabulary
    #[arg(long)]
    events: bool,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let run = project::find_run(app, &args.run).await?;
    let events = drive::events_of(app, &run.id).await?;
    if args.events {
        events.iter().for_each(|event| console.record(event));
        return Ok(Exit::Done);
    }
    let steps = part(run.output.as_ref(), "trace")
        .filter(|steps: &Vec<TraceStep>| !steps.is_empty())
        .unwrap_or_else(|| drive::steps_of(&run, &events));
    let charges = app.ledger()?.of(&run.id).await?;
    if console.json() {
        console.value(&json!({"run": run, "trace": steps, "cost": Bill::of(charges)}));
        return Ok(Exit::Done);
    }
    let width = console.width();
    let mut lines = vec![
        Line::new().with(Look::Strong, subject(&run)).cut(width),
        Line::new().with(
            Look::Faint,
            format!("run {}, {}", run.id, run.status.as_str()),
        ),
        Line::new(),
    ];
    let now = run.ended_at.unwrap_or_else(|| app.clock().now());
    lines.extend(tree::lines(
        &Progress::of(&events),
        Moment {
            now,
            tick: 0,
            width,
        },
    ));
    if args.full {
        lines.extend(steps.iter().flat_map(whole));
    } else if !steps.is_empty() {
        lines.push(Line::new());
        lines.extend(trace::lines(&steps, width));
    }
    if let Some(found) = part::<Evaluation>(run.output.as_ref(), "evaluation") {
        lines.push(Line::new());
        lines.extend(evaluation::lines(&found, run.request.threshold, width));
    }
    if !charges.is_empty() {
        lines.push(Line::new());
        lines.extend(cost::lines(&charges, width));
    }
    if let Some(error) = &run.error {
        lines.push(Line::new());
        lines.extend(fault::lines(std::slice::from_ref(error), width));
    }
    console.result(&lines);
    Ok(Exit::Done)
}

fn whole(step: &TraceStep) -> Vec<Line> {
    let mut lines = vec![
        Line::new(),
        Line::new()
            .with(Look::Strong, &*step.id)
            .and("  ")
            .with(Look::Name, &*step.agent)
            .with(
                Look::Faint,
                format!(
                    "  {}, {} tries",
                    tree::duration(step.duration_ms),
                    step.attempts
                ),
            ),
    ];
    let mut say = |label: &str, value: &Value| {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        for (place, line) in text.lines().enumerate() {
            let label = if place == 0 { label } else { "" };
            lines.push(Line::plain("  ").column(Look::Faint, label, 7).and(line));
        }
    };
    say("in", &step.input);
    match &step.error {
        Some(error) => say("failed", &json!(error)),
        None => say("out", &step.output),
    }
    lines
}
