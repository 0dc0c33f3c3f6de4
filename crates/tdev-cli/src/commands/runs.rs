//! `tdev runs`: what has been run.

use serde_json::{Value, json};
use tdev_core::model::Cost;
use tdev_core::run::{Run, RunStatus};

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::project::short;
use crate::view::{Line, Look, cost, table, tree};

/// List runs, the newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev runs
  tdev runs --limit 5 --json")]
pub(crate) struct Args {
    /// How many
    #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let (runs, next) = app.runs()?.list(None, usize::from(args.limit)).await?;
    let ledger = app.ledger()?;
    let mut costs = Vec::with_capacity(runs.len());
    for run in &runs {
        costs.push(Cost::of(&ledger.of(&run.id).await?));
    }
    if console.json() {
        let items: Vec<Value> = runs
            .iter()
            .zip(&costs)
            .map(|(run, cost)| {
                let mut item = json!(run);
                item["cost"] = json!(cost);
                item
            })
            .collect();
        console.value(&json!({"items": items, "next_cursor": next}));
        return Ok(Exit::Done);
    }
    if runs.is_empty() {
        console.notes(&[Line::plain("nothing has been run yet; ")
            .with(Look::Name, "tdev orchestrate \"…\"")
            .and(" begins")]);
        return Ok(Exit::Done);
    }
    let mut heading = vec!["run", "status", "when", "took", "what"];
    let mut rows: Vec<Vec<table::Cell>> = runs.iter().map(row).collect();
    // A project without a language model has nothing to say about cost.
    if costs.iter().any(|cost| cost.calls > 0) {
        heading.insert(4, "cost");
        for (row, cost) in rows.iter_mut().zip(&costs) {
            row.insert(4, (Look::Faint, cost::word(*cost)));
        }
    }
    console.result(&table::lines(&heading, &rows, console.width()));
    Ok(Exit::Done)
}

fn row(run: &Run) -> Vec<table::Cell> {
    let look = match run.status {
        RunStatus::Succeeded => Look::Good,
        RunStatus::Running => Look::Name,
        RunStatus::NeedsReview => Look::Care,
        RunStatus::Failed | RunStatus::Cancelled => Look::Bad,
    };
    let took = run.ended_at.map(|ended| {
        #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
        let ms = (ended - run.started_at).num_milliseconds() as f64;
        tree::duration(ms)
    });
    vec![
        (Look::Name, short(&run.id).to_owned()),
        (look, run.status.as_str().replace('_', " ")),
        (
            Look::Faint,
            run.started_at.format("%m-%d %H:%M:%S").to_string(),
        ),
        (Look::Faint, took.unwrap_or_default()),
        (Look::Plain, subject(run)),
    ]
}

/// What a run is about, in a line.
pub(super) fn subject(run: &Run) -> String {
    let request = &run.request;
    if let (None, Some(deploy)) = (&request.goal, &request.deploy) {
        return format!("deploy: {}", deploy.service_id);
    }
    match (&request.workflow, &request.spec, &request.goal) {
        (Some(workflow), ..) => workflow.clone(),
        (_, Some(spec), _) => format!("generate: {}", spec.goal),
        (_, _, Some(goal)) => goal.clone(),
        _ => "classify".to_owned(),
    }
}
