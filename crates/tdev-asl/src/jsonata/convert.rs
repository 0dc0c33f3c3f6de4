//! Between serde values and the evaluator's own, copying only what an expression reads.

use jsonata_core::value::{JArray, JValue};
use serde_json::{Map, Value};

use super::survey::Want;
use crate::execution::{Part, TaskContext};

/// The part of `value` that `want` names.
pub(super) fn to_jsonata(value: &Value, want: &Want) -> JValue {
    match (want, value) {
        (Want::Fields(fields), Value::Object(map)) => JValue::object(
            fields
                .iter()
                .filter_map(|(name, want)| Some((name.clone(), to_jsonata(map.get(name)?, want))))
                .collect(),
        ),
        _ => whole(value),
    }
}

/// The part of the context object that `want` names; nothing else of it is built.
pub(super) fn context_to_jsonata(context: &TaskContext, want: &Want) -> JValue {
    below(context, &mut Vec::new(), want).unwrap_or_else(|| to_jsonata(context, want))
}

fn below<'w>(context: &TaskContext, names: &mut Vec<&'w str>, want: &'w Want) -> Option<JValue> {
    let part = context.part(names)?;
    match (part, want) {
        (Part::Value(value), _) => Some(to_jsonata(&value, want)),
        (Part::Members(_), Want::Fields(fields)) => {
            let mut members = Vec::with_capacity(fields.len());
            for (name, want) in fields {
                names.push(name);
                members.extend(below(context, names, want).map(|v| (name.clone(), v)));
                names.pop();
            }
            Some(JValue::object(members.into_iter().collect()))
        }
        (Part::Members(of), Want::All) => {
            let mut members = Vec::with_capacity(of.len());
            for name in of {
                names.push(name);
                members.extend(below(context, names, want).map(|v| ((*name).to_owned(), v)));
                names.pop();
            }
            Some(JValue::object(members.into_iter().collect()))
        }
    }
}

fn whole(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(b) => JValue::Bool(*b),
        Value::Number(n) => JValue::Number(n.as_f64().unwrap_or(0.0)),
        Value::String(s) => JValue::string(s.as_str()),
        Value::Array(items) => {
            let flat = !items.iter().any(Value::is_array);
            JValue::Array(JArray::new_flat(items.iter().map(whole).collect(), flat))
        }
        Value::Object(map) => {
            JValue::object(map.iter().map(|(k, v)| (k.clone(), whole(v))).collect())
        }
    }
}

/// A result as JSON; `None` where it is undefined or a function.
pub(super) fn from_jsonata(value: &JValue) -> Option<Value> {
    jsonata_core::value::with_stack(|| {
        Some(match value {
            JValue::Null => Value::Null,
            JValue::Bool(b) => Value::Bool(*b),
            JValue::Number(n) => number(*n),
            JValue::String(s) => Value::String(s.to_string()),
            JValue::Array(items) => items
                .iter()
                .map(|v| from_jsonata(v).unwrap_or(Value::Null))
                .collect(),
            JValue::Object(map) => Value::Object(
                map.iter()
                    .filter_map(|(k, v)| Some((k.clone(), from_jsonata(v)?)))
                    .collect::<Map<_, _>>(),
            ),
            _ => return None,
        })
    })
}

/// Whole numbers come back as integers, as JavaScript prints them.
pub(super) fn number(n: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if n.fract() == 0.0 && n.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        return Value::from(n as i64);
    }
    Value::from(n)
}
