//! Secrets by name, handed out only to components whose metadata names them.

use std::sync::Arc;

use tdev_core::component::Component;
use tdev_core::{Code, Error, Result};

/// Where a home keeps secrets.
pub trait SecretSource: Send + Sync {
    /// The secret of that name, where there is one.
    ///
    /// # Errors
    /// `StoreUnavailable` where the place they are kept in cannot be reached.
    fn secret(&self, name: &str) -> Result<Option<String>>;
}

/// A home without secrets.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSecrets;

impl SecretSource for NoSecrets {
    fn secret(&self, _name: &str) -> Result<Option<String>> {
        Ok(None)
    }
}

/// One component's view of the secrets.
#[derive(Clone)]
pub struct Secrets {
    source: Arc<dyn SecretSource>,
    component: String,
    named: Vec<String>,
}

impl Secrets {
    /// The secrets the component's metadata names.
    pub fn of(component: &Component, source: Arc<dyn SecretSource>) -> Self {
        Self {
            source,
            component: component.name.clone(),
            named: component.secrets.clone(),
        }
    }

    /// The secret, or nothing where it is not configured.
    ///
    /// # Errors
    /// `PermissionDenied` for a name the metadata does not list.
    pub fn find(&self, name: &str) -> Result<Option<String>> {
        if !self.named.iter().any(|named| named == name) {
            let refusal = format!(
                "the metadata of {} does not name secret `{name}`",
                self.component
            );
            return Err(Error::new(Code::PermissionDenied, refusal)
                .field("secrets")
                .hint(format!("add `{name}` to its `secrets`")));
        }
        self.source.secret(name)
    }

    /// The secret.
    ///
    /// # Errors
    /// `SecretNotFound` where it is not configured; `PermissionDenied` where it is not named.
    pub fn get(&self, name: &str) -> Result<String> {
        self.find(name)?
            .filter(|secret| !secret.is_empty())
            .ok_or_else(|| {
                let missing = format!("{} needs secret `{name}`, which is not set", self.component);
                Error::new(Code::SecretNotFound, missing)
                    .field("secrets")
                    .hint(format!("put `{name}=…` into .env.local"))
            })
    }
}
