//! A list that the spec gives, and a goal that speaks of each of its items: what is composed for one
//! item, done for all.

use regex::Regex;
use serde_json::Value;
use tdev_core::agent_io::AgentSpec;
use tdev_core::schema::Field;

use crate::composer::{Draft, Source};

/// The same goal, about one item.
pub(super) struct One {
    pub(super) goal: String,
    /// What the item is called.
    pub(super) name: String,
    pub(super) schema: Value,
    list: Field,
}

/// The goal for one item, where a spec gives one list and its goal speaks of each.
pub(super) fn one_of(spec: &AgentSpec) -> Option<One> {
    let each = Regex::new(r"(?i)\b(each|every)( one)?( of)?( the)?\b").ok()?;
    if !each.is_match(&spec.goal) {
        return None;
    }
    let fields = spec.input_schema.fields();
    let is_list =
        |field: &&Field| field.schema.get("type").and_then(Value::as_str) == Some("array");
    let mut lists = fields.iter().filter(is_list);
    let (Some(list), None, 1) = (lists.next(), lists.next(), fields.len()) else {
        return None;
    };
    let schema = list.schema.get("items").filter(|items| items.is_object())?;
    let name = match list.name.strip_suffix('s') {
        Some(one) if !one.is_empty() => one.to_owned(),
        _ => "item".to_owned(),
    };
    Some(One {
        goal: each.replace_all(&spec.goal, "the").into_owned(),
        name,
        schema: schema.clone(),
        list: list.clone(),
    })
}

/// Makes a draft for one item one for all. Not where a step takes what another gives: items would
/// have to be told apart.
pub(super) fn spread(draft: &mut Draft, one: &One) -> bool {
    let item = Source::Input(one.name.clone());
    let apart = draft.nodes.iter().all(|node| {
        node.each.is_none()
            && node.condition.is_none()
            && node.feeds().next().is_none()
            && node.bindings.iter().any(|binding| binding.source == item)
    });
    if !apart || draft.inputs.iter().any(|field| field.name != one.name) {
        return false;
    }
    for node in &mut draft.nodes {
        node.each = Some(Source::Input(one.list.name.clone()));
        for binding in &mut node.bindings {
            if binding.source == item {
                binding.source = Source::Item(None);
            }
        }
    }
    draft.inputs = vec![one.list.clone()];
    true
}
