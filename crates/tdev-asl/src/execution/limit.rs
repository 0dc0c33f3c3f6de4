//! The limit on the size of data.

use serde_json::Value;

/// The most bytes of JSON an input, output or result may have.
pub(crate) const DATA_LIMIT: usize = 256 * 1024;
/// How deep a value is measured by recursion, which is the faster way, before a list takes over.
const DEPTH: u32 = 64;

/// Whether the JSON of all `values` together fits the limit.
pub(crate) fn all_within_limit<'v>(values: impl IntoIterator<Item = &'v Value>) -> bool {
    let mut left = DATA_LIMIT;
    values
        .into_iter()
        .all(|value| take(value, &mut left, DEPTH).is_some())
}

/// The bytes of JSON `value` takes, or `None` as soon as it is past the limit.
pub(crate) fn size_within_limit(value: &Value) -> Option<usize> {
    let mut left = DATA_LIMIT;
    take(value, &mut left, DEPTH)?;
    Some(DATA_LIMIT - left)
}

fn take(value: &Value, left: &mut usize, depth: u32) -> Option<()> {
    *left = left.checked_sub(own_size(value))?;
    match value {
        Value::Array(items) => items.iter().try_for_each(|v| below(v, left, depth)),
        Value::Object(map) => map.values().try_for_each(|v| below(v, left, depth)),
        _ => Some(()),
    }
}

fn below(value: &Value, left: &mut usize, depth: u32) -> Option<()> {
    if depth > 0 {
        return take(value, left, depth - 1);
    }
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        *left = left.checked_sub(own_size(value))?;
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(map) => pending.extend(map.values()),
            _ => {}
        }
    }
    Some(())
}

/// The bytes of a value without those of its elements or members.
fn own_size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Number(n) => match n.as_u64() {
            Some(n) => n.checked_ilog10().map_or(1, |d| d as usize + 1),
            None => n.to_string().len(),
        },
        Value::String(text) => text_size(text) + 2,
        Value::Array(items) => (items.len() + 1).max(2),
        Value::Object(map) => (map.keys().map(|key| text_size(key) + 4).sum::<usize>() + 1).max(2),
    }
}

/// The bytes of a text in JSON, without the quotes.
fn text_size(text: &str) -> usize {
    let escaped = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    // Most texts have nothing to escape, and that is found out many bytes at a time.
    if text.as_bytes().iter().filter(|b| escaped(b)).count() == 0 {
        return text.len();
    }
    text.bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0..0x20 => 6,
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
            prop_assert_eq!(size_within_limit(&value), Some(value.to_string().len()));
        }
    }

    #[test]
    fn the_last_byte_counts() {
        for text in ["x".repeat(DATA_LIMIT - 2), "\n".repeat(DATA_LIMIT / 2 - 1)] {
            assert_eq!(size_within_limit(&json!(text)), Some(DATA_LIMIT));
            assert_eq!(size_within_limit(&json!(text.clone() + "x")), None);
            assert!(!all_within_limit([&json!(text), &json!(1)]));
        }
    }

    #[test]
    fn depth_costs_no_stack_and_counts() {
        let mut deep = json!("x".repeat(DATA_LIMIT - 100_000));
        for _ in 0..10_000 {
            deep = Value::Array(vec![deep]);
        }
        assert!(size_within_limit(&deep).is_some());
        let deeper = Value::Array(vec![deep, json!("x".repeat(100_000))]);
        assert_eq!(size_within_limit(&deeper), None);
        // A value that deep cannot be dropped by recursion either.
        let mut pending = vec![deeper];
        while let Some(value) = pending.pop() {
            if let Value::Array(items) = value {
                pending.extend(items);
            }
        }
    }
}
