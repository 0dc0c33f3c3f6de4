//! JSON as the SDK's documents, and back.

use aws_smithy_types::{Document, Number};
use serde_json::Value;

/// A document of a JSON value.
pub(super) fn of(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(yes) => Document::Bool(*yes),
        Value::Number(number) => Document::Number(
            number
                .as_u64()
                .map(Number::PosInt)
                .or_else(|| number.as_i64().map(Number::NegInt))
                .unwrap_or_else(|| Number::Float(number.as_f64().unwrap_or_default())),
        ),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::Array(items.iter().map(of).collect()),
        Value::Object(fields) => Document::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), of(value)))
                .collect(),
        ),
    }
}

/// The JSON value of a document. Fields come in the order of their names: a document has none.
pub(super) fn read(document: &Document) -> Value {
    match document {
        Document::Null => Value::Null,
        Document::Bool(yes) => Value::Bool(*yes),
        Document::Number(Number::PosInt(number)) => Value::from(*number),
        Document::Number(Number::NegInt(number)) => Value::from(*number),
        Document::Number(Number::Float(number)) => Value::from(*number),
        Document::String(text) => Value::String(text.clone()),
        Document::Array(items) => Value::Array(items.iter().map(read).collect()),
        Document::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            fields
                .into_iter()
                .map(|(name, value)| (name.clone(), read(value)))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_comes_back_as_it_went() {
        let value = json!({"a": [1, -2, 2.5, null, true, "x"], "b": {"c": {}}, "big": u64::MAX});
        assert_eq!(read(&of(&value)), value);
    }
}
