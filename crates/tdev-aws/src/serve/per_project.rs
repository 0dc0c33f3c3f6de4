//! What a warm function keeps for each project it was asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tdev_core::Result;

/// Something of each project, made when it is first asked for.
pub struct PerProject<T, F> {
    make: F,
    made: Mutex<HashMap<String, Arc<T>>>,
}

impl<T, F: Fn(&str) -> Result<T>> PerProject<T, F> {
    /// What `make` makes.
    pub fn new(make: F) -> Self {
        Self {
            make,
            made: Mutex::default(),
        }
    }

    /// That of a project.
    ///
    /// # Errors
    /// What kept it from being made; it is tried again the next time.
    pub fn of(&self, project: &str) -> Result<Arc<T>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(project) {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new((self.make)(project)?);
        made.insert(project.to_owned(), Arc::clone(&new));
        Ok(new)
    }
}
