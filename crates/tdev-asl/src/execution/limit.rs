//! The limit on the size of data.

use serde_json::Value;

/// The most bytes of JSON an input, output or result may have.
const DATA_LIMIT: usize = 256 * 1024;
/// A character of a text takes at most six times its bytes in JSON: `\u0000`.
const WORST: usize = 6;

/// Whether the JSON of `value` fits the limit.
pub(crate) fn within_limit(value: &Value) -> bool {
    all_within_limit([value])
}

/// Whether the JSON of all `values` together fits the limit.
pub(crate) fn all_within_limit<'v>(values: impl IntoIterator<Item = &'v Value> + Clone) -> bool {
    // Texts are looked through only where it could matter.
    match size(values.clone(), str::len) {
        None => false,
        Some(least) if least <= DATA_LIMIT / WORST => true,
        Some(_) => size(values, escaped_length).is_some(),
    }
}

/// The bytes of JSON the values take, unless those are too many; stops counting then.
fn size<'v>(
    values: impl IntoIterator<Item = &'v Value>,
    length: impl Fn(&str) -> usize,
) -> Option<usize> {
    let mut left = DATA_LIMIT;
    let mut pending: Vec<&Value> = values.into_iter().collect();
    while let Some(value) = pending.pop() {
        let size = match value {
            Value::Null | Value::Bool(true) => 4,
            Value::Bool(false) => 5,
            Value::Number(n) => match n.as_u64() {
                Some(n) => n.checked_ilog10().map_or(1, |d| d as usize + 1),
                None => n.to_string().len(),
            },
            Value::String(text) => length(text) + 2,
            Value::Array(items) => {
                pending.extend(items);
                (items.len() + 1).max(2)
            }
            Value::Object(map) => {
                pending.extend(map.values());
                (map.keys().map(|key| length(key) + 4).sum::<usize>() + 1).max(2)
            }
        };
        left = left.checked_sub(size)?;
    }
    Some(DATA_LIMIT - left)
}

/// The bytes of `text` in JSON, without the quotes.
fn escaped_length(text: &str) -> usize {
    text.bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0..0x20 => WORST,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any_bool(),
            proptest::num::i64::ANY.prop_map(Value::from),
            proptest::num::f64::NORMAL.prop_map(Value::from),
            "\\PC*|[\u{0}-\u{20}\"\\\\]*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a\"\n]{0,3}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn any_bool() -> impl Strategy<Value = Value> {
        proptest::bool::ANY.prop_map(Value::from)
    }

    proptest! {
        #[test]
        fn the_size_is_that_of_the_json(value in any()) {
            prop_assert_eq!(size([&value], escaped_length), Some(value.to_string().len()));
        }
    }

    #[test]
    fn the_last_byte_counts() {
        for text in ["x".repeat(DATA_LIMIT - 2), "\n".repeat(DATA_LIMIT / 2 - 1)] {
            assert!(within_limit(&json!(text)));
            assert!(!within_limit(&json!(text + "x")));
        }
    }
}
