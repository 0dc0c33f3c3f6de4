//! The order in which steps are written: each after those it refers to. They run by their
//! references whatever the order; people read them from the top.

use serde_json::Value;

/// Puts every list of steps in a plan in order, as far as it must change. Steps that refer to each
/// other stay as they are.
pub(super) fn in_order(plan: &mut Value) {
    let whole = plan.get("output").is_some_and(|output| !output.is_null());
    if let Some(steps) = plan.get_mut("steps") {
        arrange(steps, whole);
    }
}

/// `free` where nothing depends on which step is the last.
fn arrange(steps: &mut Value, free: bool) {
    let Some(list) = steps.as_array_mut() else {
        return;
    };
    let last = list.last().and_then(id).map(str::to_owned);
    let mut open = std::mem::take(list);
    let mut done: Vec<Value> = Vec::new();
    let before = open.clone();
    while !open.is_empty() {
        let ids: Vec<&str> = open.iter().filter_map(id).collect();
        let next = open.iter().position(|step| {
            ids.iter()
                .all(|other| id(step) == Some(other) || !mentions(step, other))
        });
        done.push(open.remove(next.unwrap_or(0)));
    }
    // What a list without an output gives is what its last step gives.
    let kept = free || done.last().and_then(id).map(str::to_owned) == last;
    *list = if kept { done } else { before };
    for step in list {
        let inner = step.get("output").is_some_and(|output| !output.is_null());
        if let Some(steps) = step.get_mut("steps") {
            arrange(steps, inner);
        }
        for branch in step
            .get_mut("parallel")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            arrange(branch, false);
        }
    }
}

fn id(step: &Value) -> Option<&str> {
    step.get("id").and_then(Value::as_str)
}

/// Whether a step refers to another, itself or by the steps in it.
fn mentions(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => ["${", "?? "].iter().any(|before| {
            [".", "}", "[", " "]
                .iter()
                .any(|after| text.contains(&format!("{before}{id}{after}")))
        }),
        Value::Array(items) => items.iter().any(|item| mentions(item, id)),
        Value::Object(fields) => fields.values().any(|item| mentions(item, id)),
        _ => false,
    }
}
