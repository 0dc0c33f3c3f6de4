//! Learning from the solved goals of a file of cases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::component::Component;

use super::{Shelf, items, shelf_of, written};
use crate::cases::{Case, Composer, Outline, Past, Same};
use crate::composer::{Draft, Given, Goal, Meanings, adopt, compose};

/// What comes with a goal of a file: nothing.
pub(super) const NOTHING: Given = Given {
    inputs: &[],
    preferred: &[],
    avoided: &[],
};

/// The composer over the registries of a file.
pub(super) struct Shelves<'a> {
    pub(super) shelves: &'a BTreeMap<String, Shelf>,
    pub(super) meanings: &'a Meanings,
}

impl Composer for Shelves<'_> {
    fn plan(&self, case: &Case) -> Option<Outline> {
        let shelf = shelf_of(self.shelves, &case.shelf)?;
        let goal = Goal::of(&case.goal).meaning(self.meanings);
        let found = compose(&goal, &shelf.library, &NOTHING);
        let mut plan = outline(&written(&Value::Null, &found.draft, shelf.silent));
        plan.implied = implied(&found.draft);
        Some(plan)
    }

    fn join(&self, case: &Case, nodes: &[&str]) -> Outline {
        let Some(shelf) = shelf_of(self.shelves, &case.shelf) else {
            return Outline::default();
        };
        let draft = shelf.adopted(&case.goal, nodes);
        outline(&written(&Value::Null, &draft, shelf.silent))
    }

    fn names(&self, case: &Case) -> Vec<&str> {
        let shelf = shelf_of(self.shelves, &case.shelf);
        shelf.map_or_else(Vec::new, |shelf| {
            shelf.components.keys().map(String::as_str).collect()
        })
    }
}

impl Shelf {
    /// A prediction of these components and no others.
    fn adopted(&self, goal: &str, nodes: &[&str]) -> Draft {
        let chosen: Vec<Arc<Component>> = nodes
            .iter()
            .filter_map(|name| self.components.get(*name).cloned())
            .collect();
        adopt(goal, &chosen, &NOTHING)
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
    let Some(shelf) = shelf_of(shelves.shelves, &case.shelf) else {
        return;
    };
    let mut fresh = outline(prediction);
    fresh.implied = implied(draft);
    let advice = past.advise(case, &fresh, shelves, Same::LeftOut);
    let nodes: Vec<&str> = advice.plan.nodes.iter().map(String::as_str).collect();
    let same = fresh.nodes.iter().collect::<BTreeSet<_>>() == advice.plan.nodes.iter().collect();
    let mut bound = if same {
        draft.clone()
    } else {
        shelf.adopted(&case.goal, &nodes)
    };
    past.follow(&mut bound, &case.goal, Same::LeftOut);
    let bound = written(&Value::Null, &bound, shelf.silent);
    prediction["bindings"] = bound["bindings"].clone();
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
pub(super) fn solved(cases: &Value, meanings: &Meanings) -> Result<Vec<Case>> {
    Ok(items(cases)?
        .iter()
        .filter_map(|item| {
            let case = case(item, meanings);
            (!case.plan.nodes.is_empty() && !case.goal.is_empty()).then_some(case)
        })
        .collect())
}

/// An item as a case.
pub(super) fn case(item: &Value, meanings: &Meanings) -> Case {
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
    let goal = text("goal");
    Case {
        meaning: meanings.of_text(&goal),
        goal,
        shelf: text("registry"),
        plan: outline(item),
        bindings: bindings(item),
        source: id,
    }
}

/// What the calls of a solved item were given: `$var1.field$` is a field of the call so labelled.
fn bindings(item: &Value) -> Vec<(String, String, Value)> {
    let calls = item.get("calls").and_then(Value::as_array);
    let calls = calls.map_or(&[][..], Vec::as_slice);
    let text = |call: &Value, key: &str| call.get(key).and_then(Value::as_str).map(str::to_owned);
    let labelled: BTreeMap<String, String> = calls
        .iter()
        .filter_map(|call| Some((text(call, "label")?, text(call, "name")?)))
        .collect();
    let named = |value: &Value| {
        let inside = value.as_str()?.strip_prefix('$')?.strip_suffix('$')?;
        let (label, field) = inside
            .split_once('.')
            .map_or((inside, None), |(l, f)| (l, Some(f)));
        let tool = labelled.get(label)?;
        Some(json!(
            field.map_or(tool.clone(), |field| format!("{tool}.{field}"))
        ))
    };
    let given = |call: &Value| {
        let name = text(call, "name").filter(|name| name != "var_result")?;
        let arguments = call.get("arguments").and_then(Value::as_object)?;
        let bound = arguments.iter().map(move |(field, value)| {
            (
                name.clone(),
                field.clone(),
                named(value).unwrap_or_else(|| value.clone()),
            )
        });
        Some(bound.collect::<Vec<_>>())
    };
    calls.iter().filter_map(given).flatten().collect()
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
