//! `tdev doctor`: checks that everything is in place, and puts it in place where it can.

mod build;
mod models;

use std::path::Path;

use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::ports::{Embedder, Filter};
use tdev_core::{Code, Error, Result};

use super::interpreter;
use crate::app::App;
use crate::config::{self, Config};
use crate::console::Console;
use crate::outcome::{Exit, Outcome};
use crate::view::{Line, Look, wrap};

/// Check that everything is in place
///
/// Looks at the project's folder, its configuration, registry and database, the Python
/// interpreter, which mind plans and what it costs, and the settings and secrets its
/// components need. Changes nothing, asks no model, unless --fix is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev doctor
  tdev doctor --fix     # builds the Python interpreter where it is missing")]
pub(crate) struct Args {
    /// Build what is missing, where that is possible
    #[arg(long)]
    fix: bool,
}

/// One thing that was looked at.
struct Check {
    name: &'static str,
    found: Result<String>,
    /// Whether the program works without it.
    optional: bool,
}

pub(super) async fn run(args: Args, folder: Option<&Path>, console: &Console) -> Outcome {
    let mut checks = vec![interpreter_check(args.fix, console).await, meanings_check()];
    let config = Config::load(folder);
    let about = config
        .as_ref()
        .map_err(Clone::clone)
        .map(|config| match config.written {
            true => format!("{} ({})", config.project(), config.root.display()),
            false => format!(
                "{} has no tdev.toml; `tdev init project` makes one",
                config.root.display()
            ),
        });
    let sound = config.is_ok();
    checks.insert(
        0,
        Check {
            name: "project",
            found: about,
            optional: false,
        },
    );
    if sound && let Ok(app) = App::open(folder) {
        checks.push(Check {
            name: "folder",
            found: writable(&app.config.root),
            optional: false,
        });
        let components = registry(&app).await;
        checks.push(Check {
            name: "registry",
            found: components
                .as_ref()
                .map(|all| format!("{} components", all.len()))
                .map_err(Clone::clone),
            optional: false,
        });
        checks.push(Check {
            name: "database",
            found: database(&app).await,
            optional: false,
        });
        checks.push(Check {
            name: "pipeline",
            found: app
                .orchestrator()
                .map(|_| "the orchestration is sound".to_owned()),
            optional: false,
        });
        checks.push(Check {
            name: "models",
            found: models::found(&app.config),
            optional: false,
        });
        checks.push(Check {
            name: "settings",
            found: settings(&app, &components.unwrap_or_default()),
            optional: true,
        });
    }
    let failed = checks
        .iter()
        .any(|check| check.found.is_err() && !check.optional);
    if console.json() {
        let items: Vec<Value> = checks
            .iter()
            .map(|check| match &check.found {
                Ok(found) => json!({"check": check.name, "ok": true, "found": found}),
                Err(error) => json!({"check": check.name, "ok": false, "optional": check.optional, "error": error}),
            })
            .collect();
        console.value(&json!({"ok": !failed, "checks": items}));
    } else {
        console.result(
            &checks
                .iter()
                .flat_map(|check| lines(check, console.width()))
                .collect::<Vec<_>>(),
        );
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn lines(check: &Check, width: usize) -> Vec<Line> {
    let (glyph, look) = match (&check.found, check.optional) {
        (Ok(_), _) => ("✓ ", Look::Good),
        (Err(_), true) => ("! ", Look::Care),
        (Err(_), false) => ("✗ ", Look::Bad),
    };
    let (said, hint) = match &check.found {
        Ok(found) => (found.clone(), None),
        Err(error) => (
            error.message.clone(),
            error.hint.as_ref().map(|hint| format!("→ {hint}")),
        ),
    };
    let room = width.saturating_sub(14);
    let mut parts = wrap(&said, room);
    parts.extend(hint.iter().flat_map(|hint| wrap(hint, room)));
    let mut lines: Vec<Line> = parts
        .into_iter()
        .map(|part| Line::plain(" ".repeat(14)).and(part))
        .collect();
    if let Some(first) = lines.first_mut() {
        let text = wrap(&said, room).into_iter().next().unwrap_or_default();
        *first = Line::new()
            .with(look, glyph)
            .column(Look::Strong, check.name, 12)
            .and(text);
    }
    lines
}

async fn interpreter_check(fix: bool, console: &Console) -> Check {
    let dir = config::interpreters();
    let look = |dir: std::path::PathBuf| async move {
        let checked = dir.clone();
        let verified = tokio::task::spawn_blocking(move || interpreter::verify(&checked)).await;
        match verified {
            Ok(verified) => verified.map(|()| format!("its own, in {}", dir.display())),
            Err(fault) => Err(Error::new(Code::Internal, fault.to_string())),
        }
    };
    let mut found = look(dir.clone()).await;
    if fix && found.is_err() {
        found = match build::interpreter(console).await {
            Ok(()) => look(dir).await,
            Err(error) => Err(error),
        };
    }
    Check {
        name: "interpreter",
        found,
        optional: false,
    }
}

/// The model that reads meanings. Without it everything works, by words alone.
fn meanings_check() -> Check {
    let looked = config::mini_lm().and_then(|model| {
        model.verify()?;
        Ok(format!("{}, whole", model.model().name))
    });
    Check {
        name: "meanings",
        found: looked.map_err(|mut error| {
            error.message = format!("components are found by words only: {}", error.message);
            error
        }),
        optional: true,
    }
}

/// Whether state can be written, without writing any where there is none yet.
fn writable(root: &Path) -> Result<String> {
    let state = root.join(".tdev");
    let (place, said) = if state.is_dir() {
        (state, "writable".to_owned())
    } else {
        (
            root.to_owned(),
            "writable; .tdev/ is made by the first run".to_owned(),
        )
    };
    let probe = place.join(format!(".doctor.{}", std::process::id()));
    let tried = std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe));
    tried.map(|()| said).map_err(|fault| {
        Error::new(
            Code::StoreUnavailable,
            format!("`{}` cannot be written to: {fault}", place.display()),
        )
        .hint("make it writable for this user, or name another folder with --project")
    })
}

async fn registry(app: &App) -> Result<Vec<std::sync::Arc<Component>>> {
    app.registry()?.list(&Filter::default()).await
}

async fn database(app: &App) -> Result<String> {
    let (runs, more) = app.runs()?.list(None, 100).await?;
    let open = app.approvals()?.open().await?.len();
    let workflows = app.workflows()?.list().await?.len();
    let more = if more.is_some() { "+" } else { "" };
    Ok(format!(
        "{}{more} runs, {workflows} workflows, {open} approvals waiting",
        runs.len()
    ))
}

/// The secrets that the project's own components name.
fn settings(app: &App, components: &[std::sync::Arc<Component>]) -> Result<String> {
    use tdev_runtime::grants::SecretSource;
    let known: Vec<&str> = components
        .iter()
        .map(|component| component.name.as_str())
        .collect();
    let tables = &app.config.manifest.components;
    if let Some(stranger) = tables.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(Error::new(
            Code::InvalidConfig,
            format!("[components.{stranger}] is about no component"),
        )
        .hint_opt(tdev_core::nearest::did_you_mean(stranger, known)));
    }
    let secrets = config::EnvSecrets::of(&app.config.root);
    let mut unset: Vec<String> = Vec::new();
    for component in components
        .iter()
        .filter(|c| c.path.is_some() || tables.contains_key(&c.name))
    {
        for name in &component.secrets {
            if secrets.secret(name)?.is_none() {
                unset.push(format!("{name} ({})", component.name));
            }
        }
    }
    if unset.is_empty() {
        Ok(format!("{} components are set", tables.len()))
    } else {
        Err(Error::new(
            Code::SecretNotFound,
            format!("secrets not set: {}", unset.join(", ")),
        )
        .hint("put NAME=value into .env.local, which is not committed"))
    }
}
