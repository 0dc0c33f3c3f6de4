//! Machines of many states in a row.

use serde_json::{Map, Value, json};

/// `count` states in a row, `S0` first.
pub(crate) fn chain(count: usize, state: impl Fn(usize) -> Value) -> Value {
    let mut states = Map::new();
    for i in 0..count {
        let mut body = state(i);
        if i + 1 == count {
            body["End"] = json!(true);
        } else {
            body["Next"] = json!(format!("S{}", i + 1));
        }
        states.insert(format!("S{i}"), body);
    }
    json!({"StartAt": "S0", "States": states})
}
