//! The limit on the size of data.

use serde_json::Value;

/// The most bytes of JSON an input, output or result may have.
pub(crate) const DATA_LIMIT: usize = 256 * 1024;
/// How deep a value is measured by recursion, which is the faster way, before a list takes over.
const DEPTH: u32 = 64;

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
        Value::Number(n) => n
            .as_u64()
            .map_or(20, |n| n.checked_ilog10().map_or(1, |d| d as usize + 1)),
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.len() + 1,
        Value::Object(map) => map.keys().map(|key| key.len() + 4).sum::<usize>() + 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_size_is_that_of_the_text_but_for_a_byte_a_list() {
        let value = json!({"a": [1, 22, "x"], "bc": {"d": null, "e": [true, false]}});
        let (size, text) = (size_within_limit(&value), value.to_string().len());
        assert!(
            size.is_some_and(|s| s.abs_diff(text) <= 4),
            "{size:?} {text}"
        );
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
