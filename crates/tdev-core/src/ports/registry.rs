//! The agent registry: components by name and version.

use std::sync::Arc;

use async_trait::async_trait;

use crate::Result;
use crate::component::{Component, ComponentRef, Kind};

/// Which components to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Words that must be found in name, description or tags.
    pub query: Option<String>,
}

/// The version of a record that a write is conditional on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// The name must be new.
    New,
    /// A further version of a name that is there.
    NextVersion,
    /// Replaces the very version that was read, whose `Component::revision` this is.
    Replaces(u64),
}

/// Components by name and version; the newest stable version answers to the bare name.
#[async_trait]
pub trait Registry: Send + Sync {
    /// The newest version of every component that matches, by name.
    async fn list(&self, filter: &Filter) -> Result<Vec<Arc<Component>>>;

    /// One component: the pinned version, else the newest stable, else the newest.
    ///
    /// # Errors
    /// `ComponentNotFound` with the nearest name.
    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>>;

    /// Every version of a name, oldest first.
    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>>;

    /// Stores a component. The stored record is returned: with `NextVersion` its `version_id`
    /// is counted up.
    ///
    /// # Errors
    /// `AlreadyExists` or `Conflict` where the condition does not hold; `InvalidComponent`.
    async fn put(&self, component: Component, condition: Revision) -> Result<Arc<Component>>;

    /// Takes a name with all its versions out of the registry.
    ///
    /// # Errors
    /// `ComponentNotFound`.
    async fn remove(&self, name: &str) -> Result<()>;
}
