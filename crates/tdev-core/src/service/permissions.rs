//! What a service may touch: what its components declare, within what the project grants. Nothing
//! is wider than either, and nothing is a wildcard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::component::Component;
use crate::{Code, Error};

/// One thing a service may touch, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// `fs.read`, `fs.write`, `net.http`, `net.smtp`, `db.read`.
    pub kind: String,
    /// The path or host.
    pub scope: String,
    /// Which components declare it and what grants it, a line each.
    pub because: Vec<String>,
}

/// What a project grants to its components, as `[permissions]` of its `tdev.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Granted {
    /// Folders and files that may be read.
    pub read: Vec<String>,
    /// Folders that may be written to.
    pub write: Vec<String>,
    /// Hosts that may be called.
    pub http: Vec<String>,
    /// Mail servers.
    pub smtp: Vec<String>,
    /// Database files that may be queried.
    pub databases: Vec<String>,
}

/// Kinds of permissions and the key they are granted under.
const KINDS: [(&str, &str); 5] = [
    ("fs.read", "read"),
    ("fs.write", "write"),
    ("net.http", "http"),
    ("net.smtp", "smtp"),
    ("db.read", "databases"),
];

impl Granted {
    fn of(&self, kind: &str) -> &[String] {
        match kind {
            "fs.read" => &self.read,
            "fs.write" => &self.write,
            "net.http" => &self.http,
            "net.smtp" => &self.smtp,
            "db.read" => &self.databases,
            _ => &[],
        }
    }

    fn of_mut(&mut self, kind: &str) -> Option<&mut Vec<String>> {
        match kind {
            "fs.read" => Some(&mut self.read),
            "fs.write" => Some(&mut self.write),
            "net.http" => Some(&mut self.http),
            "net.smtp" => Some(&mut self.smtp),
            "db.read" => Some(&mut self.databases),
            _ => None,
        }
    }
}

/// What a service's permissions grant to its components.
pub fn granted_by(permissions: &[Permission]) -> Granted {
    let mut granted = Granted::default();
    for permission in permissions {
        if let Some(list) = granted.of_mut(&permission.kind) {
            list.push(permission.scope.clone());
        }
    }
    granted
}

/// What these components need of what the project grants. `config` are the settings of components
/// by name: a `database` named there is granted to that component.
///
/// # Errors
/// `PermissionDenied`, one for each need that cannot be told exactly or is not granted, saying what
/// to declare.
pub fn derive(
    components: &[&Component],
    granted: &Granted,
    config: &BTreeMap<String, Map<String, Value>>,
) -> Result<Vec<Permission>, Vec<Error>> {
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    for component in components {
        for declared in &component.permissions {
            let (kind, wanted) = match declared.split_once(':') {
                Some((kind, scope)) => (kind, Some(scope)),
                None => (declared.as_str(), None),
            };
            let own = (kind == "db.read")
                .then(|| config.get(&component.name)?.get("database")?.as_str())
                .flatten();
            let Some((_, key)) = KINDS.iter().find(|(known, _)| *known == kind) else {
                faults.push(unknown(component, declared));
                continue;
            };
            let mut scopes = narrowed(kind, wanted, granted.of(kind));
            if let Some(database) = own {
                scopes.push((
                    database.to_owned(),
                    format!("[components.{}] names it", component.name),
                ));
            }
            if scopes.is_empty() {
                faults.push(ungranted(component, declared, key));
            }
            for (scope, by) in scopes {
                if wildcard(kind, &scope) {
                    faults.push(too_wide(component, kind, key, &scope));
                    continue;
                }
                let because = format!("{} declares `{declared}`; {by}", component.pinned());
                let reasons = found.entry((kind.to_owned(), scope)).or_default();
                if !reasons.contains(&because) {
                    reasons.push(because);
                }
            }
        }
    }
    if faults.is_empty() {
        Ok(found
            .into_iter()
            .map(|((kind, scope), because)| Permission {
                kind,
                scope,
                because,
            })
            .collect())
    } else {
        Err(faults)
    }
}

/// Where what is declared and what is granted meet: the narrower of the two, with its reason.
fn narrowed(kind: &str, wanted: Option<&str>, granted: &[String]) -> Vec<(String, String)> {
    let by = |entry: &str| format!("tdev.toml grants `{entry}`");
    let Some(wanted) = wanted else {
        return granted
            .iter()
            .map(|entry| (entry.clone(), by(entry)))
            .collect();
    };
    granted
        .iter()
        .filter_map(|entry| {
            if covers(kind, entry, wanted) {
                Some((wanted.to_owned(), by(entry)))
            } else if covers(kind, wanted, entry) {
                Some((entry.clone(), by(entry)))
            } else {
                None
            }
        })
        .collect()
}

/// Whether a grant of `wide` lets everything through that `narrow` does.
fn covers(kind: &str, wide: &str, narrow: &str) -> bool {
    if kind.starts_with("net.") {
        let host = |entry: &str| entry.to_ascii_lowercase();
        let (wide, narrow) = (host(wide), host(narrow));
        return wide == narrow
            || wide == "*"
            || wide
                .strip_prefix("*.")
                .is_some_and(|suffix| narrow.ends_with(&format!(".{suffix}")));
    }
    let path = |entry: &str| -> Vec<String> {
        entry
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .map(str::to_owned)
            .collect()
    };
    path(narrow).starts_with(&path(wide))
}

/// Whether a scope says no more than "anything".
fn wildcard(kind: &str, scope: &str) -> bool {
    if kind.starts_with("net.") {
        return scope == "*";
    }
    scope
        .split('/')
        .all(|part| part.is_empty() || part == "." || part == "*")
}

fn unknown(component: &Component, declared: &str) -> Error {
    Error::new(
        Code::PermissionDenied,
        format!(
            "`{}` declares `{declared}`, which no policy can be derived from",
            component.pinned()
        ),
    )
    .field("permissions")
    .hint("declare one of fs.read, fs.write, net.http, net.smtp, db.read")
}

fn ungranted(component: &Component, declared: &str, key: &str) -> Error {
    Error::new(
        Code::PermissionDenied,
        format!(
            "`{}` declares `{declared}`, and the project grants nothing of it",
            component.pinned()
        ),
    )
    .field(format!("permissions.{key}"))
    .hint(format!(
        "write {key} = [\"…\"] under [permissions] in tdev.toml, or leave the component out"
    ))
}

fn too_wide(component: &Component, kind: &str, key: &str, scope: &str) -> Error {
    let example = match kind {
        "net.http" | "net.smtp" => "api.example.com",
        _ => "data",
    };
    Error::new(
        Code::PermissionDenied,
        format!(
            "`{}` would get `{kind}` on `{scope}`, and a service is never granted everything",
            component.pinned()
        ),
    )
    .field(format!("permissions.{key}"))
    .hint(format!(
        "declare `{kind}:{example}` in the component, or write {key} = [\"{example}\"] under [permissions] in tdev.toml"
    ))
}
