//! Tools as benchmarks describe them, as components.

use std::sync::Arc;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value, json};
use tdev_core::component::Component;

use super::rest;

/// The components of a registry's tools, each name once; what is no tool is left out.
pub(super) fn components(tools: &[Value]) -> Vec<Arc<Component>> {
    let kinds = rest::Kinds::of(tools.iter().filter_map(name));
    let mut found: Vec<Arc<Component>> = Vec::new();
    for tool in tools {
        let Some(component) = component(tool, &kinds) else {
            continue;
        };
        match found.iter_mut().find(|c| c.name == component.name) {
            // Listed twice: the fuller description stands.
            Some(same)
                if same.input_schema.fields().len() < component.input_schema.fields().len() =>
            {
                *same = Arc::new(component);
            }
            Some(_) => {}
            None => found.push(Arc::new(component)),
        }
    }
    found
}

/// Whether no tool names what it gives.
pub(super) fn silent(tools: &[Value]) -> bool {
    tools.iter().all(|tool| listed(tool, OUTPUTS).is_empty())
}

const INPUTS: &[&str] = &["inputs", "parameters", "input-type", "input_type", "input"];
const OUTPUTS: &[&str] = &["outputs", "output-type", "output_type", "output"];

fn name(tool: &Value) -> Option<&str> {
    ["id", "name"]
        .iter()
        .find_map(|key| tool.get(*key).and_then(Value::as_str))
        .filter(|name| !name.is_empty())
}

fn text<'a>(value: &'a Value, keys: &[&str]) -> &'a str {
    keys.iter()
        .find_map(|key| value.get(*key).and_then(Value::as_str))
        .unwrap_or("")
}

fn component(tool: &Value, kinds: &rest::Kinds) -> Option<Component> {
    let name = name(tool)?;
    let description = plain(text(tool, &["desc", "description"]));
    let (mut inputs, mut outputs) = (Map::new(), Map::new());
    let mut required = Vec::new();
    for (mut field, mut schema, needed) in listed(tool, INPUTS) {
        // Two images are two inputs.
        if inputs.contains_key(&field) {
            schema["title"] = json!(field);
            field = format!("{field}_{}", inputs.len() + 1);
        }
        if needed {
            required.push(field.clone());
        }
        inputs.insert(field, schema);
    }
    for (field, schema, _) in listed(tool, OUTPUTS) {
        outputs.insert(field, schema);
    }
    if let Some(operation) = rest::Operation::of(name, &description) {
        for field in operation.takes(kinds) {
            required.push(field.clone());
            inputs.entry(field).or_insert(json!({"type": "string"}));
        }
        for field in operation.gives(kinds) {
            outputs.entry(field).or_insert(json!({"type": "string"}));
        }
    }
    let object = |fields: Map<String, Value>, required: Vec<String>| json!({"type": "object", "properties": fields, "required": required});
    let given: Vec<String> = outputs.keys().cloned().collect();
    serde_json::from_value(json!({
        "name": name,
        "type": "tool",
        "description": description,
        "input_schema": object(inputs, required),
        "output_schema": object(outputs, given),
    }))
    .ok()
}

/// The fields under the first of the keys that has any: name, schema, whether it must be given.
fn listed(tool: &Value, keys: &[&str]) -> Vec<(String, Value, bool)> {
    keys.iter()
        .filter_map(|key| tool.get(*key))
        .map(|fields| match fields {
            Value::Array(list) => list.iter().filter_map(field).collect(),
            Value::Object(named) => named
                .iter()
                .map(|(name, about)| (name.clone(), schema(name, about), true))
                .collect(),
            Value::String(one) if !one.is_empty() => {
                vec![(one.clone(), schema(one, fields), true)]
            }
            _ => Vec::new(),
        })
        .find(|found: &Vec<_>| !found.is_empty())
        .unwrap_or_default()
}

fn field(value: &Value) -> Option<(String, Value, bool)> {
    let name = match value {
        Value::String(name) => name.as_str(),
        _ => text(value, &["name", "id"]),
    };
    let needed = value
        .get("required")
        .is_none_or(|r| r != &Value::Bool(false));
    (!name.is_empty()).then(|| (name.to_owned(), schema(name, value), needed))
}

/// The schema of a field: its type where it is one, and what is said of it.
fn schema(name: &str, about: &Value) -> Value {
    let mut schema = Map::new();
    let written = match about {
        Value::String(word) => word.as_str(),
        _ => text(about, &["type"]),
    };
    let written = written.to_lowercase();
    let json_type = match written.as_str() {
        "string" | "str" => Some("string"),
        "integer" | "int" => Some("integer"),
        "number" | "float" | "double" => Some("number"),
        "boolean" | "bool" => Some("boolean"),
        "array" | "list" => Some("array"),
        "object" | "dict" => Some("object"),
        _ => None,
    };
    if let Some(word) = json_type {
        schema.insert("type".into(), json!(word));
    } else if !written.is_empty() && written != name.to_lowercase() {
        schema.insert("title".into(), json!(written));
    }
    let description = plain(text(about, &["desc", "description"]));
    if !description.is_empty() {
        schema.insert("description".into(), json!(description));
    }
    Value::Object(schema)
}

static MARKUP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"<[^>]*>|\]\([^)]*\)|https?://\S+").ok());

/// Text without tags and link targets.
fn plain(text: &str) -> String {
    match MARKUP.as_ref() {
        Some(markup) => markup.replace_all(text, " ").into_owned(),
        None => text.to_owned(),
    }
}
