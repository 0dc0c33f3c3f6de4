//! `tdev deprecate`, `tdev disable`, `tdev used-by`: the life of a component, and who depends on it.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::component::{Component, ComponentRef, Status};
use tdev_core::ports::{Filter, Revision};
use tdev_core::service::Service;
use tdev_core::workflow::Step;
use tdev_core::{Code, Error, Result};

use crate::app::App;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look};

/// Take a component out of planning; what pins it still runs
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev deprecate OldAgent
  tdev deprecate OldAgent@v1")]
pub(crate) struct Deprecate {
    /// `Name` or `Name@v1`
    #[arg(value_name = "COMPONENT")]
    component: ComponentRef,
}

/// Stop a component at once: it is neither planned with nor run
///
/// Workflows that pin it fail from now on, and the services it runs in are named: they carry their
/// own copy and run on until they are deployed again or taken away.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev disable BrokenAgent@v2")]
pub(crate) struct Disable {
    /// `Name` or `Name@v1`
    #[arg(value_name = "COMPONENT")]
    component: ComponentRef,
}

/// List what uses a component: components, workflows and services
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev used-by QrCodeReaderTool
  tdev used-by QrCodeReaderTool@v1 --json")]
pub(crate) struct UsedBy {
    /// `Name` or `Name@v1`
    #[arg(value_name = "COMPONENT")]
    component: ComponentRef,
}

pub(super) async fn deprecate(args: Deprecate, app: &App, console: &Console) -> Outcome {
    let component = app.registry()?.get(&args.component).await?;
    let changed = change(app, &component, Status::Deprecated).await?;
    tell(&changed, &users(app, &changed).await?, console);
    Ok(Exit::Done)
}

pub(super) async fn disable(args: Disable, app: &App, console: &Console) -> Outcome {
    let component = app.registry()?.get(&args.component).await?;
    let changed = change(app, &component, Status::Disabled).await?;
    tell(&changed, &users(app, &changed).await?, console);
    Ok(Exit::Done)
}

pub(super) async fn used_by(args: UsedBy, app: &App, console: &Console) -> Outcome {
    let component = app.registry()?.get(&args.component).await?;
    let users = users(app, &component).await?;
    if console.json() {
        console.value(&json!({"items": users.items()}));
    } else if users.is_empty() {
        let none = format!("nothing uses {}", component.pinned());
        console.notes(&[Line::plain(none)]);
    } else {
        console.result(&users.lines());
    }
    Ok(Exit::Done)
}

/// Makes a component stable, where the newest test of that version passed as a whole.
pub(super) async fn promote(
    reference: &ComponentRef,
    status: Status,
    app: &App,
    console: &Console,
) -> Outcome {
    let component = app.registry()?.get(reference).await?;
    let pinned = component.pinned().to_string();
    let newest = app.test_runs()?.of(&pinned, 1).await?.into_iter().next();
    match newest {
        Some(run) if run.failed == 0 && run.passed > 0 => {}
        Some(run) => {
            return Err(Error::new(
                Code::TestsFailed,
                format!(
                    "`{pinned}` failed {} of {} tests when it was last tested",
                    run.failed,
                    run.failed + run.passed
                ),
            )
            .hint(format!("mend it, then: tdev test {pinned}"))
            .into());
        }
        None => {
            return Err(
                Error::new(Code::TestsFailed, format!("`{pinned}` was never tested"))
                    .hint(format!("test it first: tdev test {pinned}"))
                    .into(),
            );
        }
    }
    let changed = change(app, &component, status).await?;
    tell(&changed, &users(app, &changed).await?, console);
    Ok(Exit::Done)
}

async fn change(app: &App, component: &Component, status: Status) -> Result<Arc<Component>> {
    let status = component.status.change_to(status)?;
    let next = Component {
        status,
        ..component.clone()
    };
    let read = Revision::Replaces(component.revision());
    app.registry()?.put(next, read).await
}

/// Who uses a component.
struct Users {
    components: Vec<String>,
    workflows: Vec<String>,
    /// With the version that answers.
    services: Vec<String>,
}

async fn users(app: &App, component: &Component) -> Result<Users> {
    let pinned = component.pinned();
    let means = |reference: &ComponentRef| {
        reference.name == pinned.name
            && (reference.version.is_none() || reference.version == pinned.version)
    };
    let registry = app.registry()?;
    let mut components = Vec::new();
    for other in registry.list(&Filter::default()).await? {
        let mut named = other.tools.iter().chain(&other.members);
        if named.any(|entry| entry.parse().is_ok_and(|reference| means(&reference))) {
            components.push(other.pinned().to_string());
        }
    }
    let mut workflows = Vec::new();
    for workflow in app.workflows()?.list().await? {
        let mut rest: Vec<&Step> = workflow.steps.iter().collect();
        let mut uses = false;
        while let Some(step) = rest.pop() {
            uses |= step.component().is_some_and(&means);
            rest.extend(step.inner());
        }
        if uses {
            workflows.push(format!("{}@{}", workflow.id, workflow.version_id));
        }
    }
    let mut services = Vec::new();
    for service in app.services()?.list().await? {
        services.extend(runs_in(app, &service, &pinned).await?);
    }
    Ok(Users {
        components,
        workflows,
        services,
    })
}

/// The versions of a service that answer and carry a component.
async fn runs_in(app: &App, service: &Service, pinned: &ComponentRef) -> Result<Vec<String>> {
    let artifacts = app.artifacts()?;
    let mut found = Vec::new();
    for share in &service.traffic {
        let Some(version) = service.version(share.version_id) else {
            continue;
        };
        let content = artifacts.get(&version.definition).await?;
        let sealed = tdev_core::service::Sealed::open(&content, &version.definition)?;
        let mut carried = sealed.definition().components.iter();
        if carried.any(|p| p.record.pinned() == *pinned) {
            found.push(format!("{} {}", service.service_id, share.version_id));
        }
    }
    Ok(found)
}

impl Users {
    const fn is_empty(&self) -> bool {
        self.components.is_empty() && self.workflows.is_empty() && self.services.is_empty()
    }

    fn kinds(&self) -> [(&'static str, &[String]); 3] {
        [
            ("component", &self.components),
            ("workflow", &self.workflows),
            ("service", &self.services),
        ]
    }

    fn items(&self) -> Vec<Value> {
        let kinds = self.kinds().into_iter();
        kinds
            .flat_map(|(kind, names)| names.iter().map(move |n| json!({"type": kind, "name": n})))
            .collect()
    }

    fn lines(&self) -> Vec<Line> {
        let kinds = self.kinds().into_iter();
        kinds
            .flat_map(|(kind, names)| {
                names.iter().map(move |name| {
                    Line::new()
                        .column(Look::Faint, kind, 11)
                        .with(Look::Name, name.as_str())
                })
            })
            .collect()
    }
}

fn tell(component: &Component, users: &Users, console: &Console) {
    if console.json() {
        console.value(&json!({"component": component, "used_by": users.items()}));
        return;
    }
    console.result(&[Line::new()
        .with(Look::Name, component.pinned().to_string())
        .and(" is ")
        .with(Look::Strong, component.status.as_str())]);
    if !users.is_empty() {
        console.notes(&[Line::plain("it is used by")]);
        console.notes(&users.lines());
    }
}
