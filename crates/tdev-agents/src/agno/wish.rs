//! A spec as the families read it: fields, worked examples, and the goal's own words.

use serde_json::{Map, Value, json};
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::Example;
use tdev_core::schema::{Field, Schema};

use super::candidate::worked;
use crate::composer::stems;

/// What a family looks at.
pub(super) struct Wish<'a> {
    pub(super) spec: &'a AgentSpec,
    pub(super) inputs: Vec<Field>,
    pub(super) outputs: Vec<Field>,
    /// Examples that say what must come out.
    pub(super) examples: Vec<Example>,
    stems: Vec<String>,
}

impl<'a> Wish<'a> {
    pub(super) fn of(spec: &'a AgentSpec) -> Self {
        Self {
            spec,
            inputs: spec.input_schema.fields(),
            outputs: spec.output_schema.fields(),
            examples: worked(spec),
            stems: stems(&spec.goal),
        }
    }

    /// The goal as it was written.
    pub(super) fn goal(&self) -> &'a str {
        &self.spec.goal
    }

    /// Whether the goal speaks of any of these, whatever their endings.
    pub(super) fn speaks_of(&self, words: &[&str]) -> bool {
        words
            .iter()
            .flat_map(|word| stems(word))
            .any(|stem| self.stems.contains(&stem))
    }

    /// The only field of a type among these, or the one whose name says it is the one.
    pub(super) fn one<'f>(fields: &'f [Field], kind: &str, usual: &[&str]) -> Option<&'f Field> {
        let typed: Vec<&Field> = fields
            .iter()
            .filter(|f| f.schema.get("type").and_then(Value::as_str) == Some(kind))
            .collect();
        match typed.as_slice() {
            [only] => Some(only),
            many => many
                .iter()
                .find(|f| usual.contains(&f.name.as_str()))
                .copied(),
        }
    }

    /// The field that holds the text, `text` where nothing is said of inputs.
    pub(super) fn text(&self) -> Option<String> {
        if self.inputs.is_empty() {
            return Some("text".to_owned());
        }
        Self::one(
            &self.inputs,
            "string",
            &[
                "text", "content", "body", "message", "document", "input", "log", "line",
            ],
        )
        .map(|f| f.name.clone())
    }

    /// The values a field has in the examples' inputs.
    pub(super) fn given(&self, field: &str) -> Vec<&Value> {
        self.examples
            .iter()
            .filter_map(|e| e.input.get(field))
            .collect()
    }

    /// The values a field has in the examples' outputs.
    pub(super) fn wanted(&self, field: &str) -> Vec<&Value> {
        self.examples
            .iter()
            .filter_map(|e| e.output.get(field))
            .collect()
    }

    /// The input schema, or one of this field where the spec says nothing.
    pub(super) fn input_or(&self, name: &str, schema: Value) -> Schema {
        if self.inputs.is_empty() {
            Schema::of_fields([(name.to_owned(), schema)])
        } else {
            self.spec.input_schema.clone()
        }
    }

    /// The output schema, or one of this field where the spec says nothing.
    pub(super) fn output_or(&self, name: &str, schema: Value) -> Schema {
        if self.outputs.is_empty() {
            Schema::of_fields([(name.to_owned(), schema)])
        } else {
            self.spec.output_schema.clone()
        }
    }
}

/// The JSON Schema that all of these values fit.
pub(super) fn schema_of(values: &[&Value]) -> Value {
    let mut names: Vec<&str> = values.iter().map(|v| name_of(v)).collect();
    names.sort_unstable();
    names.dedup();
    if names == ["integer", "number"] {
        names = vec!["number"];
    }
    match names.as_slice() {
        ["array"] => {
            let items: Vec<&Value> = values
                .iter()
                .filter_map(|v| v.as_array())
                .flatten()
                .collect();
            if items.is_empty() {
                json!({"type": "array"})
            } else {
                json!({"type": "array", "items": schema_of(&items)})
            }
        }
        ["object"] => {
            let objects: Vec<&Map<String, Value>> =
                values.iter().filter_map(|v| v.as_object()).collect();
            fields_of(&objects)
        }
        [one] => json!({"type": one}),
        [] => json!({}),
        many => json!({"type": many}),
    }
}

/// The schema of objects: every field seen, required where all have it.
fn fields_of(objects: &[&Map<String, Value>]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for name in objects.iter().flat_map(|o| o.keys()) {
        if properties.contains_key(name) {
            continue;
        }
        let values: Vec<&Value> = objects.iter().filter_map(|o| o.get(name)).collect();
        if values.len() == objects.len() {
            required.push(json!(name));
        }
        properties.insert(name.clone(), schema_of(&values));
    }
    json!({"type": "object", "properties": properties, "required": required})
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A number as its value, `3.0` as 3.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x.as_f64() == y.as_f64(),
        _ => a == b,
    }
}
