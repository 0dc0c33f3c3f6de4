//! What the environment says to the prebuilt `service`: it is read here and nowhere else.

use std::env;
use std::path::PathBuf;

use tdev_core::{Code, Error, Result};
use tdev_runtime::grants::SecretSource;

/// Secrets by name: from the environment, else from the file that is named, if any.
#[derive(Debug, Clone)]
pub struct Secrets {
    file: Option<PathBuf>,
}

impl Secrets {
    /// With a file of `NAME=value` lines beside the environment.
    pub const fn of(file: Option<PathBuf>) -> Self {
        Self { file }
    }
}

impl SecretSource for Secrets {
    fn secret(&self, name: &str) -> Result<Option<String>> {
        if let Some(value) = variable(name) {
            return Ok(Some(value));
        }
        let Some(file) = &self.file else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(file).map_err(|fault| {
            Error::new(
                Code::StoreUnavailable,
                format!("`{}` cannot be read: {fault}", file.display()),
            )
        })?;
        Ok(text.lines().rev().find_map(|line| {
            let (key, value) = line.trim().split_once('=')?;
            let value = value.trim().trim_matches(['"', '\'']);
            (key.trim() == name && !value.is_empty()).then(|| value.to_owned())
        }))
    }
}

/// The token every request must carry, `SERVICE_TOKEN`, where it is set.
pub fn token() -> Option<String> {
    variable("SERVICE_TOKEN")
}

/// Where set-up puts the Python interpreter: `TDEV_INTERPRETER_DIR`, else the user's cache.
pub fn interpreter() -> PathBuf {
    if let Some(folder) = variable("TDEV_INTERPRETER_DIR") {
        return folder.into();
    }
    let home = || variable("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
    cache
        .unwrap_or_else(|| PathBuf::from(".cache"))
        .join("tdev/interpreter")
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
