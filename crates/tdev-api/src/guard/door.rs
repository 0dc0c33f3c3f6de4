//! What the guards hold a request against.

use std::sync::Arc;

use super::token::Digest;
use crate::ServerOptions;

/// Names and token of one server; cloning it is cheap.
#[derive(Clone)]
pub(crate) struct Door(Arc<Held>);

struct Held {
    allowed_hosts: Vec<String>,
    /// Digest of the token, where one is set.
    token: Option<Digest>,
}

impl Door {
    pub(crate) fn of(options: &ServerOptions) -> Self {
        Self(Arc::new(Held {
            allowed_hosts: options.allowed_hosts.clone(),
            token: options.token.as_deref().map(Digest::of),
        }))
    }

    /// The names the server answers to.
    pub(super) fn allowed_hosts(&self) -> &[String] {
        &self.0.allowed_hosts
    }

    /// The token every request must carry, where there is one.
    pub(super) fn token(&self) -> Option<&Digest> {
        self.0.token.as_ref()
    }
}
