//! The registry: versions of components over a read-only base layer.
//!
//! Every write of a name goes with a write of its `name#` item, on the condition that nobody wrote
//! the name since it was read. So what is decided about all versions of a name holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures::future::try_join_all;
use tdev_core::component::{Component, ComponentRef, versions};
use tdev_core::ports::{Clock, Filter, Registry, Revision};
use tdev_core::{Code, Error, Result};

use super::shelf::{Page, Shelf};
use super::write::{Condition, Write, Written};
use super::{Item, number, number_in};

/// How often a change is decided anew because somebody else wrote the name meanwhile.
const ATTEMPTS: u32 = 8;
/// Items of one transaction, by DynamoDB's rules.
const TRANSACTION: usize = 100;

/// Components of one project.
pub(crate) struct Components {
    shelf: Shelf,
    base: BTreeMap<String, Vec<Arc<Component>>>,
    clock: Arc<dyn Clock>,
}

/// What is known of one name.
struct Name {
    /// How often it was written; 0 where only the base layer has it, or nobody.
    writes: u64,
    /// Its stored versions over those of the base layer, oldest first.
    versions: Vec<Arc<Component>>,
}

impl Components {
    pub(crate) fn new(shelf: Shelf, base: Vec<Component>, clock: Arc<dyn Clock>) -> Self {
        let mut layer: BTreeMap<String, Vec<Arc<Component>>> = BTreeMap::new();
        for component in base {
            layer
                .entry(component.name.clone())
                .or_default()
                .push(Arc::new(component));
        }
        for of_one in layer.values_mut() {
            of_one.sort_by_key(|c| c.version_id);
        }
        Self {
            shelf,
            base: layer,
            clock,
        }
    }

    async fn name(&self, name: &str) -> Result<Name> {
        let head = self.shelf.get(&name_key(name)).await?;
        let mut versions = self.base.get(name).cloned().unwrap_or_default();
        let Some(head) = head else {
            return Ok(Name {
                writes: 0,
                versions,
            });
        };
        let prefix = format!("version#{name}#");
        for stored in self
            .components(&self.shelf.list(Page::all(&prefix)).await?)
            .await?
        {
            match versions.binary_search_by_key(&stored.version_id, |c| c.version_id) {
                Ok(at) => versions.splice(at..=at, [stored]).for_each(drop),
                Err(at) => versions.insert(at, stored),
            }
        }
        Ok(Name {
            writes: number_in(&head, "write_count"),
            versions,
        })
    }

    async fn components(&self, items: &[Item]) -> Result<Vec<Arc<Component>>> {
        let read = items
            .iter()
            .map(|item| self.shelf.record::<Component>("component", item));
        Ok(try_join_all(read)
            .await?
            .into_iter()
            .map(Arc::new)
            .collect())
    }

    async fn unknown(&self, name: &str) -> Result<Error> {
        let stored = self.shelf.sort_keys(Page::all("name#")).await?;
        let stored = stored.iter().filter_map(|key| key.strip_prefix("name#"));
        let names = stored.chain(self.base.keys().map(String::as_str));
        Ok(versions::unknown(name, names))
    }

    /// Writes a version and its name, unless the name was written since it was read.
    async fn write(&self, component: &Component, there: &Name) -> Result<Written> {
        let name = &component.name;
        let newest = there
            .versions
            .last()
            .filter(|newest| newest.version_id > component.version_id)
            .map_or(component, |newest| newest);
        let mut head = self.shelf.item(&name_key(name), newest).await?;
        head.insert("write_count".to_owned(), number(there.writes + 1));
        let version = self.shelf.item(&version_key(component), component).await?;
        let new = !there
            .versions
            .iter()
            .any(|known| known.version_id == component.version_id);
        let parts = vec![
            self.shelf.part(Write::Put(head, Some(unwritten(there))))?,
            self.shelf
                .part(Write::Put(version, new.then(Condition::absent)))?,
        ];
        self.shelf.transact(parts).await
    }
}

fn name_key(name: &str) -> String {
    format!("name#{name}")
}

fn version_key(component: &Component) -> String {
    format!("version#{}#{:08}", component.name, component.version_id.0)
}

/// That nobody wrote the name since.
fn unwritten(there: &Name) -> Condition {
    match there.writes {
        0 => Condition::absent(),
        writes => Condition::holds("write_count = :writes").with(":writes", number(writes)),
    }
}

#[async_trait]
impl Registry for Components {
    async fn list(&self, filter: &Filter) -> Result<Vec<Arc<Component>>> {
        let heads = self.shelf.list(Page::all("name#")).await?;
        let mut newest: BTreeMap<String, Arc<Component>> = self
            .base
            .iter()
            .filter_map(|(name, versions)| Some((name.clone(), Arc::clone(versions.last()?))))
            .collect();
        for stored in self.components(&heads).await? {
            newest.insert(stored.name.clone(), stored);
        }
        Ok(newest
            .into_values()
            .filter(|component| versions::admits(filter, component))
            .collect())
    }

    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>> {
        let there = self.name(&reference.name).await?;
        if there.versions.is_empty() {
            return Err(self.unknown(&reference.name).await?);
        }
        versions::select(reference, &there.versions)
    }

    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>> {
        let there = self.name(name).await?;
        if there.versions.is_empty() {
            return Err(self.unknown(name).await?);
        }
        Ok(there.versions)
    }

    async fn put(&self, component: Component, condition: Revision) -> Result<Arc<Component>> {
        component.validate()?;
        for _ in 0..ATTEMPTS {
            let there = self.name(&component.name).await?;
            versions::meet(&component, &there.versions, condition)?;
            let mut next = component.clone();
            if condition == Revision::NextVersion
                && let Some(newest) = there.versions.last()
            {
                next.version_id = newest.version_id.next();
            }
            if !matches!(condition, Revision::Replaces(_)) {
                next.created_at.get_or_insert_with(|| self.clock.now());
            }
            if self.write(&next, &there).await? == Written::All {
                return Ok(Arc::new(next));
            }
        }
        Err(contended(&component.name))
    }

    async fn remove(&self, name: &str) -> Result<()> {
        if self.base.contains_key(name) {
            return Err(Error::new(
                Code::PermissionDenied,
                format!("`{name}` comes with the program and cannot be removed"),
            )
            .hint("set its status to `disabled` instead"));
        }
        for _ in 0..ATTEMPTS {
            let there = self.name(name).await?;
            if there.versions.is_empty() {
                return Err(self.unknown(name).await?);
            }
            // The newest go in one transaction with their name, as many as it holds.
            let surplus = there.versions.len().saturating_sub(TRANSACTION - 1);
            let (surplus, last) = there.versions.split_at(surplus);
            // Cut off between the two, the name is there with its newest versions.
            self.shelf
                .delete_all(surplus.iter().map(|component| version_key(component)))
                .await?;
            let head = Write::Delete(self.shelf.key(&name_key(name)), Some(unwritten(&there)));
            let mut parts = vec![self.shelf.part(head)?];
            for component in last {
                let key = self.shelf.key(&version_key(component));
                parts.push(self.shelf.part(Write::Delete(key, None))?);
            }
            if self.shelf.transact(parts).await? == Written::All {
                return Ok(());
            }
        }
        Err(contended(name))
    }
}

fn contended(name: &str) -> Error {
    Error::new(
        Code::Conflict,
        format!("`{name}` is being changed by many at once"),
    )
    .hint("try again")
}
