//! The limit on the size of data.

use serde_json::Value;

/// The most bytes of JSON an input, output or result may have.
const DATA_LIMIT: usize = 256 * 1024;

/// Whether the JSON of `value` fits the limit; stops counting once it does not.
pub(crate) fn within_limit(value: &Value) -> bool {
    all_within_limit([value])
}

/// Whether the JSON of all `values` together fits the limit.
pub(crate) fn all_within_limit<'v>(values: impl IntoIterator<Item = &'v Value>) -> bool {
    let mut left = DATA_LIMIT;
    let mut pending: Vec<&Value> = values.into_iter().collect();
    while let Some(value) = pending.pop() {
        let size = match value {
            Value::Null | Value::Bool(true) => 4,
            Value::Bool(false) => 5,
            Value::Number(n) => n
                .as_u64()
                .map_or(20, |n| n.checked_ilog10().map_or(1, |d| d as usize + 1)),
            Value::String(text) => text.len() + 2,
            Value::Array(items) => {
                pending.extend(items);
                items.len() + 1
            }
            Value::Object(map) => {
                pending.extend(map.values());
                map.keys().map(|key| key.len() + 4).sum::<usize>() + 1
            }
        };
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return false,
        }
    }
    true
}
