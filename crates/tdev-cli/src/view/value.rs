//! Values as people read them: a single scalar bare, anything else as JSON.

use serde_json::Value;

/// The result of a run or component: what a shell would want of it.
pub(crate) fn result(value: &Value) -> String {
    let inner = match value {
        Value::Object(fields) if fields.len() == 1 => fields.values().next().unwrap_or(value),
        other => other,
    };
    match inner {
        Value::Object(_) | Value::Array(_) => {
            serde_json::to_string_pretty(value).unwrap_or_default()
        }
        Value::Null if value.is_object() => serde_json::to_string_pretty(value).unwrap_or_default(),
        Value::String(text) => text.clone(),
        scalar => scalar.to_string(),
    }
}

/// A value in one line.
pub(crate) fn excerpt(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let parts: Vec<String> = fields
                .iter()
                .map(|(name, inner)| format!("{name}: {}", short(inner)))
                .collect();
            parts.join(", ")
        }
        other => other.to_string(),
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // A file is its name.
        Value::Object(fields) if fields.contains_key("artifact") => fields
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or("a file")
            .to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_single_scalar_prints_bare() {
        assert_eq!(result(&json!({"user_name": "Ada"})), "Ada");
        assert_eq!(result(&json!({"count": 3})), "3");
        assert_eq!(result(&json!("plain")), "plain");
        assert_eq!(
            result(&json!({"a": 1, "b": 2})),
            "{\n  \"a\": 1,\n  \"b\": 2\n}"
        );
        assert_eq!(result(&json!({"found": null})), "{\n  \"found\": null\n}");
    }

    #[test]
    fn a_file_is_shown_by_its_name() {
        assert_eq!(
            excerpt(&json!({"image": {"artifact": "ab", "name": "badge.png"}, "n": 1})),
            "image: badge.png, n: 1"
        );
    }
}
