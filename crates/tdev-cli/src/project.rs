//! What a project's files and stores hold: workflows by id or file, runs by id, components by name.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tdev_core::component::{ComponentRef, kebab_case};
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};
use tdev_core::workflow::{Checked, Workflow, check};
use tdev_core::{Code, Error, Result};
use uuid::Uuid;

use crate::app::App;
use crate::files;
use crate::outcome::Stop;

/// Reads a workflow file. One without an id is called as its file.
///
/// # Errors
/// `FileNotFound`; `InvalidWorkflow` with line and column.
pub(crate) fn read_workflow(here: &Path, path: &Path) -> Result<Workflow> {
    let text = files::read_text(&here.join(path))?;
    let mut workflow: Workflow = serde_json::from_str(&text).map_err(|fault| {
        let place = format!("{}:{}:{}", path.display(), fault.line(), fault.column());
        let message = fault.to_string();
        // serde adds the place to its message; here it stands in its own field.
        let message = message.split(" at line ").next().unwrap_or(&message);
        Error::new(Code::InvalidWorkflow, message).field(place)
    })?;
    if workflow.id.is_empty() {
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        workflow.id = kebab_case(&stem);
    }
    Ok(workflow)
}

/// Checks and pins a workflow against what is registered.
///
/// # Errors
/// Every fault found.
pub(crate) async fn checked(app: &App, workflow: &Workflow) -> Result<Checked, Stop> {
    let catalog = app.catalog().await?;
    Ok(check(workflow, &catalog)?)
}

/// Whether an argument names a file rather than something stored, or a goal that speaks of files.
pub(crate) fn names_file(text: &str) -> bool {
    let looks = text.ends_with(".json") || text.contains(['/', '\\']);
    looks && (!text.contains(char::is_whitespace) || std::path::Path::new(text).exists())
}

/// A stored workflow by `id` or `id@v1`.
pub(crate) async fn stored_workflow(app: &App, text: &str) -> Result<Arc<Workflow>> {
    let reference: ComponentRef = text.parse()?;
    app.workflows()?
        .get(&reference.name, reference.version)
        .await
        .map_err(|error| match error.hint {
            None => error.hint(
                "name a stored workflow, a workflow file (*.json), or a component in CamelCase",
            ),
            Some(_) => error,
        })
}

/// Stores a new run; nothing drives it yet.
pub(crate) async fn accept(app: &App, kind: RunKind, request: RunRequest) -> Result<Run> {
    let run = Run {
        id: Uuid::now_v7().to_string(),
        project: app.config.project(),
        kind,
        status: RunStatus::Running,
        request,
        started_at: app.clock().now(),
        redrives: 0,
        ended_at: None,
        output: None,
        error: None,
    };
    app.runs()?.create(run, None).await
}

/// A run by its id, by the end of it, or the newest one as `last`.
///
/// # Errors
/// `RunNotFound`; `InvalidInput` where several runs are meant.
pub(crate) async fn find_run(app: &App, text: &str) -> Result<Run> {
    let runs = app.runs()?;
    if text != "last" {
        match runs.get(text).await {
            Err(error) if error.code == Code::RunNotFound => {}
            found => return found,
        }
    }
    let (newest, _) = runs.list(None, 200).await?;
    if text == "last" {
        return newest.into_iter().next().ok_or_else(|| {
            Error::new(Code::RunNotFound, "there are no runs yet")
                .hint("begin one: tdev orchestrate \"…\"")
        });
    }
    let mut alike = newest
        .into_iter()
        .filter(|run| text.len() >= 4 && run.id.ends_with(text));
    match (alike.next(), alike.next()) {
        (Some(run), None) => Ok(run),
        (Some(_), Some(_)) => Err(Error::new(
            Code::InvalidInput,
            format!("several runs end in `{text}`"),
        )
        .hint("give more of the id")),
        _ => Err(
            Error::new(Code::RunNotFound, format!("there is no run `{text}`"))
                .hint("`tdev runs` lists them; `last` is the newest"),
        ),
    }
}

/// The end of a run's id, enough to name it.
pub(crate) fn short(id: &str) -> &str {
    id.get(id.len().saturating_sub(8)..).unwrap_or(id)
}

/// What a run's state machine returned, field by field.
pub(crate) fn part<T: serde::de::DeserializeOwned>(
    output: Option<&Value>,
    name: &str,
) -> Option<T> {
    serde_json::from_value(output?.get(name)?.clone()).ok()
}
