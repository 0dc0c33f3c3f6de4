//! What a project and its machine say: `tdev.toml`, and the environment, which is read only here.

mod manifest;
mod models;
mod secrets;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tdev_core::component::kebab_case;
use tdev_core::ports::Embedder;
use tdev_core::{Code, Error, Result};
use tdev_embed::MiniLm;

pub(crate) use manifest::{FILE, Manifest};
pub(crate) use models::{Models, Place, Provider, dollars};
pub(crate) use secrets::EnvSecrets;

/// A project's folder and what its `tdev.toml` says.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The project's folder.
    pub(crate) root: PathBuf,
    /// Whether there is a `tdev.toml`.
    pub(crate) written: bool,
    /// What it says.
    pub(crate) manifest: Manifest,
}

impl Config {
    /// The project of a folder: the nearest one above that has a `tdev.toml`, else the folder
    /// itself. Reading is all that happens.
    ///
    /// # Errors
    /// `FileNotFound`; `InvalidConfig` with line and column.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Self> {
        let here = here()?;
        let (root, written) = match folder {
            Some(folder) => {
                let root = here.join(folder);
                if !root.is_dir() {
                    return Err(Error::new(
                        Code::FileNotFound,
                        format!("there is no folder `{}`", folder.display()),
                    )
                    .field("--project"));
                }
                let written = root.join(FILE).is_file();
                (root, written)
            }
            None => match here.ancestors().find(|above| above.join(FILE).is_file()) {
                Some(root) => (root.to_owned(), true),
                None => (here.clone(), false),
            },
        };
        let manifest = if written {
            Manifest::read(&root)?
        } else {
            Manifest::default()
        };
        Ok(Self {
            root,
            written,
            manifest,
        })
    }

    /// The project's name: what `tdev.toml` says, else its folder's.
    pub(crate) fn project(&self) -> String {
        let folder = || {
            self.root
                .file_name()
                .map(|name| kebab_case(&name.to_string_lossy()))
        };
        self.manifest
            .project
            .name
            .clone()
            .or_else(folder)
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "project".to_owned())
    }

    /// The language model: what `tdev.toml` says, and the environment over it.
    ///
    /// # Errors
    /// `InvalidConfig` naming the key or variable.
    pub(crate) fn models(&self) -> Result<Models> {
        Models::resolve(&self.manifest.models, variable)
    }

    /// A path as it is written in records: relative to the project where it lies inside.
    pub(crate) fn inside(&self, path: &Path) -> Option<String> {
        let whole = path.canonicalize().ok()?;
        let root = self.root.canonicalize().ok()?;
        let inside = whole.strip_prefix(root).ok()?;
        Some(
            inside
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/"),
        )
    }
}

/// The folder the program was started in.
///
/// # Errors
/// `FileNotFound` where it has been removed.
pub(crate) fn here() -> Result<PathBuf> {
    env::current_dir().map_err(|fault| {
        Error::new(
            Code::FileNotFound,
            format!("the current folder cannot be used: {fault}"),
        )
    })
}

/// Where set-up puts the Python interpreter, by the rule of `scripts/build-interpreter.sh`.
pub(crate) fn interpreters() -> PathBuf {
    variable("TDEV_INTERPRETER_DIR").map_or_else(|| cache().join("interpreter"), PathBuf::from)
}

/// The model that reads meanings, where set-up put it, by the rule of `scripts/build-embedder.sh`.
///
/// # Errors
/// `FileNotFound` and `StoreCorrupt`, both naming the command that makes it.
pub(crate) fn embedder() -> Result<Arc<dyn Embedder>> {
    Ok(Arc::new(mini_lm()?))
}

/// The same, as what it is.
///
/// # Errors
/// As [`embedder`].
pub(crate) fn mini_lm() -> Result<MiniLm> {
    let folder = variable("TDEV_MODEL_DIR").map_or_else(|| cache().join("models"), PathBuf::from);
    MiniLm::open(&tdev_embed::default_file(&folder))
}

/// Where set-up keeps what every project shares.
fn cache() -> PathBuf {
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".cache"));
    cache
        .or_else(home)
        .unwrap_or_else(|| PathBuf::from(".cache"))
        .join("tdev")
}

/// Who is at the keyboard, as records show it.
pub(crate) fn person() -> String {
    variable("USER")
        .or_else(|| variable("LOGNAME"))
        .unwrap_or_else(|| "local".to_owned())
}

/// A variable of the environment, where it is set to something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// This very program.
///
/// # Errors
/// `Unsupported` where the system does not say.
pub(crate) fn program() -> Result<PathBuf> {
    env::current_exe().map_err(|fault| {
        Error::new(
            Code::Unsupported,
            format!("this program cannot be found: {fault}"),
        )
    })
}
