//! The executions under way in this process, and the way to each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tdev_asl::Handle;
use tdev_core::{Code, Error, Result};

use crate::sqlite::run_of;

/// Handles by the names of their executions. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Live {
    handles: Arc<Mutex<HashMap<String, Handle>>>,
}

/// An execution's place among the live ones, given up when this is dropped.
pub(super) struct Place {
    live: Live,
    name: String,
}

impl Live {
    /// Enters an execution.
    ///
    /// # Errors
    /// `Locked` where one of that name is under way already.
    pub(super) fn enter(&self, name: &str, handle: Handle) -> Result<Place> {
        let mut handles = self.held();
        if handles.contains_key(name) {
            return Err(Error::new(
                Code::Locked,
                format!("execution `{name}` is under way already"),
            )
            .hint("watch its events, or wait for its end"));
        }
        handles.insert(name.to_owned(), handle);
        Ok(Place {
            live: self.clone(),
            name: name.to_owned(),
        })
    }

    /// The way to an execution.
    pub(super) fn find(&self, name: &str) -> Option<Handle> {
        self.held().get(name).cloned()
    }

    /// The ways to every execution of a run: its own first, as their names begin alike.
    pub(super) fn of_run(&self, run_id: &str) -> Vec<Handle> {
        let handles = self.held();
        let mut found: Vec<_> = handles
            .iter()
            .filter(|(name, _)| run_of(name) == run_id)
            .collect();
        found.sort_by_key(|(name, _)| name.len());
        found
            .into_iter()
            .map(|(_, handle)| handle.clone())
            .collect()
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Handle>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.live.held().remove(&self.name);
    }
}
