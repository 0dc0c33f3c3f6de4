//! What texts mean: vectors made at the edge, in one batch, and looked up by the pure search.

use std::collections::HashMap;

use tdev_core::component::Component;
use tdev_core::vector::Vector;

use super::clauses::{Clause, clauses};
use super::recut::parts;
use crate::retrieval::embedded_text;

/// Texts with what they mean, all read by one model.
#[derive(Debug, Clone, Default)]
pub struct Meanings(HashMap<String, Vector>);

impl Meanings {
    /// Texts and the vector of each, in their order.
    pub fn of(texts: impl IntoIterator<Item = String>, vectors: &[Vec<f32>]) -> Self {
        let read = vectors.iter().map(|v| Vector::of(v));
        Self(texts.into_iter().zip(read).collect())
    }

    /// What a component does, as far as it is known.
    pub(crate) fn of_component(&self, component: &Component) -> Vec<Vector> {
        let texts = texts_of(component);
        let known = texts.iter().filter_map(|text| self.0.get(text));
        known.cloned().collect()
    }

    /// What a text means, as far as it is known.
    pub(crate) fn of_text(&self, text: &str) -> Option<Vector> {
        self.0.get(text).cloned()
    }

    /// Adds a text.
    pub(crate) fn insert(&mut self, text: String, vector: Vector) {
        self.0.insert(text, vector);
    }
}

/// What a model reads of a component: what it is found by, and what it does without its name,
/// which names of a kind would drown.
pub(crate) fn texts_of(component: &Component) -> [String; 2] {
    [embedded_text(component), component.description.clone()]
}

/// A goal cut into its clauses, ready to be planned.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    pub(super) clauses: Vec<Clause>,
    /// Of each clause, the parts that it lists.
    pub(super) parts: Vec<Vec<Clause>>,
    text: String,
    /// What it means as a whole.
    pub(super) meaning: Option<Vector>,
}

impl Goal {
    /// Cuts a goal, known by its words alone.
    pub(crate) fn of(text: &str) -> Self {
        let clauses = clauses(text);
        Self {
            parts: clauses.iter().map(parts).collect(),
            clauses,
            text: text.to_owned(),
            meaning: None,
        }
    }

    /// What a model should read of it: itself, then each clause and part without its values.
    pub(crate) fn texts(&self) -> Vec<String> {
        let clauses = self.clauses.iter().chain(self.parts.iter().flatten());
        let asked = clauses.map(Clause::asked);
        std::iter::once(self.text.clone()).chain(asked).collect()
    }

    /// The clauses that say what is to be done, without those that forbid.
    pub(super) fn wishes(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|c| !c.forbids)
    }

    /// The same, with what its texts mean.
    pub(crate) fn meaning(mut self, meanings: &Meanings) -> Self {
        self.meaning = meanings.0.get(&self.text).cloned();
        let parts = self.parts.iter_mut().flatten();
        for clause in self.clauses.iter_mut().chain(parts) {
            clause.meaning = meanings.0.get(&clause.asked()).cloned();
        }
        self
    }
}
