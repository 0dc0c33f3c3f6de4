//! The seed's shorthand (`"string"`, `{"text": "string"}`, `"input": "image"`) and its expansion.

use serde_json::{Map, Value, json};

use crate::nearest::did_you_mean;
use crate::{Code, Error, Result};

const JSON_TYPES: &[&str] = &[
    "string", "number", "integer", "boolean", "object", "array", "null",
];

/// Types that mean more than JSON's: a name people use, and what it is in JSON Schema.
pub const SEMANTIC_TYPES: &[&str] = &[
    "any", "image", "file", "date", "datetime", "time", "url", "email", "uuid", "path",
];

/// Other spellings people write for the same types.
const SPELLINGS: &[(&str, &str)] = &[
    ("str", "string"),
    ("text", "string"),
    ("int", "integer"),
    ("float", "number"),
    ("double", "number"),
    ("bool", "boolean"),
    ("dict", "object"),
    ("map", "object"),
    ("json", "any"),
    ("list", "array"),
    ("uri", "url"),
];

/// A whole schema: an object of fields, a bare type, or JSON Schema.
pub(super) fn expand_top(written: &Value) -> Result<Value> {
    match written {
        Value::String(word) => {
            let (base, _) = strip_optional(word);
            // A bare word that is no type (the seed's `"output": "username"`) names the one field.
            let (name, schema) = match named_type(base) {
                Some(schema) if is_semantic(base) && base != "any" => (base, schema),
                Some(schema) => ("value", schema),
                None if is_identifier(base) => (base, json!({})),
                None => return Err(unknown_type(base)),
            };
            Ok(object_of(
                Map::from_iter([(name.to_owned(), schema)]),
                vec![json!(name)],
            ))
        }
        Value::Object(map) if is_json_schema_top(map) => Ok(written.clone()),
        Value::Object(map) => expand_fields(map),
        Value::Bool(_) => Ok(written.clone()),
        Value::Null => Ok(json!({"type": "object"})),
        _ => Err(Error::new(
            Code::InvalidSchema,
            "a schema is a type name, an object of fields, or JSON Schema",
        )),
    }
}

fn expand_fields(map: &Map<String, Value>) -> Result<Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (key, value) in map {
        let (name, key_optional) = strip_optional(key);
        let value_optional = value.as_str().is_some_and(|word| strip_optional(word).1);
        if !key_optional && !value_optional {
            required.push(json!(name));
        }
        let schema = expand_nested(value).map_err(|e| {
            let path = e
                .field
                .as_deref()
                .map_or_else(|| name.to_owned(), |rest| format!("{name}.{rest}"));
            e.field(path)
        })?;
        properties.insert(name.to_owned(), schema);
    }
    Ok(object_of(properties, required))
}

fn object_of(properties: Map<String, Value>, required: Vec<Value>) -> Value {
    let mut object = Map::new();
    object.insert("type".into(), json!("object"));
    if !properties.is_empty() {
        object.insert("properties".into(), Value::Object(properties));
        object.insert("required".into(), Value::Array(required));
    }
    Value::Object(object)
}

fn expand_nested(written: &Value) -> Result<Value> {
    match written {
        Value::String(word) => {
            let (base, _) = strip_optional(word);
            named_type(base).ok_or_else(|| unknown_type(base))
        }
        Value::Object(map) if is_json_schema_nested(map) => Ok(written.clone()),
        Value::Object(map) => expand_fields(map),
        Value::Array(items) => match items.as_slice() {
            [] => Ok(json!({"type": "array"})),
            [one] => Ok(json!({"type": "array", "items": expand_nested(one)?})),
            _ => Ok(json!({"enum": items})),
        },
        Value::Bool(_) => Ok(written.clone()),
        _ => Err(Error::new(
            Code::InvalidSchema,
            "a field's schema is a type name, an object of fields, or JSON Schema",
        )),
    }
}

fn strip_optional(word: &str) -> (&str, bool) {
    let word = word.trim();
    word.strip_suffix('?')
        .map_or((word, false), |base| (base.trim_end(), true))
}

fn is_semantic(word: &str) -> bool {
    SEMANTIC_TYPES.contains(&word)
}

fn is_identifier(word: &str) -> bool {
    word.chars().next().is_some_and(|c| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn named_type(word: &str) -> Option<Value> {
    if let Some(item) = word.strip_suffix("[]") {
        return Some(json!({"type": "array", "items": named_type(item)?}));
    }
    for opening in ["list<", "array<", "list[", "array["] {
        if let Some(item) = word
            .strip_prefix(opening)
            .and_then(|rest| rest.strip_suffix(['>', ']']))
        {
            return Some(json!({"type": "array", "items": named_type(item.trim())?}));
        }
    }
    let word = SPELLINGS
        .iter()
        .find(|(spelling, _)| *spelling == word)
        .map_or(word, |(_, name)| name);
    Some(match word {
        "any" => json!({}),
        "image" | "file" => json!({
            "type": "object", "x-tdev-type": word,
            "properties": {
                "artifact": {"type": "string", "description": "SHA-256 of the content, lowercase hex"},
                "media_type": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer"}
            },
            "required": ["artifact"]
        }),
        "date" | "time" | "email" | "uuid" => json!({"type": "string", "format": word}),
        "datetime" => json!({"type": "string", "format": "date-time"}),
        "url" => json!({"type": "string", "format": "uri"}),
        "path" => json!({"type": "string", "x-tdev-type": "path"}),
        _ if JSON_TYPES.contains(&word) => json!({"type": word}),
        _ => return None,
    })
}

fn unknown_type(word: &str) -> Error {
    let known = JSON_TYPES.iter().chain(SEMANTIC_TYPES).copied();
    Error::new(Code::InvalidSchema, format!("`{word}` is not a type"))
        .hint(format!(
            "types are {}",
            known.clone().collect::<Vec<_>>().join(", ")
        ))
        .hint_opt(did_you_mean(word, known))
}

fn is_json_schema_top(map: &Map<String, Value>) -> bool {
    map.contains_key("$schema")
        || map.contains_key("$ref")
        || map.get("properties").is_some_and(Value::is_object)
        || map
            .get("type")
            .is_some_and(|t| t == "object" && map.len() <= 1)
        || (map.get("type").is_some_and(|t| t == "object")
            && map.keys().any(|k| SCHEMA_WORDS.contains(&k.as_str())))
        || ["anyOf", "oneOf", "allOf"]
            .iter()
            .any(|k| map.get(*k).is_some_and(Value::is_array))
}

const SCHEMA_WORDS: &[&str] = &[
    "required",
    "additionalProperties",
    "properties",
    "patternProperties",
    "minProperties",
    "maxProperties",
];

fn is_json_schema_nested(map: &Map<String, Value>) -> bool {
    let typed = match map.get("type") {
        Some(Value::String(word)) => JSON_TYPES.contains(&word.as_str()),
        Some(Value::Array(words)) => words
            .iter()
            .all(|w| w.as_str().is_some_and(|w| JSON_TYPES.contains(&w))),
        _ => false,
    };
    typed
        || map.is_empty()
        || ["$ref", "const", "anyOf", "oneOf", "allOf"]
            .iter()
            .any(|k| map.contains_key(*k))
        || map.get("enum").is_some_and(Value::is_array)
}
