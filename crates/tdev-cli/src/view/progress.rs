//! What a run has done so far, as a tree that grows with each event.

mod grow;
mod node;
mod stage;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tdev_core::run::RunEvent;

pub(crate) use node::{Node, Standing};

/// What is being made, before it has a name.
const UNNAMED: &str = "a component";

/// A change worth a line where nothing can be redrawn: the node, and its ancestors' labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) node: usize,
    pub(crate) path: Vec<String>,
}

/// What one execution has told so far.
#[derive(Debug, Default)]
struct Thread {
    under: Option<usize>,
    /// The node that each event happened inside.
    scopes: HashMap<u64, Option<usize>>,
    /// The nodes that are open, by where they are and their state.
    open: HashMap<(Option<usize>, String), usize>,
    /// Where each open loop began.
    homes: HashMap<String, Option<usize>>,
}

/// Everything known of a run from its events.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    nodes: Vec<Node>,
    roots: Vec<usize>,
    threads: HashMap<String, Thread>,
}

impl Progress {
    /// The tree of all these events.
    pub(crate) fn of(events: &[RunEvent]) -> Self {
        let mut progress = Self::default();
        for event in events {
            progress.apply(event);
        }
        progress
    }

    pub(crate) fn roots(&self) -> &[usize] {
        &self.roots
    }

    pub(crate) fn node(&self, id: usize) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Whether a person must answer before it goes on.
    pub(crate) fn waiting(&self) -> bool {
        self.nodes
            .iter()
            .any(|node| node.standing == Standing::Waiting)
    }

    /// Takes in one event; says what changed.
    pub(crate) fn apply(&mut self, event: &RunEvent) -> Option<Change> {
        let main = event.execution == event.run_id;
        let mut thread = self
            .threads
            .remove(&event.execution)
            .unwrap_or_else(|| Thread {
                under: if main { None } else { self.innermost() },
                ..Thread::default()
            });
        let changed = self.take_in(&mut thread, main, event);
        self.threads.insert(event.execution.clone(), thread);
        let node = changed?;
        Some(Change {
            node,
            path: self.path(node),
        })
    }

    /// Whether something inside a node says already why it failed.
    pub(crate) fn explained(&self, id: usize) -> bool {
        let inside = self
            .node(id)
            .map(|node| node.children.as_slice())
            .unwrap_or_default();
        inside.iter().any(|inner| {
            self.node(*inner)
                .is_some_and(|node| node.standing == Standing::Failed && node.error.is_some())
                || self.explained(*inner)
        })
    }

    fn grow(&mut self, under: Option<usize>, label: &str, at: DateTime<Utc>) -> usize {
        let id = self.nodes.len();
        let again = under.is_none()
            && self
                .roots
                .iter()
                .any(|root| self.node(*root).is_some_and(|n| n.label == label));
        self.nodes.push(Node {
            label: if again {
                format!("{label} again")
            } else {
                label.to_owned()
            },
            note: String::new(),
            standing: Standing::Running,
            started: at,
            ended: None,
            attempts: 0,
            times: (0, 0),
            error: None,
            children: Vec::new(),
        });
        match under.and_then(|under| self.nodes.get_mut(under)) {
            Some(parent) => parent.children.push(id),
            None => self.roots.push(id),
        }
        id
    }

    fn child(&self, under: Option<usize>, label: &str) -> Option<usize> {
        let inside = match under {
            Some(under) => &self.nodes.get(under)?.children,
            None => &self.roots,
        };
        inside
            .iter()
            .copied()
            .find(|id| self.node(*id).is_some_and(|node| node.label == label))
    }

    /// The stage that is under way, where a workflow that begins now belongs.
    fn innermost(&self) -> Option<usize> {
        self.roots
            .iter()
            .rev()
            .copied()
            .find(|id| self.node(*id).is_some_and(|node| !node.standing.ended()))
    }

    fn path(&self, id: usize) -> Vec<String> {
        let mut path = Vec::new();
        let mut at = id;
        while let Some(parent) = self
            .nodes
            .iter()
            .position(|node| node.children.contains(&at))
        {
            path.insert(
                0,
                self.node(parent)
                    .map(|node| node.label.clone())
                    .unwrap_or_default(),
            );
            at = parent;
        }
        path
    }
}
