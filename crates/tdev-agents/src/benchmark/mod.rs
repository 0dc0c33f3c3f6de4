//! Plans for the goals of a file of cases, as predictions that can be scored against gold plans.
//!
//! The shapes are those of published planning benchmarks: `registry` (a list of tools, or `nodes`
//! and `links`) or `registries` by name, and `items` with `id`, `goal` and, where solved, `nodes`
//! and `edges`. Every item is planned with its own registry alone.

mod learning;
mod rest;
mod tools;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tdev_core::component::Component;
use tdev_core::{Code, Error, Result};

use crate::cases::Past;
pub use crate::composer::Meanings;
use crate::composer::{Draft, Goal, Library, Source, compose, texts_of};
use learning::{NOTHING, Shelves, amend, case, solved};

/// One registry of a file of cases.
struct Shelf {
    library: Library,
    components: BTreeMap<String, Arc<Component>>,
    /// No tool says what it gives: all that is known of a plan is its order.
    silent: bool,
}

/// Plans every item of `cases`: `{"items": [{"id", "nodes", "edges", "bindings"}]}`. Where there
/// are solved goals to learn from, they are heard, except those that say the very same goal.
///
/// # Errors
/// `InvalidInput` where the file is no file of cases at all; an odd item or tool never fails.
pub fn predictions(cases: &Value, learn: Option<&Value>) -> Result<Value> {
    predictions_by(&Meanings::default(), cases, learn)
}

/// The same, by what the texts of the cases mean and not by their words alone.
///
/// # Errors
/// As [`predictions`].
pub fn predictions_by(meanings: &Meanings, cases: &Value, learn: Option<&Value>) -> Result<Value> {
    let items = items(cases)?;
    let shelves = shelves(cases, meanings);
    let composer = Shelves {
        shelves: &shelves,
        meanings,
    };
    let past = learn.map(|file| solved(file, meanings)).transpose()?;
    let past = past.map(|cases| Past::learn(cases, &composer));
    let planned: Vec<Value> = items
        .iter()
        .map(|item| {
            let id = item.get("id").cloned().unwrap_or(Value::Null);
            let goal = item.get("goal").and_then(Value::as_str).unwrap_or("");
            let name = item.get("registry").and_then(Value::as_str).unwrap_or("");
            shelf_of(&shelves, name).map_or_else(
                || written(&id, &Draft::default(), false),
                |shelf| {
                    let cut = Goal::of(goal).meaning(meanings);
                    let found = compose(&cut, &shelf.library, &NOTHING);
                    let mut prediction = written(&id, &found.draft, shelf.silent);
                    prediction["why"] = json!(found.reasons);
                    if let Some(past) = &past {
                        let asked = case(item, meanings);
                        amend(&mut prediction, &found.draft, &asked, past, &composer);
                    }
                    prediction
                },
            )
        })
        .collect();
    Ok(json!({"items": planned}))
}

fn items(cases: &Value) -> Result<&Vec<Value>> {
    cases.get("items").and_then(Value::as_array).ok_or_else(|| {
        Error::new(Code::InvalidInput, "the cases have no list of `items`")
            .field("items")
            .hint("expected `{\"registry\": [...], \"items\": [{\"id\", \"goal\"}]}`")
    })
}

fn shelves(cases: &Value, meanings: &Meanings) -> BTreeMap<String, Shelf> {
    let mut shelves = BTreeMap::new();
    if let Some(named) = cases.get("registries").and_then(Value::as_object) {
        for (name, registry) in named {
            shelves.insert(name.clone(), Shelf::of(registry, meanings));
        }
    }
    if let Some(registry) = cases.get("registry") {
        shelves.insert(String::new(), Shelf::of(registry, meanings));
    }
    shelves
}

/// The registry of a name, or the one that has none.
fn shelf_of<'a>(shelves: &'a BTreeMap<String, Shelf>, name: &str) -> Option<&'a Shelf> {
    shelves.get(name).or_else(|| shelves.get(""))
}

/// The tools of a registry, however it is written.
fn listed(registry: &Value) -> &[Value] {
    registry
        .as_array()
        .or_else(|| registry.get("nodes").and_then(Value::as_array))
        .map_or(&[][..], Vec::as_slice)
}

/// Every text of cases that a model should read before [`predictions_by`] plans or learns by them.
///
/// # Errors
/// As [`predictions`].
pub fn texts(cases: &Value) -> Result<Vec<String>> {
    let goals = items(cases)?
        .iter()
        .filter_map(|item| item.get("goal").and_then(Value::as_str))
        .flat_map(|goal| Goal::of(goal).texts());
    let registries = cases.get("registries").and_then(Value::as_object);
    let registries = registries.into_iter().flat_map(Map::values);
    let tools = registries
        .chain(cases.get("registry"))
        .flat_map(|registry| tools::components(listed(registry)))
        .flat_map(|component| texts_of(&component));
    Ok(goals.chain(tools).collect())
}

impl Shelf {
    fn of(registry: &Value, meanings: &Meanings) -> Self {
        let tools = listed(registry);
        let components = tools::components(tools);
        Self {
            library: Library::of(components.iter().cloned())
                .meaning(|component| meanings.of_component(component)),
            components: components
                .into_iter()
                .map(|c| (c.name.clone(), c))
                .collect(),
            silent: tools::silent(tools),
        }
    }
}

/// A draft in the words of a prediction.
fn written(id: &Value, draft: &Draft, silent: bool) -> Value {
    let name = |at: usize| {
        draft
            .nodes
            .get(at)
            .map_or("", |n| n.component.name.as_str())
    };
    let nodes: Vec<&str> = (0..draft.nodes.len()).map(name).collect();
    let mut edges: Vec<[&str; 2]> = Vec::new();
    let mut bindings: Vec<[Value; 3]> = Vec::new();
    for (at, node) in draft.nodes.iter().enumerate() {
        if silent {
            edges.extend(at.checked_sub(1).map(|before| [name(before), name(at)]));
        } else {
            edges.extend(node.feeds().map(|from| [name(from), name(at)]));
        }
        for binding in &node.bindings {
            let value = match &binding.source {
                Source::Literal(value) => value.clone(),
                Source::Output { node, field } => json!(reference(name(*node), field.as_deref())),
                Source::Item(field) => match &node.each {
                    Some(Source::Output {
                        node: from,
                        field: list,
                    }) => {
                        json!(reference(name(*from), list.as_deref().or(field.as_deref())))
                    }
                    _ => continue,
                },
                Source::Input(_) => continue,
            };
            bindings.push([json!(name(at)), json!(binding.field), value]);
        }
    }
    edges.sort_unstable();
    edges.dedup();
    let mut prediction = Map::new();
    prediction.insert("id".into(), id.clone());
    prediction.insert("nodes".into(), json!(nodes));
    prediction.insert("edges".into(), json!(edges));
    prediction.insert("bindings".into(), json!(bindings));
    Value::Object(prediction)
}

fn reference(tool: &str, field: Option<&str>) -> String {
    field.map_or_else(|| tool.to_owned(), |field| format!("{tool}.{field}"))
}
