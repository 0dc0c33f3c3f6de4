//! The registry file: components people can read and diff, over the library that comes with the
//! program.

mod entry;
mod file;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tdev_core::component::{Component, ComponentRef, versions};
use tdev_core::ports::{Clock, Filter, Registry, Revision};
use tdev_core::{Code, Error, Result};

use self::entry::Entry;
use self::file::{Entries, Stamp};
use crate::apart;
use crate::folder::{self, Folder};

/// Versions of each name, oldest first.
type Versions = BTreeMap<String, Vec<Arc<Component>>>;

/// `.tdev/registry.json` over a read-only base layer. A version in the file stands in front of
/// the base's version of the same number, so that a status can be changed; base components
/// cannot be removed.
#[derive(Clone)]
pub(crate) struct FileRegistry {
    shared: Arc<Shared>,
}

struct Shared {
    folder: Folder,
    path: PathBuf,
    base: Versions,
    clock: Arc<dyn Clock>,
    read: Mutex<Option<Read>>,
}

/// The file as it was read last, merged over the base.
#[derive(Clone)]
struct Read {
    stamp: Option<Stamp>,
    settled: bool,
    merged: Arc<Versions>,
}

impl FileRegistry {
    pub(crate) fn new(folder: Folder, base: Vec<Component>, clock: Arc<dyn Clock>) -> Self {
        let mut versions = Versions::new();
        for component in base {
            versions
                .entry(component.name.clone())
                .or_default()
                .push(Arc::new(component));
        }
        for of_one in versions.values_mut() {
            of_one.sort_by_key(|c| c.version_id);
        }
        let path = folder.path("registry.json");
        Self {
            shared: Arc::new(Shared {
                folder,
                path,
                base: versions,
                clock,
                read: Mutex::new(None),
            }),
        }
    }
}

impl Shared {
    /// Everything registered, read again only where the file changed.
    fn view(&self) -> Result<Arc<Versions>> {
        let now = Stamp::of(&self.path)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = read
            .as_ref()
            .filter(|last| last.settled && last.stamp == now)
        {
            return Ok(Arc::clone(&last.merged));
        }
        let (entries, stamp) = file::read(&self.path)?;
        let merged = Arc::new(self.over_base(&entries));
        let settled = stamp.as_ref().is_none_or(Stamp::settled);
        *read = Some(Read {
            stamp,
            settled,
            merged: Arc::clone(&merged),
        });
        Ok(merged)
    }

    fn over_base(&self, entries: &Entries) -> Versions {
        let mut merged = self.base.clone();
        for (name, entry) in entries {
            let versions = merged.entry(name.clone()).or_default();
            for component in entry.components() {
                match versions.binary_search_by_key(&component.version_id, |c| c.version_id) {
                    Ok(i) => versions
                        .splice(i..=i, [Arc::clone(component)])
                        .for_each(drop),
                    Err(i) => versions.insert(i, Arc::clone(component)),
                }
            }
        }
        merged
    }

    /// Changes the file under its lock. What another process wrote meanwhile is read first, and
    /// nothing is written where `change` refuses.
    fn change<T>(&self, change: impl FnOnce(&mut Entries, &Versions) -> Result<T>) -> Result<T> {
        let _lock = self.folder.lock("registry.lock")?;
        let (mut entries, _) = file::read(&self.path)?;
        let merged = self.over_base(&entries);
        let done = change(&mut entries, &merged)?;
        folder::replace(&self.path, &file::print(&entries)?)?;
        Ok(done)
    }

    fn put(&self, mut component: Component, condition: Revision) -> Result<Arc<Component>> {
        component.validate()?;
        self.change(|entries, merged| {
            let versions = merged.get(&component.name).map_or(&[][..], Vec::as_slice);
            versions::meet(&component, versions, condition)?;
            if condition == Revision::NextVersion
                && let Some(newest) = versions.last()
            {
                component.version_id = newest.version_id.next();
            }
            if !matches!(condition, Revision::Replaces(_)) {
                component.created_at.get_or_insert_with(|| self.clock.now());
            }
            let component = Arc::new(component);
            let entry = entries
                .entry(component.name.clone())
                .or_insert_with(Entry::empty);
            entry.put(Arc::clone(&component))?;
            Ok(component)
        })
    }

    fn remove(&self, name: &str) -> Result<()> {
        if self.base.contains_key(name) {
            return Err(Error::new(
                Code::PermissionDenied,
                format!("`{name}` comes with the program and cannot be removed"),
            )
            .hint("set its status to `disabled` instead"));
        }
        let view = self.view()?;
        if !view.contains_key(name) {
            return Err(unknown(name, &view));
        }
        self.change(|entries, merged| {
            entries
                .remove(name)
                .map(drop)
                .ok_or_else(|| unknown(name, merged))
        })
    }
}

fn unknown(name: &str, versions: &Versions) -> Error {
    versions::unknown(name, versions.keys().map(String::as_str))
}

#[async_trait]
impl Registry for FileRegistry {
    async fn list(&self, filter: &Filter) -> Result<Vec<Arc<Component>>> {
        let view = self.shared.view()?;
        Ok(view
            .values()
            .filter_map(|v| v.last())
            .filter(|c| versions::admits(filter, c))
            .cloned()
            .collect())
    }

    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>> {
        let view = self.shared.view()?;
        let versions = view
            .get(&reference.name)
            .ok_or_else(|| unknown(&reference.name, &view))?;
        versions::select(reference, versions)
    }

    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>> {
        let view = self.shared.view()?;
        view.get(name).cloned().ok_or_else(|| unknown(name, &view))
    }

    async fn put(&self, component: Component, condition: Revision) -> Result<Arc<Component>> {
        let shared = Arc::clone(&self.shared);
        apart(move || shared.put(component, condition)).await
    }

    async fn remove(&self, name: &str) -> Result<()> {
        let (shared, name) = (Arc::clone(&self.shared), name.to_owned());
        apart(move || shared.remove(&name)).await
    }
}
