//! A project's own files, as they come with the function's zip: `projects/<name>/` with its
//! `tdev.toml`. A project without them is granted nothing.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use tdev_core::{Code, Error, Result};
use tdev_runtime::grants::Permissions;

/// What components of a project may use.
pub(crate) struct Project {
    /// Its folder.
    pub(crate) root: PathBuf,
    /// `[permissions]` of its `tdev.toml`.
    pub(crate) permissions: Permissions,
    /// `[components.NAME]` tables.
    pub(crate) components: BTreeMap<String, Map<String, Value>>,
}

/// The parts of `tdev.toml` that components are run by.
#[derive(Deserialize, Default)]
struct Manifest {
    #[serde(default)]
    permissions: Permissions,
    #[serde(default)]
    components: BTreeMap<String, Map<String, Value>>,
}

/// The project of that name; a name that `Home` took is no path.
pub(crate) fn of(task_root: &Path, name: &str) -> Result<Project> {
    let root = task_root.join("projects").join(name);
    let file = root.join("tdev.toml");
    let manifest = match std::fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).map_err(|e| {
            Error::new(
                Code::InvalidConfig,
                format!("`tdev.toml` of `{name}` cannot be used: {}", e.message()),
            )
        })?,
        Err(e) if e.kind() == ErrorKind::NotFound => Manifest::default(),
        Err(e) => {
            return Err(Error::new(
                Code::StoreUnavailable,
                format!("could not read `{}`: {}", file.display(), e.kind()),
            ));
        }
    };
    Ok(Project {
        root,
        permissions: manifest.permissions,
        components: manifest.components,
    })
}
