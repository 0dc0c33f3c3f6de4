//! A component given as its metadata record.

use std::path::{Component as Part, Path};

use tdev_core::component::{Component, Runtime, family};
use tdev_core::ports::Revision;
use tdev_core::{Code, Error, Result};

use crate::state::Api;

/// Whether registering changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// A new name or a new version.
    Stored,
    /// The newest version is just so already.
    Unchanged,
}

/// Stores a record under a new name, or as the next version of its name.
pub(super) async fn register(api: &Api, component: Component) -> Result<(Component, News)> {
    component.validate()?;
    acceptable(api, &component).await?;
    family::check(&component, &*api.services.registry).await?;
    let registry = &api.services.registry;
    let first = registry.put(component.clone(), Revision::New).await;
    let stored = match first {
        Err(fault) if fault.code == Code::AlreadyExists => {
            let versions = registry.versions(&component.name).await?;
            if let Some(newest) = versions
                .last()
                .filter(|newest| says_the_same(newest, &component))
            {
                return Ok(((**newest).clone(), News::Unchanged));
            }
            registry.put(component, Revision::NextVersion).await?
        }
        other => other?,
    };
    Ok(((*stored).clone(), News::Stored))
}

/// What a record may not claim: a body compiled into this program, a file outside the project,
/// a source nobody stored.
async fn acceptable(api: &Api, component: &Component) -> Result<()> {
    if component.runtime == Runtime::Builtin {
        return Err(Error::new(
            Code::InvalidComponent,
            "only this program itself brings `builtin` components",
        )
        .field("runtime"));
    }
    if let Some(path) = &component.path {
        inside_project(path)?;
    }
    if let Some(hash) = &component.code_hash {
        match api.services.artifacts.get(hash).await {
            Ok(_) => {}
            Err(fault) if fault.code == Code::ArtifactNotFound => {
                return Err(
                    Error::new(Code::InvalidComponent, "no stored source has this hash")
                        .field("code_hash")
                        .hint("register the source itself, as `code`"),
                );
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// Refuses a path that leads out of the project.
pub(super) fn inside_project(path: &str) -> Result<()> {
    let inside = !path.is_empty()
        && !path.contains(['\\', '\0', ':'])
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Part::Normal(_) | Part::CurDir));
    if inside {
        Ok(())
    } else {
        Err(Error::new(
            Code::InvalidComponent,
            "the path does not lie inside the project",
        )
        .field("path")
        .hint("give it relative to the project, as `agents/summarizer.py`"))
    }
}

/// Whether two records differ in nothing but what the registry adds.
fn says_the_same(stored: &Component, given: &Component) -> bool {
    let given = Component {
        version_id: stored.version_id,
        status: stored.status,
        created_at: stored.created_at,
        ..given.clone()
    };
    given == *stored
}
