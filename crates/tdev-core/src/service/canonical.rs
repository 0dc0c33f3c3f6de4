//! One spelling for a JSON value: what a hash of its content is taken over.

use serde_json::Value;

/// The value with the keys of every object sorted and no space between tokens. Two values that say
/// the same are spelled the same.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            text.push('{');
            for (at, name) in names.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(fields.get(name).unwrap_or(&Value::Null), text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_says_nothing() {
        let one = json!({"b": [1, 2.5, "x\n"], "a": {"d": null, "c": true}});
        let other: Value =
            serde_json::from_str(r#"{ "a": {"c": true, "d": null}, "b": [1, 2.5, "x\n"] }"#)
                .unwrap();
        assert_eq!(canonical(&one), canonical(&other));
        assert_eq!(
            canonical(&one),
            r#"{"a":{"c":true,"d":null},"b":[1,2.5,"x\n"]}"#
        );
        assert_ne!(canonical(&json!([1, 2])), canonical(&json!([2, 1])));
    }

    proptest! {
        #[test]
        fn what_is_read_back_is_spelled_the_same(words in prop::collection::vec((".*", any::<f64>(), any::<i64>()), 0..8)) {
            let fields = words.iter().map(|(name, float, int)| (name.clone(), json!([float, int, name])));
            let value = Value::Object(fields.collect());
            let text = canonical(&value);
            let back: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(canonical(&back), text);
        }
    }
}
