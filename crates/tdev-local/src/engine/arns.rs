//! What the placeholders of definitions stand for on one machine: substituting them is the only
//! difference to the cloud.

use serde_json::Value;
use tdev_core::component::kebab_case;

/// What every local function's ARN begins with.
const PREFIX: &str = "arn:aws:lambda:local:000000000000:function:";
/// What a placeholder's name ends with: `${PlannerFunctionArn}`.
const SUFFIX: &str = "FunctionArn";
/// What every local state machine's ARN begins with.
const MACHINE_PREFIX: &str = "arn:aws:states:local:000000000000:stateMachine:";
/// What the placeholder of a state machine ends with: `${DeployStateMachineArn}`.
const MACHINE_SUFFIX: &str = "StateMachineArn";

/// The definition with every `${NameFunctionArn}` put in place, where functions are named:
/// `Resource` of a state, `FunctionName` and `StateMachineArn` of its arguments. Data is never touched.
pub(crate) fn bind(mut definition: Value) -> Value {
    bind_machine(&mut definition);
    definition
}

fn bind_machine(machine: &mut Value) {
    let states = machine.get_mut("States").and_then(Value::as_object_mut);
    for (_, state) in states.into_iter().flatten() {
        let named = [
            "/Resource",
            "/Arguments/FunctionName",
            "/Parameters/FunctionName",
            "/Arguments/StateMachineArn",
        ];
        for place in named {
            if let Some(Value::String(text)) = state.pointer_mut(place) {
                *text = bind_text(text);
            }
        }
        for inner in ["ItemProcessor", "Iterator"] {
            if let Some(machine) = state.get_mut(inner) {
                bind_machine(machine);
            }
        }
        let branches = state.get_mut("Branches").and_then(Value::as_array_mut);
        branches.into_iter().flatten().for_each(bind_machine);
    }
}

fn bind_text(text: &str) -> String {
    let placeholder = text
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    let named = |suffix: &str, prefix: &str| {
        let name = placeholder?.strip_suffix(suffix)?;
        (!name.is_empty()).then(|| format!("{prefix}{}", kebab_case(name)))
    };
    named(SUFFIX, PREFIX)
        .or_else(|| named(MACHINE_SUFFIX, MACHINE_PREFIX))
        .unwrap_or_else(|| text.to_owned())
}

/// The kebab-case name of a local state machine.
pub(crate) fn machine_of(arn: &str) -> Option<&str> {
    arn.strip_prefix(MACHINE_PREFIX)
        .filter(|name| !name.is_empty())
}

/// The kebab-case name of a local function.
pub(crate) fn function_of(arn: &str) -> Option<&str> {
    arn.strip_prefix(PREFIX).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_are_bound_at_every_depth_and_data_is_left_alone() {
        let task = |resource: &str| {
            json!({"StartAt": "a", "States": {"a": {"Type": "Task", "Resource": resource,
                "Arguments": {"input": {"Resource": "${PlannerFunctionArn}", "FunctionName": "${X}"}}, "End": true}}})
        };
        let with = |resource: &str| {
            json!({"StartAt": "p", "States": {
                "p": {"Type": "Parallel", "Branches": [task(resource)], "Next": "m"},
                "m": {"Type": "Map", "ItemProcessor": task(resource), "Next": "t"},
                "t": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
                      "Arguments": {"FunctionName": resource, "Payload": {"FunctionName": "${PlannerFunctionArn}"}}, "End": true}}})
        };
        let arn = "arn:aws:lambda:local:000000000000:function:code-writer";
        assert_eq!(bind(with("${CodeWriterFunctionArn}")), with(arn));
        assert_eq!(bind(with("${SomethingElse}")), with("${SomethingElse}"));
        assert_eq!(function_of(arn), Some("code-writer"));
        assert_eq!(function_of("arn:aws:lambda:eu-west-1:1:function:x"), None);
    }
}
