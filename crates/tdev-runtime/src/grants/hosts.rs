//! Hosts a component may reach, and whether that covers addresses inside private networks.

use tdev_core::{Code, Error, Result};
use url::Host;

use super::Declared;

/// How far a granted host may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only to public addresses, whatever the name resolves to.
    Public,
    /// To private ones as well: the project lists this very host and port.
    Listed,
}

/// The hosts granted for one protocol.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// The key in `[permissions]`.
    key: &'static str,
    /// The ports an entry without a port covers.
    standard: &'static [u16],
    listed: Vec<Pattern>,
    declared: Declared,
}

#[derive(Debug, Clone)]
struct Pattern {
    host: Named,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    AnyPublic,
    Under(String),
    Exactly(Host<String>),
}

impl Hosts {
    /// The hosts listed under `key`, where the component declares the need.
    ///
    /// An entry without a port covers the `standard` ones. An entry that is no host grants nothing.
    pub fn new(
        key: &'static str,
        standard: &'static [u16],
        listed: &[String],
        declared: Declared,
    ) -> Self {
        let listed = listed
            .iter()
            .filter_map(|entry| Pattern::parse(entry))
            .collect();
        Self {
            key,
            standard,
            listed,
            declared,
        }
    }

    /// Checks one host and port.
    ///
    /// # Errors
    /// `PermissionDenied` naming `field` and the line of `tdev.toml` that would grant it.
    pub fn check(&self, host: &Host<String>, port: u16, field: &str) -> Result<Reach> {
        let host = canonical(host);
        let standard = self.standard;
        let shown = if standard.contains(&port) {
            host.to_string()
        } else {
            format!("{host}:{port}")
        };
        let scoped =
            |scope: &str| Pattern::parse(scope).is_some_and(|p| p.covers(&host, port, standard));
        if !self.declared.allows(scoped) {
            return Err(self
                .declared
                .refusal(&format!("calls to `{shown}`"), &shown, field));
        }
        if self
            .listed
            .iter()
            .any(|p| p.port == Some(port) && p.host == Named::Exactly(host.clone()))
        {
            return Ok(Reach::Listed);
        }
        if self.listed.iter().any(|p| p.covers(&host, port, standard)) {
            return Ok(Reach::Public);
        }
        let refusal = format!("{} may not call `{shown}`", self.declared.component());
        Err(Error::new(Code::PermissionDenied, refusal)
            .field(field)
            .hint(self.grant_line(&shown)))
    }

    /// The refusal of an address that a granted host leads to.
    pub(super) fn inside(&self, shown: &str, port: u16, field: &str) -> Error {
        Error::new(
            Code::PermissionDenied,
            format!("`{shown}` leads to an address inside a private network"),
        )
        .field(field)
        .hint(self.grant_line(&format!("{shown}:{port}")))
    }

    fn grant_line(&self, entry: &str) -> String {
        format!(
            "to grant it, write {} = [\"{entry}\"] under [permissions] in tdev.toml",
            self.key
        )
    }
}

impl Pattern {
    fn parse(entry: &str) -> Option<Self> {
        let entry = entry.trim();
        // `[::1]:8080` splits after the bracket; a bare IPv6 address has no port to split off.
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, Some(port.parse::<u16>().ok()?))
            }
            _ => (entry, None),
        };
        let host = match host {
            "*" => Named::AnyPublic,
            _ => match host.strip_prefix("*.") {
                Some(parent) => Named::Under(format!(".{}", parent.to_ascii_lowercase())),
                None => Named::Exactly(canonical(&Host::parse(host).ok()?)),
            },
        };
        Some(Self { host, port })
    }

    fn covers(&self, host: &Host<String>, port: u16, standard: &[u16]) -> bool {
        let port_fits = self
            .port
            .map_or_else(|| standard.contains(&port), |own| own == port);
        port_fits
            && match &self.host {
                Named::AnyPublic => true,
                Named::Under(suffix) => {
                    matches!(host, Host::Domain(name) if name.ends_with(suffix.as_str()))
                }
                Named::Exactly(own) => own == host,
            }
    }
}

/// Whether an entry of `[permissions]` names a host.
pub(super) fn is_host(entry: &str) -> bool {
    Pattern::parse(entry).is_some()
}

/// One spelling per host: URL parsing has already folded case and odd IPv4 spellings; the dot that
/// roots a name is dropped here.
fn canonical(host: &Host<String>) -> Host<String> {
    match host {
        Host::Domain(name) => {
            Host::Domain(name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase())
        }
        other => other.clone(),
    }
}
