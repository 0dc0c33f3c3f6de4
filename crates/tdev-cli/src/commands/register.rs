//! `tdev register`: lets source or records into the registry.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tdev_agents::classifier::decode;
use tdev_core::agent_io::Classification;
use tdev_core::component::{Component, Status, family};
use tdev_core::ports::Revision;
use tdev_core::{Code, Result};

use crate::app::App;
use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, fault};

/// Register components from Python source or JSON records
///
/// Source is classified first, never run. Registered again unchanged it stays the same
/// version; changed, it becomes the next one. Workflows keep the version they pinned.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev register agents/my_agent.py
  tdev register \"agents/**/*.py\" --status experimental
  tdev register agents/desk_clerk.json teams")]
pub(crate) struct Args {
    /// Python files, JSON records, folders or patterns
    #[arg(value_name = "FILES", required = true)]
    files: Vec<String>,
    /// Register as experimental: planned with only when asked
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<Status>,
}

pub(super) async fn run(args: Args, app: &App, console: &Console) -> Outcome {
    let here = config::here()?;
    let mut items = Vec::new();
    let mut failed = false;
    for file in files::expand(&args.files, "json,py", &here)? {
        let name = file.display().to_string();
        match register(app, &here.join(&file), args.status).await {
            Ok(component) => {
                items.push(json!({"file": name, "component": *component}));
                if !console.json() {
                    console.result(&[registered(&component)]);
                }
            }
            Err(error) => {
                failed = true;
                items.push(json!({"file": name, "error": error}));
                if !console.json() {
                    console.lines(&[Line::new().with(Look::Strong, name)]);
                    console.lines(&fault::lines(&[error], console.width()));
                }
            }
        }
    }
    if console.json() {
        console.value(&json!({"items": items}));
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// What is said of a component that is now registered.
pub(super) fn registered(component: &Component) -> Line {
    Line::new()
        .with(Look::Good, "✓ ")
        .with(Look::Name, component.pinned().to_string())
        .with(
            Look::Faint,
            format!(
                "  {}, {}",
                component.kind.as_str(),
                component.status.as_str()
            ),
        )
}

/// Registers what a file holds.
pub(super) async fn register(
    app: &App,
    file: &Path,
    status: Option<Status>,
) -> Result<Arc<Component>> {
    if file
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return record(app, file, status).await;
    }
    let code = decode(&files::read(file)?)?;
    let path = app.config.inside(file);
    let found: Classification = app
        .ask("classifier", json!({"code": code, "path": path}))
        .await?;
    let request = json!({"code": code, "classification": found, "path": path, "status": status});
    app.ask("registrar", request).await.map(Arc::new)
}

async fn record(app: &App, file: &Path, status: Option<Status>) -> Result<Arc<Component>> {
    let text = files::read_text(file)?;
    let mut component = Component::read(&text).map_err(|error| match error.hint {
        Some(_) => error,
        None => error.hint("`tdev show NAME --json` shows what a record looks like"),
    })?;
    component.status = status.unwrap_or(component.status);
    component.validate()?;
    let registry = app.registry()?;
    family::check(&component, &*registry).await?;
    let source = component
        .path
        .clone()
        .filter(|_| component.code_hash.is_none());
    if let Some(path) = source {
        let bytes =
            files::read(&app.config.root.join(path)).map_err(|error| error.field("path"))?;
        component.code_hash = Some(app.artifacts()?.put(&bytes).await?);
    }
    let known = match registry.versions(&component.name).await {
        Ok(versions) => versions,
        Err(error) if error.code == Code::ComponentNotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    if let Some(same) = known.last().filter(|last| same(last, &component)) {
        return Ok(Arc::clone(same));
    }
    let condition = if known.is_empty() {
        Revision::New
    } else {
        Revision::NextVersion
    };
    registry.put(component, condition).await
}

/// Whether two records say the same, but for when and as which version they were stored.
fn same(stored: &Component, given: &Component) -> bool {
    let bare = |component: &Component| {
        let mut record = serde_json::to_value(component).unwrap_or_default();
        for name in ["version_id", "created_at"] {
            record[name] = Value::Null;
        }
        record
    };
    bare(stored) == bare(given)
}

fn status(text: &str) -> Result<Status, String> {
    match text {
        "experimental" => Ok(Status::Experimental),
        "stable" => Ok(Status::Stable),
        _ => Err("a component is registered as stable or experimental".to_owned()),
    }
}
