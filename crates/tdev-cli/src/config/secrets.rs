//! Secrets by name: from the environment, else from `.env.local`, read only when asked for.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use tdev_core::{Code, Error, Result};
use tdev_runtime::grants::SecretSource;

/// A project's secrets. Nothing is kept in memory.
#[derive(Debug, Clone)]
pub(crate) struct EnvSecrets {
    file: PathBuf,
}

impl EnvSecrets {
    pub(crate) fn of(root: &std::path::Path) -> Self {
        Self {
            file: root.join(".env.local"),
        }
    }
}

impl SecretSource for EnvSecrets {
    fn secret(&self, name: &str) -> Result<Option<String>> {
        if let Some(value) = super::variable(name) {
            return Ok(Some(value));
        }
        match fs::read_to_string(&self.file) {
            Ok(text) => Ok(find(&text, name)),
            Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(Error::new(
                Code::StoreUnavailable,
                format!("`.env.local` cannot be read: {fault}"),
            )),
        }
    }
}

/// The last `NAME=value` of that name; `export` before it and quotes around the value are allowed.
fn find(text: &str, name: &str) -> Option<String> {
    let value = text.lines().rev().find_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (key, value) = line.split_once('=')?;
        (key.trim() == name).then(|| value.trim())
    })?;
    let quoted = ['"', '\'']
        .iter()
        .find_map(|mark| value.strip_prefix(*mark)?.strip_suffix(*mark));
    Some(quoted.unwrap_or(value).to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_whole_name_only() {
        let text = "# comment\nAPI_KEY_OLD=old\nexport API_KEY = \"a=b c\"\nEMPTY=\n";
        assert_eq!(find(text, "API_KEY").as_deref(), Some("a=b c"));
        assert_eq!(find(text, "API"), None);
        assert_eq!(find(text, "EMPTY"), None);
    }
}
