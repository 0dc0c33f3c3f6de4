//! A registry that tells what is registered, what changes its status, and what is taken out.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Auditor;
use crate::component::{Component, ComponentRef};
use crate::ports::{Filter, Registry, Revision};
use crate::{Code, Result};

/// A registry over another.
pub struct AuditedRegistry {
    /// The other.
    pub inner: Arc<dyn Registry>,
    /// Where changes are told.
    pub auditor: Auditor,
}

#[async_trait]
impl Registry for AuditedRegistry {
    async fn list(&self, filter: &Filter) -> Result<Vec<Arc<Component>>> {
        self.inner.list(filter).await
    }

    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>> {
        self.inner.get(reference).await
    }

    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>> {
        self.inner.versions(name).await
    }

    async fn put(&self, component: Component, condition: Revision) -> Result<Arc<Component>> {
        let replaced = match condition {
            Revision::Replaces(_) => Some(self.inner.get(&component.pinned()).await?),
            Revision::New | Revision::NextVersion => None,
        };
        let stored = self.inner.put(component, condition).await?;
        let action = match &replaced {
            None => "component.register",
            Some(before) if before.status != stored.status => "component.status",
            Some(_) => "component.change",
        };
        let before = replaced.map_or(Value::Null, |component| gist(&component));
        let subject = format!("component/{}", stored.pinned());
        let told = self.auditor.tell(action, subject, before, gist(&stored));
        told.await?;
        Ok(stored)
    }

    async fn remove(&self, name: &str) -> Result<()> {
        let versions = match self.inner.versions(name).await {
            Err(error) if error.code == Code::ComponentNotFound => Vec::new(),
            found => found?,
        };
        self.inner.remove(name).await?;
        let before: Vec<Value> = versions.iter().map(|component| gist(component)).collect();
        let subject = format!("component/{name}");
        let told = self
            .auditor
            .tell("component.unregister", subject, json!(before), Value::Null);
        told.await
    }
}

/// What of a record tells its versions apart.
fn gist(component: &Component) -> Value {
    json!({
        "version": component.version,
        "version_id": component.version_id,
        "status": component.status,
        "code_hash": component.code_hash,
        "revision": format!("{:016x}", component.revision()),
    })
}
