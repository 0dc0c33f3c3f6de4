//! What can be referred to at a place in a workflow, and what is known of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::condition::{Comparison, Condition, Operand};
use super::super::reference::Root;
use crate::schema::Schema;

/// What is known of a value before anything runs.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::workflow) struct Flow {
    /// JSON Schema; `{}` where nothing is known.
    pub(in crate::workflow) schema: Value,
    /// Whether it can be null though the schema does not say so.
    pub(in crate::workflow) maybe_null: bool,
    /// Whether the field itself may be absent.
    pub(in crate::workflow) maybe_absent: bool,
    /// The condition under which it is there, as written.
    pub(in crate::workflow) guard: Option<String>,
}

impl Default for Flow {
    fn default() -> Self {
        Self::of(json!({}))
    }
}

impl Flow {
    pub(in crate::workflow) fn of(schema: Value) -> Self {
        Self {
            schema,
            maybe_null: false,
            maybe_absent: false,
            guard: None,
        }
    }
}

/// The values in reach: the input, the item of the innermost loop, and steps.
#[derive(Debug, Clone)]
pub(in crate::workflow) struct Scope {
    pub(in crate::workflow) input: Flow,
    pub(in crate::workflow) item: Option<Flow>,
    steps: BTreeMap<String, Flow>,
}

impl Scope {
    pub(in crate::workflow) fn of_input(schema: &Schema) -> Self {
        let flow = Flow::of(if schema.is_described() {
            schema.json_schema().clone()
        } else {
            json!({})
        });
        Self {
            input: flow,
            item: None,
            steps: BTreeMap::new(),
        }
    }

    pub(in crate::workflow) fn step(&self, id: &str) -> Option<&Flow> {
        self.steps.get(id)
    }

    pub(in crate::workflow) fn add(&mut self, id: &str, flow: Flow) {
        self.steps.insert(id.to_owned(), flow);
    }

    pub(in crate::workflow) fn names(&self) -> impl Iterator<Item = &str> {
        self.steps
            .keys()
            .map(String::as_str)
            .chain(std::iter::once("input"))
    }

    /// What is surely there under a condition: the steps that share it, and those it finds not to
    /// be null.
    pub(in crate::workflow) fn assume(&mut self, condition: &str) {
        for flow in self
            .steps
            .values_mut()
            .filter(|f| f.guard.as_deref() == Some(condition))
        {
            flow.maybe_null = false;
        }
        if let Ok(Condition::Compare(
            Operand::Reference(reference),
            Comparison::NotEqual,
            Operand::Literal(Value::Null),
        )) = Condition::parse(condition)
            && let [path] = reference.paths.as_slice()
            && let Root::Step(id) = &path.root
            && let Some(flow) = self.steps.get_mut(id)
        {
            flow.maybe_null = false;
        }
    }

    /// The same scope with an item in it.
    pub(in crate::workflow) fn with_item(&self, item: Flow) -> Self {
        Self {
            item: Some(item),
            ..self.clone()
        }
    }
}
