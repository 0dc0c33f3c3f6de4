//! Where goals are composed: prepares the components once, reads what the goal means, and leaves
//! the search itself pure.

use std::sync::{Arc, Mutex, PoisonError};

use tdev_core::Result;
use tdev_core::component::Component;

use super::better::better;
use super::compose::{Composition, compose};
use super::draft::Given;
use super::library::Library;
use super::meaning::Goal;
use crate::retrieval::Retriever;

/// Composes goals, and keeps the components prepared for as long as they stay the same.
pub(crate) struct Workbench {
    retriever: Arc<Retriever>,
    prepared: Mutex<Option<Arc<Library>>>,
}

impl Workbench {
    pub(crate) const fn new(retriever: Arc<Retriever>) -> Self {
        Self {
            retriever,
            prepared: Mutex::new(None),
        }
    }

    /// Composes a plan from prepared components: the goal is cut, its clauses are read in one batch,
    /// then the search runs. Where nothing reads meanings the reasons say so.
    ///
    /// # Errors
    /// What a hosted model or the store of vectors says.
    pub(crate) async fn compose(
        &self,
        goal: &str,
        library: &Library,
        given: &Given<'_>,
    ) -> Result<Composition> {
        let mut goal = Goal::of(goal);
        let read = self.retriever.read(goal.texts()).await?;
        if let Some(meanings) = &read {
            goal = goal.meaning(meanings);
        }
        let first = compose(&goal, library, given);
        let mut found = better(&goal, library, given, first);
        found.reasons.extend(self.retriever.no_meanings());
        Ok(found)
    }

    /// Components prepared for composing, those of the last call where they are the same.
    ///
    /// # Errors
    /// What a hosted model or the store of vectors says.
    pub(crate) async fn library(&self, components: Vec<Arc<Component>>) -> Result<Arc<Library>> {
        let kept = {
            let prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
            prepared.as_ref().filter(|l| l.is_of(&components)).cloned()
        };
        if let Some(library) = kept {
            return Ok(library);
        }
        let meanings = self.retriever.meanings(&components).await?;
        let meaning = |component: &Component| meanings.of_component(component);
        let library = Arc::new(Library::of(components).meaning(meaning));
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        *prepared = Some(Arc::clone(&library));
        Ok(library)
    }
}
