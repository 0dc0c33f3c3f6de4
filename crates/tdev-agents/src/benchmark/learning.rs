//! Learning from the solved goals of a file of cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::component::Component;

use super::{Shelf, items, shelf_of, written};
use crate::cases::{Case, Composer, Outline, Past, Same};
use crate::composer::{Draft, Given, adopt, compose};

/// What comes with a goal of a file: nothing.
const NOTHING: Given = Given {
    inputs: &[],
    preferred: &[],
    avoided: &[],
};

/// The composer over the registries of a file.
pub(super) struct Shelves<'a>(pub(super) &'a BTreeMap<String, Shelf>);

impl Composer for Shelves<'_> {
    fn plan(&self, case: &Case) -> Option<Outline> {
        let shelf = shelf_of(self.0, &case.shelf)?;
        let found = compose(&case.goal, &shelf.library, &NOTHING);
        let mut plan = outline(&written(&Value::Null, &found.draft, shelf.silent));
        plan.implied = implied(&found.draft);
        Some(plan)
    }

    fn join(&self, case: &Case, nodes: &[&str]) -> Outline {
        let Some(shelf) = shelf_of(self.0, &case.shelf) else {
            return Outline::default();
        };
        outline(&shelf.adopted(&case.goal, nodes))
    }

    fn names(&self, case: &Case) -> Vec<&str> {
        let shelf = shelf_of(self.0, &case.shelf);
        shelf.map_or_else(Vec::new, |shelf| {
            shelf.components.keys().map(String::as_str).collect()
        })
    }
}

impl Shelf {
    /// A prediction of these components and no others.
    fn adopted(&self, goal: &str, nodes: &[&str]) -> Value {
        let chosen: Vec<Arc<Component>> = nodes
            .iter()
            .filter_map(|name| self.components.get(*name).cloned())
            .collect();
        written(&Value::Null, &adopt(goal, &chosen, &NOTHING), self.silent)
    }
}

/// Lets solved goals amend a prediction for a goal.
pub(super) fn amend(
    prediction: &mut Value,
    draft: &Draft,
    case: &Case,
    past: &Past,
    shelves: &Shelves,
) {
    let Some(shelf) = shelf_of(shelves.0, &case.shelf) else {
        return;
    };
    let mut fresh = outline(prediction);
    fresh.implied = implied(draft);
    let advice = past.advise(case, &fresh, shelves, Same::LeftOut);
    let nodes: Vec<&str> = advice.plan.nodes.iter().map(String::as_str).collect();
    let bound = shelf.adopted(&case.goal, &nodes);
    if fresh.nodes != advice.plan.nodes {
        prediction["bindings"] = bound["bindings"].clone();
    }
    prediction["nodes"] = json!(advice.plan.nodes);
    prediction["edges"] = json!(advice.plan.edges);
    let counted = advice.counted.iter();
    prediction["past"] = counted
        .map(|(source, alike)| json!([source, (alike * 100.0).round() / 100.0]))
        .collect();
}

/// What no clause of the goal asked for.
fn implied(draft: &Draft) -> Vec<String> {
    let inserted = draft.nodes.iter().filter(|node| node.clause.is_none());
    inserted.map(|node| node.component.name.clone()).collect()
}

/// The solved goals of a file of cases.
pub(super) fn solved(cases: &Value) -> Result<Vec<Case>> {
    Ok(items(cases)?
        .iter()
        .filter_map(|item| {
            let case = case(item);
            (!case.plan.nodes.is_empty() && !case.goal.is_empty()).then_some(case)
        })
        .collect())
}

/// An item as a case.
pub(super) fn case(item: &Value) -> Case {
    let text = |key: &str| {
        item.get(key)
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned()
    };
    let id = item.get("id").map_or_else(String::new, |id| match id {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    Case {
        goal: text("goal"),
        shelf: text("registry"),
        plan: outline(item),
        bindings: Vec::new(),
        meaning: None,
        source: id,
    }
}

/// The nodes and edges of an item or a prediction.
fn outline(item: &Value) -> Outline {
    let list = |key: &str| {
        item.get(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let pair = |edge: &Value| Some((text(edge.get(0)?)?, text(edge.get(1)?)?));
    Outline {
        nodes: list("nodes").iter().filter_map(text).collect(),
        edges: list("edges").iter().filter_map(pair).collect(),
        implied: Vec::new(),
    }
}
