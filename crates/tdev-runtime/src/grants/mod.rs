//! What a component may touch: what the project grants, cut down to what its metadata declares.
//!
//! Threats and where each is met: paths that climb, symbolic links and hidden files in `files`;
//! unlisted hosts and odd spellings of addresses in `hosts`; private networks, metadata services
//! and names that resolve to them in `address` and `resolve`; redirects and oversized or endless
//! answers in `http`; secrets nobody declared in `secrets`. Nothing here reads the environment.

mod address;
mod databases;
mod declared;
mod files;
mod hosts;
mod http;
mod path;
mod resolve;
mod secrets;

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tdev_core::component::Component;
use tdev_core::{Code, Error, Result};

pub use address::is_public;
pub use databases::Databases;
pub use declared::Declared;
pub use files::{Entry, FileRoots};
pub use hosts::{Hosts, Reach};
pub use http::{HttpAnswer, HttpClient, HttpRequest};
pub use resolve::addresses;
pub use secrets::{NoSecrets, SecretSource, Secrets};

/// The `[permissions]` table of `tdev.toml`. What is not listed is not granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permissions {
    /// Folders and files of the project that may be read.
    pub read: Vec<String>,
    /// Folders of the project that may be written to.
    pub write: Vec<String>,
    /// Hosts that may be called: `api.example.com`, `127.0.0.1:8080`, `*.example.com`, or `*` for
    /// every public one.
    pub http: Vec<String>,
    /// Mail servers, spelled the same.
    pub smtp: Vec<String>,
    /// SQLite and CSV files of the project that may be queried.
    pub databases: Vec<String>,
}

impl Permissions {
    /// Checks that every entry can grant something.
    ///
    /// # Errors
    /// `InvalidConfig` naming the entry.
    pub fn check(&self) -> Result<()> {
        let fault = |key: &str, entry: &str, what: &str| {
            Err(
                Error::new(Code::InvalidConfig, format!("`{entry}` is not {what}"))
                    .field(format!("permissions.{key}")),
            )
        };
        for (key, entries) in [
            ("read", &self.read),
            ("write", &self.write),
            ("databases", &self.databases),
        ] {
            if let Some(entry) = entries.iter().find(|entry| path::inside(entry).is_none()) {
                return fault(key, entry, "a path inside the project");
            }
        }
        for (key, entries) in [("http", &self.http), ("smtp", &self.smtp)] {
            if let Some(entry) = entries.iter().find(|entry| !hosts::is_host(entry)) {
                return fault(
                    key,
                    entry,
                    "a host such as `api.example.com` or `127.0.0.1:8080`",
                );
            }
        }
        Ok(())
    }
}

/// What one component may touch in one project.
#[derive(Debug, Clone)]
pub struct Grants {
    /// Files it may read.
    pub read: FileRoots,
    /// Folders it may write to.
    pub write: FileRoots,
    /// Hosts it may call.
    pub http: Hosts,
    /// Mail servers it may use.
    pub smtp: Hosts,
    /// Databases it may query.
    pub databases: Databases,
}

impl Grants {
    /// Where the project's grants and the component's declarations meet.
    ///
    /// `settings` is the component's own table in `tdev.toml`: a `database` named there is granted
    /// to that component alone.
    pub fn resolve(
        root: &Path,
        permissions: &Permissions,
        component: &Component,
        settings: &Map<String, Value>,
    ) -> Self {
        let declared = |kind| Declared::of(component, kind);
        let mut databases = permissions.databases.clone();
        databases.extend(
            settings
                .get("database")
                .and_then(Value::as_str)
                .map(str::to_owned),
        );
        Self {
            read: FileRoots::new(root, "read", &permissions.read, declared("fs.read")),
            write: FileRoots::new(root, "write", &permissions.write, declared("fs.write")),
            http: Hosts::new("http", &[80, 443], &permissions.http, declared("net.http")),
            smtp: Hosts::new(
                "smtp",
                &[25, 465, 587],
                &permissions.smtp,
                declared("net.smtp"),
            ),
            databases: Databases::new(root, &databases, declared("db.read")),
        }
    }
}
