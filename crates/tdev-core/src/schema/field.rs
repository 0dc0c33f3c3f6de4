//! The named fields of an object schema.

use serde_json::Value;

/// One named field of an input or output.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whether it must be given.
    pub required: bool,
    /// Its JSON Schema.
    pub schema: Value,
}

impl Field {
    /// The semantic type where there is one (`image`, `file`, `email`, …), else the JSON type,
    /// else `any`.
    pub fn type_name(&self) -> &str {
        type_name(&self.schema)
    }

    /// What it means, in its author's words.
    pub fn description(&self) -> &str {
        self.schema
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or("")
    }

    /// The value used where none is given.
    pub fn default(&self) -> Option<&Value> {
        self.schema.get("default")
    }
}

/// The name people would call the type of a schema by.
pub(super) fn type_name(schema: &Value) -> &str {
    if let Some(semantic) = schema.get("x-tdev-type").and_then(Value::as_str) {
        return semantic;
    }
    match schema.get("type") {
        Some(Value::String(word)) if word == "string" => {
            match schema.get("format").and_then(Value::as_str) {
                Some("uri") => "url",
                Some("date-time") => "datetime",
                Some(format) => format,
                None => "string",
            }
        }
        Some(Value::String(word)) => word,
        _ => "any",
    }
}

pub(super) fn fields_of(schema: &Value) -> Vec<Field> {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    schema
        .get("properties")
        .and_then(Value::as_object)
        .map_or_else(Vec::new, |properties| {
            properties
                .iter()
                .map(|(name, schema)| Field {
                    name: name.clone(),
                    required: required.contains(&name.as_str()),
                    schema: schema.clone(),
                })
                .collect()
        })
}
