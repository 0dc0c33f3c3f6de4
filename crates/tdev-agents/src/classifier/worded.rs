//! Schemas made fuller by what a docstring says: a type where the code gives none, and the words.

use ruff_python_ast::Expr;
use ruff_python_parser::parse_expression;
use serde_json::{Map, Value, json};

use super::annotation::typed;
use super::documented::Entry;
use super::module::Module;

/// The fields of a schema with the types and words that entries of the same names have.
pub(super) fn worded(schema: Value, entries: &[Entry], module: &Module<'_>) -> Value {
    let fields = match schema {
        Value::Object(fields) if !fields.get("type").is_some_and(Value::is_string) => fields,
        other => return other,
    };
    let mut full = Map::new();
    for (key, value) in fields {
        let name = key.trim_end_matches('?');
        let Some(entry) = entries.iter().find(|entry| entry.name == name) else {
            full.insert(key, value);
            continue;
        };
        let (value, optional) = match value {
            Value::String(word) => match word.strip_suffix('?') {
                Some(bare) => (json!(bare), true),
                None => (json!(word), key.ends_with('?')),
            },
            other => (other, key.ends_with('?')),
        };
        let vague = matches!(value.as_str(), Some("any" | "object" | "array"));
        let value = match schema_of_words(&entry.kind, module) {
            Some(said) if vague && said != json!("any") => said,
            // The choices of a text say more than that it is one.
            Some(said) if value == json!("string") && said.get("enum").is_some() => said,
            _ => value,
        };
        let (key, value) = match described(value, &entry.text) {
            Value::String(word) if optional => (name.to_owned(), json!(format!("{word}?"))),
            other if optional => (format!("{name}?"), other),
            other => (name.to_owned(), other),
        };
        full.insert(key, value);
    }
    Value::Object(full)
}

/// What entries say is returned, where the code does not say: the keys of a mapping, or one type.
pub(super) fn said_to_return(gives: &[Entry], module: &Module<'_>) -> Option<Value> {
    let mut fields = Map::new();
    for entry in gives.iter().filter(|entry| !entry.name.is_empty()) {
        let key = if entry.optional {
            format!("{}?", entry.name)
        } else {
            entry.name.clone()
        };
        let schema = schema_of_words(&entry.kind, module).unwrap_or_else(|| json!("any"));
        fields.insert(key, described(schema, &entry.text));
    }
    if !fields.is_empty() {
        return Some(Value::Object(fields));
    }
    let whole = gives.first()?;
    schema_of_words(&whole.kind, module)
        .filter(|schema| !matches!(schema.as_str(), Some("object" | "any" | "null")))
}

/// The schema of a type as a docstring writes it; `None` where it is none.
fn schema_of_words(kind: &str, module: &Module<'_>) -> Option<Value> {
    let kind = kind.trim().trim_matches('`').trim_start_matches(":class:");
    if kind.is_empty() {
        return None;
    }
    if let Some(inner) = kind.strip_prefix('{').and_then(|k| k.strip_suffix('}')) {
        let choices: Vec<Value> = inner
            .split(',')
            .map(|one| json!(one.trim().trim_matches(['\'', '"'])))
            .collect();
        return Some(json!({"type": "string", "enum": choices}));
    }
    for opening in [
        "list of ",
        "List of ",
        "array of ",
        "sequence of ",
        "iterable of ",
    ] {
        if let Some(inner) = kind.strip_prefix(opening) {
            let item = schema_of_words(inner.trim_end_matches('s'), module)
                .or_else(|| schema_of_words(inner, module));
            return Some(match item {
                Some(Value::String(word)) if word != "any" => json!(format!("{word}[]")),
                _ => json!("array"),
            });
        }
    }
    let known = match kind.to_ascii_lowercase().as_str() {
        "str" | "string" | "text" => Some("string"),
        "int" | "integer" => Some("integer"),
        "float" | "number" | "double" => Some("number"),
        "bool" | "boolean" => Some("boolean"),
        "dict" | "mapping" | "object" => Some("object"),
        "list" | "array" | "tuple" | "sequence" | "array_like" | "array-like" => Some("array"),
        _ => None,
    };
    if let Some(word) = known {
        return Some(json!(word));
    }
    let parsed = parse_expression(kind).ok()?;
    match parsed.expr() {
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::BinOp(_) => {
            let schema = typed(parsed.expr(), module).schema;
            (schema != json!("any")).then_some(schema)
        }
        _ => None,
    }
}

/// A schema with the words that describe it; what has fields of its own is left as it is.
fn described(schema: Value, text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() {
        return schema;
    }
    let mut full = match schema {
        Value::String(word) => match tdev_core::schema::Schema::new(json!({ "x": word })) {
            Ok(known) => match known.json_schema().pointer("/properties/x") {
                Some(Value::Object(full)) => full.clone(),
                _ => return Value::String(word),
            },
            Err(_) => return Value::String(word),
        },
        Value::Object(full) if full.get("type").is_some_and(Value::is_string) => full,
        other => return other,
    };
    full.insert("description".into(), json!(text));
    Value::Object(full)
}
