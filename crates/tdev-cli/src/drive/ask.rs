//! Questions that a run waits with: put to whoever is at the keyboard, else told once.

use std::collections::HashSet;
use std::io::BufRead;
use std::time::Duration;

use tdev_core::run::{Answer, Approval};
use tdev_core::{Code, Result};

use super::watch::Watch;
use crate::app::App;
use crate::config;
use crate::project::short;
use crate::view::{Line, Look, value};

/// The questions that have been put already.
#[derive(Debug, Default)]
pub(super) struct Asked {
    ids: HashSet<String>,
}

impl Asked {
    /// Puts every question of a run that is new. True where the keyboard interrupts.
    pub(super) async fn pending(
        &mut self,
        app: &App,
        run_id: &str,
        watch: &mut Watch,
    ) -> Result<bool> {
        for approval in app.approvals()?.open().await? {
            if approval.run_id == run_id
                && self.ids.insert(approval.id.clone())
                && put(app, &approval, watch).await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

async fn put(app: &App, approval: &Approval, watch: &mut Watch) -> Result<bool> {
    let console = watch.console();
    watch.draw();
    watch.leave();
    let mut lines = vec![
        Line::new(),
        Line::new()
            .with(Look::Care, "? ")
            .with(Look::Strong, &approval.message),
    ];
    for step in approval.subject["workflow"]["steps"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let component = step["agent"]
            .as_str()
            .or_else(|| step["workflow"].as_str())
            .unwrap_or_default();
        lines.push(
            Line::plain("    ")
                .column(Look::Plain, step["id"].as_str().unwrap_or_default(), 22)
                .and(" ")
                .with(Look::Name, component)
                .and("  ")
                .with(Look::Faint, value::excerpt(&step["input"]))
                .cut(console.width()),
        );
    }
    if !console.interactive() {
        let id = short(&approval.id);
        lines.push(
            Line::plain("  answer with: ")
                .with(Look::Name, format!("tdev approve {id}"))
                .and(" or ")
                .with(Look::Name, format!("tdev approve {id} --reject")),
        );
        console.notes(&lines);
        return Ok(false);
    }
    console.lines(&lines);
    console.raw("  yes or no? [y/N] ");
    let typed = tokio::task::spawn_blocking(|| {
        let mut text = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut text)
            .map(|_| text)
            .unwrap_or_default()
    });
    tokio::select! {
        typed = typed => {
            let yes = typed.is_ok_and(|text| matches!(text.trim().to_lowercase().as_str(), "y" | "yes"));
            answer(app, &approval.id, yes, String::new()).await?;
        }
        () = answered(app, &approval.id) => console.raw("\n  answered elsewhere\n"),
        _ = tokio::signal::ctrl_c() => return Ok(true),
    }
    Ok(false)
}

/// Answers in the name of whoever is at the keyboard.
///
/// # Errors
/// `ApprovalNotFound`; `Conflict` where it is answered or expired.
pub(crate) async fn answer(app: &App, id: &str, approved: bool, comment: String) -> Result<()> {
    let answer = Answer {
        approved,
        by: config::person(),
        comment,
        at: app.clock().now(),
    };
    app.orchestrator()?.answer(id, answer).await
}

/// Ends when somebody else has answered.
async fn answered(app: &App, id: &str) {
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let Ok(approvals) = app.approvals() else {
            continue;
        };
        match approvals.get(id).await {
            Ok(approval) if approval.answer.is_some() => return,
            Err(error) if error.code == Code::ApprovalNotFound => return,
            _ => {}
        }
    }
}
