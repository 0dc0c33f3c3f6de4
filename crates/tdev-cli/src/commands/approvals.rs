//! `tdev approvals`: what waits for a person.

use serde_json::json;
use tdev_core::run::Approval;

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::project::short;
use crate::view::{Line, Look};

/// List the questions that wait for a person
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev approvals
  tdev approve 3f2a9c01")]
pub(crate) struct Args {}

pub(super) async fn run(_: Args, app: &App, console: &Console) -> Outcome {
    let mut open = app.approvals()?.open().await?;
    if console.json() {
        for approval in &mut open {
            // Whoever holds the token could answer for somebody else.
            approval.task_token.clear();
        }
        console.value(&json!({"items": open}));
        return Ok(Exit::Done);
    }
    if open.is_empty() {
        console.note("nothing waits for an answer");
    }
    console.result(&open.iter().flat_map(lines).collect::<Vec<_>>());
    Ok(Exit::Done)
}

fn lines(approval: &Approval) -> Vec<Line> {
    let until = approval
        .expires_at
        .map(|at| format!(", until {}", at.format("%Y-%m-%d %H:%M UTC")))
        .unwrap_or_default();
    let id = short(&approval.id);
    vec![
        Line::new()
            .with(Look::Care, "? ")
            .with(Look::Strong, &*approval.message),
        Line::plain("  ").with(
            Look::Faint,
            format!(
                "run {}, step {}{until}",
                short(&approval.run_id),
                approval.step
            ),
        ),
        Line::plain("  ")
            .with(Look::Name, format!("tdev approve {id}"))
            .with(Look::Faint, "  or  ")
            .with(Look::Name, format!("tdev approve {id} --reject")),
    ]
}
