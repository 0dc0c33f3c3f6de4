//! `tdev classify`: what source is, by reading it; it is never run.

use serde_json::json;
use tdev_core::Error;
use tdev_core::agent_io::Classification;

use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, fault};

/// Say what source files are: tool, agent or team
///
/// Reads Python source without running it: how many brains decide in it, what it takes
/// and gives, what it would touch, and which registered components it resembles.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev classify agents/my_agent.py
  tdev classify \"./**/*.py\"
  tdev classify agents --json | jq '.items[].classification.component_type'")]
pub(crate) struct Args {
    /// Files, folders or patterns; quote patterns so that the shell leaves them alone
    #[arg(value_name = "FILES", required = true)]
    files: Vec<String>,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let here = config::here()?;
    let mut items = Vec::new();
    let mut failed = false;
    for file in files::expand(&args.files, "py", &here)? {
        let name = file.display().to_string();
        let path = app
            .config
            .inside(&here.join(&file))
            .unwrap_or_else(|| name.clone());
        let found: Result<Classification, Error> = match files::read_text(&here.join(&file)) {
            Ok(code) => {
                app.ask("classifier", json!({"code": code, "path": path}))
                    .await
            }
            Err(error) => Err(error),
        };
        failed |= found.is_err();
        if console.json() {
            items.push(match found {
                Ok(found) => json!({"file": name, "classification": found}),
                Err(error) => json!({"file": name, "error": error}),
            });
        } else {
            show(console, &name, &found);
        }
    }
    if console.json() {
        console.value(&json!({"items": items}));
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn show(console: &Console, file: &str, found: &Result<Classification, Error>) {
    let width = console.width();
    let mut lines = vec![Line::new().with(Look::Strong, file)];
    match found {
        Err(error) => lines.extend(fault::lines(std::slice::from_ref(error), width)),
        Ok(found) => {
            let brains = if found.brain_count == 1 {
                "1 brain".to_owned()
            } else {
                format!("{} brains", found.brain_count)
            };
            let fields = |schema: &tdev_core::schema::Schema| -> String {
                schema
                    .fields()
                    .iter()
                    .map(|f| format!("{}: {}", f.name, f.type_name()))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            lines.push(
                Line::plain("  ")
                    .with(Look::Name, &*found.name)
                    .and(format!(
                        "  {}, {brains}, tier {:?}",
                        found.component_type.as_str(),
                        found.reusability
                    )),
            );
            let shapes = format!(
                "({}) → ({})",
                fields(&found.input_schema),
                fields(&found.output_schema)
            );
            lines.push(Line::plain("  ").with(Look::Faint, shapes));
            for reason in found.evidence.iter().take(5) {
                lines.push(
                    Line::plain("  ")
                        .with(Look::Faint, format!("line {}: ", reason.line))
                        .and(&*reason.reason),
                );
            }
            for (label, list) in [
                ("touches", &found.permissions),
                ("secrets", &found.secrets),
                ("uses", &found.tools),
            ] {
                if !list.is_empty() {
                    lines.push(
                        Line::plain("  ")
                            .with(Look::Faint, format!("{label}: "))
                            .and(list.join(", ")),
                    );
                }
            }
            if let Some(near) = found.similar_to.first().filter(|near| near.score >= 0.5) {
                lines.push(
                    Line::plain("  ")
                        .with(Look::Faint, "resembles ")
                        .with(Look::Name, &*near.name),
                );
            }
        }
    }
    console.result(
        &lines
            .into_iter()
            .map(|line| line.cut(width))
            .collect::<Vec<_>>(),
    );
}
