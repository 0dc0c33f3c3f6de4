//! `tdev classify`: what source is, by reading it; it is never run.

use serde_json::{Value, json};
use tdev_agents::classifier::decode;
use tdev_core::agent_io::{Classification, Evidence};
use tdev_core::component::{Component, Kind};
use tdev_core::{Code, Error};

use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, fault};

/// Say what source files are: tool, agent or team
///
/// Reads Python source without running it: how many brains decide in it, what it takes
/// and gives, what it would touch, and which registered components it resembles. Of a component's
/// record in JSON it says what the record declares.
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
        let bytes = files::read(&here.join(&file));
        let is_json = file.extension().is_some_and(|ending| ending == "json");
        let found: Result<Classification, Error> = match bytes {
            Ok(bytes) if is_json => declared(&bytes, &name),
            Ok(bytes) => match decode(&bytes) {
                Ok(code) => {
                    app.ask("classifier", json!({"code": code, "path": path}))
                        .await
                }
                Err(error) => Err(error),
            },
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

/// What a component's record declares; other JSON is said to be what it is.
fn declared(bytes: &[u8], name: &str) -> Result<Classification, Error> {
    let fault = |message: String| Error::new(Code::InvalidInput, message);
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| fault(format!("`{name}` is not JSON: {error}")))?;
    let has = |field: &str| value.get(field).is_some();
    if has("cells") && has("nbformat") {
        return Err(fault(format!("`{name}` is a notebook, and not a module"))
            .hint("put the cells it needs into a `.py` file"));
    }
    if has("steps") {
        return Err(fault(format!(
            "`{name}` is a workflow: it puts components together, and is none"
        ))
        .hint(format!("`tdev evaluate {name}` judges it")));
    }
    if has("States") && has("StartAt") {
        return Err(
            fault(format!("`{name}` is a state machine, and no component"))
                .hint(format!("`tdev asl validate {name}` checks it")),
        );
    }
    // A `prompt` or a `team` says which type it is.
    if !has("name") || !["type", "prompt", "team"].into_iter().any(has) {
        return Err(fault(format!(
            "`{name}` is neither source nor the record of a component"
        ))
        .hint("a record has at least `name` and `type`; source ends in `.py`"));
    }
    let component = Component::read(&String::from_utf8_lossy(bytes))?;
    component.validate()?;
    let mut reasons = vec![format!(
        "its record declares it to be {} {}",
        if component.kind == Kind::Agent {
            "an"
        } else {
            "a"
        },
        component.kind.as_str()
    )];
    if component.prompt.is_some() {
        reasons.push("a model decides by the instructions in `prompt`".to_owned());
    }
    if let Some(team) = &component.team {
        let mode = serde_json::to_value(team.mode).unwrap_or_default();
        reasons.push(format!(
            "its members work together in the mode `{}`",
            mode.as_str().unwrap_or_default()
        ));
    }
    if let Some(path) = &component.path {
        reasons.push(format!(
            "its source is not read here; classify `{path}` for that"
        ));
    }
    let evidence = reasons
        .into_iter()
        .map(|reason| Evidence { line: 1, reason })
        .collect();
    Ok(Classification {
        component_type: component.kind,
        brain_count: component.brain_count,
        reusability: component.reusability,
        name: component.name,
        description: component.description,
        input_schema: component.input_schema,
        output_schema: component.output_schema,
        tools: component.tools,
        members: component.members,
        permissions: component.permissions,
        secrets: component.secrets,
        tags: component.tags,
        entry: component.class_path.unwrap_or_default(),
        evidence,
        similar_to: Vec::new(),
    })
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
