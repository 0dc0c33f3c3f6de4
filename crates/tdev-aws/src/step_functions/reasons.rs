//! Why a workflow cannot run in the executor's function, and runs as an execution of its own.

use serde_json::Value;

/// The most a step may say it takes, in seconds: the function around it ends after 900.
const LONGEST: u64 = 840;
/// The most items of one loop over a list that came with the run: each is a call that the function
/// waits for.
const WIDEST: usize = 200;

/// Whether the workflow waits for somebody or something, says it may outlast a function, or has a
/// loop over more than a function should wait for.
pub(super) fn must_run_apart(definition: &Value, input: &Value) -> bool {
    let states = definition.get("States").and_then(Value::as_object);
    states.into_iter().flatten().any(|(_, state)| {
        let text = |field| state.get(field).and_then(Value::as_str).unwrap_or_default();
        let inner = state.get("Branches").and_then(Value::as_array);
        let inner = inner
            .into_iter()
            .flatten()
            .chain(state.get("ItemProcessor"));
        text("Type") == "Wait"
            || text("Resource").ends_with(".waitForTaskToken")
            || state.get("TimeoutSeconds").and_then(Value::as_u64) > Some(LONGEST)
            || items(text("Items"), input) > Some(WIDEST)
            || inner
                .into_iter()
                .any(|machine| must_run_apart(machine, input))
    })
}

/// How many items a loop has, where its list stands in the input just so: `{% $input.texts %}`.
fn items(expression: &str, input: &Value) -> Option<usize> {
    let path = expression.strip_prefix("{% $input.")?.strip_suffix(" %}")?;
    let list = path
        .split('.')
        .try_fold(input, |value, name| value.get(name))?;
    list.as_array().map(Vec::len)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn who_waits_or_takes_long_or_is_wide_runs_apart() {
        let of = |state: Value| json!({"StartAt": "a", "States": {"a": state}});
        let task =
            json!({"Type": "Task", "Resource": "${ComponentFunctionArn}", "TimeoutSeconds": 840});
        let each = json!({"Type": "Map", "Items": "{% $input.in.list %}", "ItemProcessor": of(task.clone())});
        let list = |length: usize| json!({"in": {"list": vec![0; length]}});
        assert!(!must_run_apart(&of(task.clone()), &json!({})));
        assert!(!must_run_apart(&of(each.clone()), &list(200)));
        assert!(must_run_apart(&of(each), &list(201)));
        let long = json!({"Type": "Task", "TimeoutSeconds": 841});
        let ask =
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken"});
        for state in [long, ask, json!({"Type": "Wait", "Seconds": 1})] {
            let inside =
                json!({"Type": "Parallel", "Branches": [of(task.clone()), of(state.clone())]});
            assert!(must_run_apart(&of(state), &json!({})));
            assert!(must_run_apart(&of(inside), &json!({})));
        }
    }
}
