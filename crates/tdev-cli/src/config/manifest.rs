//! `tdev.toml`: what a project is called, what it grants, and how its components are set.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error, Result};
use tdev_runtime::grants::Permissions;

use super::models::ModelsTable;

/// Its name in a project's folder.
pub(crate) const FILE: &str = "tdev.toml";

/// The whole file. Every table may be left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Manifest {
    /// `[project]`.
    pub(crate) project: Project,
    /// `[permissions]`: what is not listed is not granted.
    pub(crate) permissions: Permissions,
    /// `[components.NAME]`: settings of one component each.
    pub(crate) components: BTreeMap<String, Map<String, Value>>,
    /// `[limits]` of one call of a component.
    pub(crate) limits: Limits,
    /// `[server]`.
    pub(crate) server: Server,
    /// `[models]`.
    pub(crate) models: ModelsTable,
}

/// `[project]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Project {
    /// What it is called; its folder's name where absent.
    pub(crate) name: Option<String>,
    /// What it is about.
    pub(crate) description: Option<String>,
    /// A state machine of its own in place of the built-in orchestration, relative to the project.
    pub(crate) orchestration: Option<String>,
}

/// `[limits]`: of one call of a Python component, where its metadata does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Limits {
    /// Seconds it may take.
    pub(crate) time_seconds: Option<u64>,
    /// MiB of memory it may use.
    pub(crate) memory_mib: Option<u64>,
    /// KiB it may print.
    pub(crate) output_kib: Option<u64>,
}

/// `[server]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Server {
    /// Where `tdev serve` listens.
    pub(crate) addr: Option<String>,
    /// Names it answers to besides its address.
    pub(crate) hosts: Vec<String>,
    /// The secret that holds the token every request must carry.
    pub(crate) token_secret: Option<String>,
}

impl Manifest {
    /// The file of a project.
    ///
    /// # Errors
    /// `InvalidConfig` naming line, column and the nearest right key.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(FILE)).map_err(|fault| {
            Error::new(
                Code::InvalidConfig,
                format!("`{FILE}` cannot be read: {fault}"),
            )
        })?;
        Self::parse(&text)
    }

    /// The file's text.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let manifest: Self = toml::from_str(text).map_err(|fault| explain(text, &fault))?;
        manifest
            .permissions
            .check()
            .map_err(|fault| place(text, fault))?;
        Ok(manifest)
    }
}

fn explain(text: &str, fault: &toml::de::Error) -> Error {
    let message = fault
        .message()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    let mut error = Error::new(Code::InvalidConfig, message.clone());
    if let Some(span) = fault.span() {
        let (line, column) = position(text, span.start);
        error = error.field(format!("{FILE}:{line}:{column}"));
    }
    // serde names the wrong key first and the right ones after it, each in backticks.
    let mut named = message.split('`').skip(1).step_by(2);
    match named.next() {
        Some(wrong) if message.starts_with("unknown field") => {
            let known: Vec<&str> = named.collect();
            error.message = format!("there is no key `{wrong}` here");
            let near = did_you_mean(wrong, known.iter().copied());
            error.hint(near.unwrap_or_else(|| format!("known are {}", known.join(", "))))
        }
        _ => error,
    }
}

/// The same error with the line of the table it names.
fn place(text: &str, error: Error) -> Error {
    let field = error.field.clone().unwrap_or_default();
    let key = field.rsplit('.').next().unwrap_or_default();
    let line = text
        .lines()
        .position(|line| line.trim_start().starts_with(key));
    match line {
        Some(line) => error.field(format!("{FILE}:{} {field}", line + 1)),
        None => error,
    }
}

fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_file_is_read() {
        let manifest = Manifest::parse(
            r#"
            [project]
            name = "badges"
            [permissions]
            read = ["data"]
            http = ["api.example.com"]
            [components.UserLookupTool]
            database = "data/users.sqlite"
            [limits]
            time_seconds = 5
            [server]
            addr = "127.0.0.1:9000"
            "#,
        )
        .unwrap();
        assert_eq!(manifest.project.name.as_deref(), Some("badges"));
        assert_eq!(manifest.permissions.read, ["data"]);
        assert_eq!(
            manifest.components["UserLookupTool"]["database"],
            "data/users.sqlite"
        );
        assert_eq!(manifest.limits.time_seconds, Some(5));
    }

    #[test]
    fn a_wrong_key_is_named_with_its_place_and_the_nearest_right_one() {
        let error = Manifest::parse("[project]\nnme = \"x\"\n").unwrap_err();
        assert_eq!(error.code, Code::InvalidConfig);
        assert_eq!(error.field.as_deref(), Some("tdev.toml:2:1"));
        assert_eq!(error.message, "there is no key `nme` here");
        assert_eq!(error.hint.as_deref(), Some("did you mean `name`?"));
    }

    #[test]
    fn broken_toml_and_ungrantable_paths_name_their_line() {
        let error = Manifest::parse("[project\n").unwrap_err();
        assert_eq!(error.field.as_deref(), Some("tdev.toml:1:9"));
        let error = Manifest::parse("[permissions]\nread = [\"../up\"]\n").unwrap_err();
        assert_eq!(error.field.as_deref(), Some("tdev.toml:2 permissions.read"));
    }
}
