//! A bare `tdev`: what to do next, here and now.

use serde_json::json;

use crate::app::App;
use crate::console::Console;
use crate::outcome::Exit;
use crate::view::{Line, Look};

pub(super) async fn run(app: Option<App>, console: &Console) -> Exit {
    let written = app.as_ref().is_some_and(|app| app.config.written);
    let waiting = match app.as_ref().map(App::approvals) {
        Some(Ok(approvals)) if written => approvals.open().await.map_or(0, |open| open.len()),
        _ => 0,
    };
    let mut next: Vec<(&str, &str)> = Vec::new();
    if waiting > 0 {
        next.push(("tdev approvals", "somebody waits for your answer"));
    }
    if !written {
        next.push(("tdev init project", "make this folder a project"));
    }
    next.push(("tdev orchestrate \"…\"", "reach a goal said in plain words"));
    next.push(("tdev list", "what there is to build with"));
    if written {
        next.push(("tdev runs", "what has been run"));
        next.push(("tdev serve", "the same over HTTP"));
    }
    next.push(("tdev doctor", "check that everything is in place"));
    next.push(("tdev help", "every command"));
    if console.json() {
        let commands: Vec<_> = next
            .iter()
            .map(|(command, why)| json!({"command": command, "why": why}))
            .collect();
        let project = app.filter(|_| written).map(|app| app.config.project());
        console.value(&json!({"project": project, "next": commands}));
        return Exit::Done;
    }
    let place = match &app {
        Some(app) if written => format!("project {}", app.config.project()),
        _ => "no project here yet".to_owned(),
    };
    let mut lines = vec![
        Line::new()
            .with(Look::Strong, "tdev")
            .with(Look::Faint, format!("  {place}")),
        Line::new(),
    ];
    for (command, why) in next {
        lines.push(
            Line::plain("  ")
                .column(Look::Name, command, 24)
                .with(Look::Plain, why),
        );
    }
    console.result(&lines);
    Exit::Done
}
