//! What templates and references give, as far as schemas tell.

use serde_json::{Map, Value, json};

use super::super::reference::{Path, Reference, Root, Segment};
use super::super::template::Template;
use super::Checker;
use super::scope::{Flow, Scope};
use crate::nearest::did_you_mean;
use crate::{Code, Error};

/// What a reference gives.
///
/// # Errors
/// `InvalidWorkflow` for a root out of reach or a field that is not there, with the nearest name.
pub(in crate::workflow) fn reference_flow(
    reference: &Reference,
    scope: &Scope,
) -> Result<Flow, Error> {
    let flows = reference
        .paths
        .iter()
        .map(|path| path_flow(path, scope))
        .collect::<Result<Vec<_>, _>>()?;
    let last = flows.last().cloned().unwrap_or_default();
    match flows.as_slice() {
        [one] => Ok(one.clone()),
        // The first that is not null: null only where even the last may be.
        several => {
            let same = several.iter().all(|f| f.schema == last.schema);
            let schema = if same { last.schema.clone() } else { json!({}) };
            Ok(Flow { schema, ..last })
        }
    }
}

fn path_flow(path: &Path, scope: &Scope) -> Result<Flow, Error> {
    let invalid = |message: String| Error::new(Code::InvalidWorkflow, message);
    let mut flow = match &path.root {
        Root::Input => scope.input.clone(),
        Root::Item => scope.item.clone().ok_or_else(|| {
            invalid("`${item}` is used outside a loop".into())
                .hint("it belongs to a step with `for_each`")
        })?,
        Root::Index if scope.item.is_some() => Flow::of(json!({"type": "integer"})),
        Root::Index => {
            return Err(invalid("`${index}` is used outside a loop".into())
                .hint("it belongs to a step with `for_each`"));
        }
        Root::Step(id) => scope.step(id).cloned().ok_or_else(|| {
            invalid(format!(
                "`${{{path}}}` refers to `{id}`, which is no step in reach"
            ))
            .hint_opt(did_you_mean(id, scope.names()))
        })?,
    };
    let mut here = match &path.root {
        Root::Step(id) => id.clone(),
        Root::Input => "input".to_owned(),
        Root::Item => "item".to_owned(),
        Root::Index => "index".to_owned(),
    };
    for segment in &path.segments {
        match segment {
            Segment::Field(name) if flow.schema.get("type").is_some_and(|t| t == "array") => {
                let inner = flow
                    .schema
                    .get("items")
                    .cloned()
                    .unwrap_or_else(|| json!({}));
                let one = step_into(&inner, name, &format!("the items of {here}"))?;
                // A list in each item becomes one list.
                let items = match one.get("type") {
                    Some(kind) if kind == "array" => {
                        one.get("items").cloned().unwrap_or_else(|| json!({}))
                    }
                    _ => one,
                };
                flow = Flow {
                    schema: json!({"type": "array", "items": items}),
                    ..flow
                };
                here = format!("{here}.{name}");
            }
            Segment::Field(name) => {
                let Some(properties) = flow.schema.get("properties").and_then(Value::as_object)
                else {
                    let kind = flow
                        .schema
                        .get("type")
                        .and_then(Value::as_str)
                        .unwrap_or("object");
                    if kind != "object" && kind != "array" {
                        return Err(invalid(format!(
                            "`${{{path}}}` asks for the field `{name}` of `{here}`, which is of type `{kind}`"
                        )));
                    }
                    flow = Flow {
                        schema: json!({}),
                        ..flow
                    };
                    continue;
                };
                let Some(schema) = properties.get(name) else {
                    if flow
                        .schema
                        .get("additionalProperties")
                        .is_some_and(|open| *open != Value::Bool(false))
                    {
                        flow = Flow {
                            schema: json!({}),
                            maybe_absent: true,
                            ..flow
                        };
                        continue;
                    }
                    return Err(invalid(format!("`{here}` has no field `{name}`"))
                        .hint(format!(
                            "it has {}",
                            properties
                                .keys()
                                .map(|k| format!("`{k}`"))
                                .collect::<Vec<_>>()
                                .join(", ")
                        ))
                        .hint_opt(did_you_mean(name, properties.keys().map(String::as_str))));
                };
                let required = flow
                    .schema
                    .get("required")
                    .and_then(Value::as_array)
                    .is_some_and(|r| r.iter().any(|n| n == name));
                let absent = !required && schema.get("default").is_none();
                flow = Flow {
                    schema: schema.clone(),
                    maybe_absent: flow.maybe_absent || absent,
                    ..flow
                };
                here = format!("{here}.{name}");
            }
            Segment::Index(index) => {
                let kind = flow
                    .schema
                    .get("type")
                    .and_then(Value::as_str)
                    .unwrap_or("array");
                if kind != "array" {
                    return Err(invalid(format!(
                        "`${{{path}}}` takes item {index} of `{here}`, which is of type `{kind}`"
                    )));
                }
                let schema = flow
                    .schema
                    .get("items")
                    .cloned()
                    .unwrap_or_else(|| json!({}));
                flow = Flow { schema, ..flow };
                here = format!("{here}[{index}]");
            }
        }
    }
    Ok(flow)
}

/// The schema of a field of one item of a list.
fn step_into(schema: &Value, name: &str, here: &str) -> Result<Value, Error> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Ok(json!({}));
    };
    match properties.get(name) {
        Some(field) => Ok(field.clone()),
        None if schema
            .get("additionalProperties")
            .is_some_and(|open| *open != Value::Bool(false)) =>
        {
            Ok(json!({}))
        }
        None => Err(Error::new(
            Code::InvalidWorkflow,
            format!("{here} have no field `{name}`"),
        )
        .hint_opt(did_you_mean(name, properties.keys().map(String::as_str)))),
    }
}

/// Whether a path reads a field of every item of a list, so that it gives a list.
pub(in crate::workflow) fn projects(path: &Path, scope: &Scope) -> bool {
    (0..path.segments.len()).any(|at| {
        let before = Path {
            root: path.root.clone(),
            segments: path.segments.iter().take(at).cloned().collect(),
        };
        matches!(path.segments.get(at), Some(Segment::Field(_)))
            && path_flow(&before, scope)
                .is_ok_and(|flow| flow.schema.get("type").is_some_and(|t| t == "array"))
    })
}

impl Checker<'_> {
    /// What a template gives; faults in it are noted at their place.
    pub(super) fn template(&mut self, value: &Value, scope: &Scope, place: &str) -> Flow {
        match value {
            Value::String(text) => self.text(text, scope, place),
            Value::Array(items) => {
                let flows: Vec<Flow> = items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| self.template(item, scope, &format!("{place}[{i}]")))
                    .collect();
                let kinds: Vec<Value> = flows.iter().map(|f| widen(&f.schema)).collect();
                match kinds.split_first() {
                    Some((first, rest)) if rest.iter().all(|k| k == first) => {
                        Flow::of(json!({"type": "array", "items": first}))
                    }
                    _ => Flow::of(json!({"type": "array"})),
                }
            }
            Value::Object(map) => {
                let mut properties = Map::new();
                for (name, item) in map {
                    let flow = self.template(item, scope, &format!("{place}.{name}"));
                    properties.insert(name.clone(), flow.schema);
                }
                let required: Vec<&String> = map.keys().collect();
                Flow::of(
                    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false}),
                )
            }
            literal => Flow::of(json!({"const": literal})),
        }
    }

    fn text(&mut self, text: &str, scope: &Scope, place: &str) -> Flow {
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(error) => {
                self.push(error.field(place));
                return Flow::default();
            }
        };
        if let Some(reference) = template.whole() {
            return self.reference(reference, scope, place);
        }
        let mut plain = true;
        for reference in template.references() {
            plain = false;
            let flow = self.reference(reference, scope, place);
            if flow.maybe_null || flow.maybe_absent {
                self.fault(
                    place,
                    format!("`{reference}` may have no value, and text cannot be made of nothing"),
                )
                .hint = Some(format!(
                    "give a second choice, `{}`",
                    reference.to_string().replace('}', " ?? other.step}")
                ));
            }
        }
        Flow::of(if plain {
            json!({"const": text})
        } else {
            json!({"type": "string"})
        })
    }

    pub(super) fn reference(&mut self, reference: &Reference, scope: &Scope, place: &str) -> Flow {
        reference_flow(reference, scope).unwrap_or_else(|error| {
            self.push(error.field(place));
            Flow::default()
        })
    }
}

/// The type of a constant, so that `[1, 2]` is a list of integers.
fn widen(schema: &Value) -> Value {
    match schema.get("const") {
        Some(Value::String(_)) => json!({"type": "string"}),
        Some(Value::Number(n)) if n.is_f64() => json!({"type": "number"}),
        Some(Value::Number(_)) => json!({"type": "integer"}),
        Some(Value::Bool(_)) => json!({"type": "boolean"}),
        Some(_) => json!({}),
        None => schema.clone(),
    }
}
