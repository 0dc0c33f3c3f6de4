//! The components of a definition as a registry: those, and no others.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tdev_core::component::{Component, ComponentRef, versions};
use tdev_core::ports::{Filter, Registry, Revision};
use tdev_core::service::Definition;
use tdev_core::{Code, Error, Result};

/// A registry that never changes.
pub(crate) struct PinnedRegistry {
    by_name: BTreeMap<String, Vec<Arc<Component>>>,
}

impl PinnedRegistry {
    pub(crate) fn of(definition: &Definition) -> Self {
        let mut by_name: BTreeMap<String, Vec<Arc<Component>>> = BTreeMap::new();
        for pinned in &definition.components {
            let record = Arc::new(pinned.record.clone());
            by_name.entry(record.name.clone()).or_default().push(record);
        }
        for versions in by_name.values_mut() {
            versions.sort_by_key(|component| component.version_id);
        }
        Self { by_name }
    }

    fn of_name(&self, name: &str) -> Result<&[Arc<Component>]> {
        let names = self.by_name.keys().map(String::as_str);
        self.by_name
            .get(name)
            .map(Vec::as_slice)
            .ok_or_else(|| versions::unknown(name, names))
    }
}

fn pinned() -> Error {
    Error::new(
        Code::PermissionDenied,
        "the components of a service do not change",
    )
    .hint("register the component in its project and deploy again")
}

#[async_trait]
impl Registry for PinnedRegistry {
    async fn list(&self, filter: &Filter) -> Result<Vec<Arc<Component>>> {
        let newest = self.by_name.values().filter_map(|versions| versions.last());
        Ok(newest
            .filter(|component| versions::admits(filter, component))
            .cloned()
            .collect())
    }

    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>> {
        versions::select(reference, self.of_name(&reference.name)?)
    }

    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>> {
        self.of_name(name).map(<[_]>::to_vec)
    }

    async fn put(&self, _: Component, _: Revision) -> Result<Arc<Component>> {
        Err(pinned())
    }

    async fn remove(&self, _: &str) -> Result<()> {
        Err(pinned())
    }
}
