//! A draft written down as a workflow.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tdev_core::component::{bare_name, kebab_case};
use tdev_core::schema::Schema;
use tdev_core::workflow::{Loop, Step, Workflow};

use super::draft::{Draft, Source};

/// The workflow of a draft; its id and description come from the goal.
pub(crate) fn assemble(draft: &Draft, goal: &str) -> Workflow {
    let ids = ids(draft);
    let id = |node: usize| ids.get(node).map_or("", String::as_str);
    let reference = |source: &Source| match source {
        Source::Literal(Value::String(text)) => Value::String(text.replace("${", "$${")),
        Source::Literal(value) => value.clone(),
        Source::Input(name) => json!(format!("${{input.{name}}}")),
        Source::Output {
            node,
            field: Some(field),
        } => json!(format!("${{{}.{field}}}", id(*node))),
        Source::Output { node, field: None } => json!(format!("${{{}}}", id(*node))),
        Source::Item(Some(field)) => json!(format!("${{item.{field}}}")),
        Source::Item(None) => json!("${item}"),
    };
    let steps: Vec<Step> = draft
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let input: Map<String, Value> = node
                .bindings
                .iter()
                .map(|b| (b.field.clone(), reference(&b.source)))
                .collect();
            let mut step = Step::call(id(at), node.component.pinned(), Value::Object(input));
            step.each = node.each.as_ref().and_then(|list| {
                reference(list).as_str().map(|items| Loop {
                    items: items.to_owned(),
                    max_concurrency: 8,
                })
            });
            step.condition = node.condition.as_ref().map(|text| {
                ids.iter()
                    .enumerate()
                    .rev()
                    .fold(text.clone(), |text, (at, id)| {
                        text.replace(&format!("${{#{at}."), &format!("${{{id}."))
                    })
            });
            step
        })
        .collect();
    Workflow {
        id: workflow_id(goal),
        description: goal.to_owned(),
        input_schema: input_schema(draft),
        output: Some(output(draft, &ids, &reference)),
        steps,
        ..Workflow::default()
    }
}

fn input_schema(draft: &Draft) -> Schema {
    if draft.inputs.is_empty() {
        return Schema::default();
    }
    Schema::of_fields(
        draft
            .inputs
            .iter()
            .map(|f| (f.name.clone(), f.schema.clone())),
    )
}

fn output(draft: &Draft, ids: &[String], reference: &impl Fn(&Source) -> Value) -> Value {
    let whole = |at: usize| Source::Output {
        node: at,
        field: None,
    };
    let sources: Vec<Source> = if draft.outputs.is_empty() {
        draft.sinks().into_iter().map(whole).collect()
    } else {
        draft.outputs.clone()
    };
    match sources.as_slice() {
        [one] => reference(one),
        several => {
            let mut object = Map::new();
            for source in several {
                if let Source::Output { node, field } = source {
                    let id = ids.get(*node).map_or("", String::as_str).replace('-', "_");
                    let name = match field {
                        Some(field) if !object.contains_key(field) => field.clone(),
                        Some(field) => format!("{id}_{field}"),
                        None => id,
                    };
                    object.insert(name, reference(source));
                }
            }
            Value::Object(object)
        }
    }
}

/// Step ids: the component's name without its kind, counted where it comes twice.
fn ids(draft: &Draft) -> Vec<String> {
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    draft
        .nodes
        .iter()
        .map(|node| {
            let name = &node.component.name;
            let mut id = kebab_case(bare_name(name));
            if matches!(id.as_str(), "input" | "item" | "index" | "output") {
                id.push_str("-step");
            }
            let count = used.entry(id.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                format!("{id}-{count}")
            } else {
                id
            }
        })
        .collect()
}

/// What the workflow of a goal is called.
pub(crate) fn workflow_id(goal: &str) -> String {
    let id = kebab_case(goal)
        .split('-')
        .take(7)
        .collect::<Vec<_>>()
        .join("-");
    let id: String = id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(60)
        .collect();
    let id = id.trim_matches('-').to_owned();
    if id.is_empty() { "plan".to_owned() } else { id }
}
