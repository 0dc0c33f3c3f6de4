//! Intrinsic functions over arrays.

use serde_json::Value;

use super::call::integer;

/// The most elements `States.ArrayRange` makes.
const RANGE_LIMIT: usize = 1000;

pub(super) fn items(value: &Value) -> Result<&Vec<Value>, String> {
    match value {
        Value::Array(items) => Ok(items),
        other => Err(format!("expected an array but was given {other}")),
    }
}

pub(super) fn partition(array: &Value, size: &Value) -> Result<Value, String> {
    match usize::try_from(integer(size)?) {
        Ok(size) if size > 0 => Ok(items(array)?
            .chunks(size)
            .map(|chunk| Value::Array(chunk.to_vec()))
            .collect()),
        _ => Err("the chunk size must be a positive integer".to_owned()),
    }
}

pub(super) fn contains(array: &Value, wanted: &Value) -> Result<Value, String> {
    Ok(items(array)?.iter().any(|item| equal(item, wanted)).into())
}

pub(super) fn range(from: &Value, to: &Value, step: &Value) -> Result<Value, String> {
    let (from, to, step) = (integer(from)?, integer(to)?, integer(step)?);
    if step == 0 {
        return Err("the step cannot be 0".to_owned());
    }
    let mut numbers = Vec::new();
    let mut at = from;
    while if step > 0 { at <= to } else { at >= to } {
        if numbers.len() == RANGE_LIMIT {
            return Err(format!("the range has more than {RANGE_LIMIT} elements"));
        }
        numbers.push(Value::from(at));
        match at.checked_add(step) {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(Value::Array(numbers))
}

pub(super) fn item(array: &Value, index: &Value) -> Result<Value, String> {
    usize::try_from(integer(index)?)
        .ok()
        .and_then(|i| items(array).ok()?.get(i).cloned())
        .ok_or_else(|| "the index is out of the bounds of the array".to_owned())
}

pub(super) fn unique(array: &Value) -> Result<Value, String> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items(array)? {
        if !kept.iter().any(|k| equal(k, item)) {
            kept.push(item.clone());
        }
    }
    Ok(Value::Array(kept))
}

/// Equality in which 2 and 2.0 are the same number.
pub(crate) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}
