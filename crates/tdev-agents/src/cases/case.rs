//! What is learned from: goals with the plans that solved them.

use serde_json::Value;
use tdev_core::vector::Vector;

/// A goal and a plan that solved it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Case {
    /// The goal as it was said.
    pub(crate) goal: String,
    /// The registry it is planned with, where there are several.
    pub(crate) shelf: String,
    /// What it means, where a model read it.
    pub(crate) meaning: Option<Vector>,
    /// The plan.
    pub(crate) plan: Outline,
    /// Where the inputs came from: component, field, and `Component.field` or a literal.
    pub(crate) bindings: Vec<(String, String, Value)>,
    /// Where it comes from, for people: `run 0198…`.
    pub(crate) source: String,
}

/// A plan as the names in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Components in their order.
    pub(crate) nodes: Vec<String>,
    /// Which component feeds which.
    pub(crate) edges: Vec<(String, String)>,
    /// Components that no words asked for: what they give is needed by others.
    pub(crate) implied: Vec<String>,
}

impl Outline {
    pub(super) fn has(&self, name: &str) -> bool {
        self.nodes.iter().any(|n| n == name)
    }

    pub(super) fn links(&self, from: &str, to: &str) -> bool {
        self.edges.iter().any(|(a, b)| a == from && b == to)
    }

    /// Whether each step is followed by the next and nothing else is said.
    pub(super) fn is_row(&self) -> bool {
        let row = self.nodes.windows(2).filter(|p| p[0] != p[1]);
        row.clone().count() == self.edges.len() && row.into_iter().all(|p| self.links(&p[0], &p[1]))
    }
}
