//! A plan while it is being made: components and where their inputs come from.

use std::sync::Arc;

use serde_json::Value;
use tdev_core::component::Component;
use tdev_core::schema::Field;

/// What comes with a goal.
pub(crate) struct Given<'a> {
    /// What is given with the goal: name and JSON Schema (a `const` where the value is known).
    pub(crate) inputs: &'a [(String, Value)],
    /// Components made for this very goal.
    pub(crate) preferred: &'a [String],
    /// Components not to use again.
    pub(crate) avoided: &'a [String],
}

/// Components in order, each with its bindings.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) nodes: Vec<Node>,
    /// Inputs the plan takes from whoever runs it.
    pub(crate) inputs: Vec<Field>,
    /// What it returns: the fields asked for; all that nobody consumes where empty.
    pub(crate) outputs: Vec<Source>,
}

/// One component in a plan.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) component: Arc<Component>,
    /// Position of the clause it answers; none for a producer inserted by chaining.
    pub(crate) clause: Option<usize>,
    pub(crate) bindings: Vec<Binding>,
    /// Runs once per item of this list.
    pub(crate) each: Option<Source>,
    /// Runs only where this holds, in the workflow's own notation.
    pub(crate) condition: Option<String>,
}

/// Where one input comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Binding {
    pub(crate) field: String,
    pub(crate) source: Source,
}

/// A value a plan can refer to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// Written in the goal.
    Literal(Value),
    /// Given with the goal.
    Input(String),
    /// A field of an earlier node's output; the whole output where no field is named.
    Output { node: usize, field: Option<String> },
    /// The item of the node's own loop, or a field of it.
    Item(Option<String>),
}

impl Node {
    pub(crate) fn new(component: Arc<Component>, clause: Option<usize>) -> Self {
        Self {
            component,
            clause,
            bindings: Vec::new(),
            each: None,
            condition: None,
        }
    }

    /// The positions of the nodes it depends on.
    pub(crate) fn feeds(&self) -> impl Iterator<Item = usize> + '_ {
        self.bindings
            .iter()
            .map(|b| &b.source)
            .chain(self.each.iter())
            .filter_map(|source| match source {
                Source::Output { node, .. } => Some(*node),
                _ => None,
            })
    }
}

impl Draft {
    /// Positions of nodes whose outputs no other node takes.
    pub(crate) fn sinks(&self) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|at| !self.nodes.iter().any(|n| n.feeds().any(|f| f == *at)))
            .collect()
    }

    /// Drops steps that share a clause with another and hang on nothing: all of what they take
    /// would have to be asked for, and nobody takes what they give.
    pub(crate) fn drop_idle(&mut self, given: &Given) {
        let known = |name: &String| given.inputs.iter().any(|(n, _)| n == name);
        while let Some(at) = (0..self.nodes.len()).find(|at| self.is_idle(*at, &known)) {
            self.nodes.remove(at);
            let sources = self.nodes.iter_mut().flat_map(|n| {
                let bound = n.bindings.iter_mut().map(|b| &mut b.source);
                bound.chain(&mut n.each)
            });
            for source in sources {
                if let Source::Output { node, .. } = source
                    && *node > at
                {
                    *node -= 1;
                }
            }
            let bindings = self.nodes.iter().flat_map(|n| &n.bindings);
            let asked: Vec<&Source> = bindings.map(|b| &b.source).collect();
            let inputs = std::mem::take(&mut self.inputs).into_iter();
            self.inputs = inputs
                .filter(|f| asked.contains(&&Source::Input(f.name.clone())))
                .collect();
        }
    }

    fn is_idle(&self, at: usize, known: &dyn Fn(&String) -> bool) -> bool {
        let Some(node) = self.nodes.get(at) else {
            return false;
        };
        let asked = |b: &Binding| matches!(&b.source, Source::Input(name) if !known(name));
        let shared = self
            .nodes
            .iter()
            .filter(|n| n.clause == node.clause)
            .count()
            > 1;
        node.clause.is_some()
            && shared
            && !node.bindings.is_empty()
            && node.bindings.iter().all(asked)
            && node.each.is_none()
            && !self.nodes.iter().any(|n| n.feeds().any(|f| f == at))
    }

    /// Whether it is tools in a row, each fed by the one before it: one capability that no single
    /// component has, with nothing in it to decide, repeat or undo.
    pub(crate) fn is_tool_chain(&self) -> bool {
        use tdev_core::component::Kind;
        self.nodes.len() >= 2
            && self.nodes.iter().enumerate().all(|(at, node)| {
                node.component.kind == Kind::Tool
                    && !node.component.side_effects
                    && node.each.is_none()
                    && node.condition.is_none()
                    && (at == 0 || node.feeds().any(|f| f + 1 == at))
            })
    }
}
