//! A compiled workflow as a state machine of a stack: what its placeholders stand for, and on whose
//! behalf its steps run.

use serde_json::{Value, json};
use tdev_core::workflow::{APPROVAL_RESOURCE, STEP_RESOURCE};

/// The functions a workflow's steps call, by their ARNs.
#[derive(Debug, Clone)]
pub struct StepFunctions {
    /// Runs components.
    pub component: String,
    /// Asks people.
    pub approval: String,
}

/// The definition with ARNs for placeholders, and with `scope` in what its functions are given, as
/// `orchestrate.asl.json` gives it. The run is read from the execution's name, `<run>_<work>`.
pub(super) fn bind(mut definition: Value, functions: &StepFunctions, project: &str) -> Value {
    machine(&mut definition, functions, project, &mut Vec::new());
    definition
}

/// `loops` are the variables that hold the positions of the loops around, outermost first.
fn machine(machine: &mut Value, functions: &StepFunctions, project: &str, loops: &mut Vec<String>) {
    let states = machine.get_mut("States").and_then(Value::as_object_mut);
    for (_, state) in states.into_iter().flatten() {
        call(state, functions, project, loops);
        if let Some(body) = state.get_mut("ItemProcessor") {
            let around = loops.len();
            loops.extend(position(body));
            self::machine(body, functions, project, loops);
            loops.truncate(around);
        }
        let branches = state.get_mut("Branches").and_then(Value::as_array_mut);
        for branch in branches.into_iter().flatten() {
            self::machine(branch, functions, project, loops);
        }
    }
}

/// The variable a loop's body keeps its position in.
fn position(body: &Value) -> Option<String> {
    let start = body.get("StartAt")?.as_str()?;
    let kept = body.get("States")?.get(start)?.get("Assign")?.as_object()?;
    let (name, _) = kept
        .iter()
        .find(|(_, from)| **from == json!("{% $states.input.index %}"))?;
    Some(name.clone())
}

fn call(state: &mut Value, functions: &StepFunctions, project: &str, loops: &[String]) {
    let places = [
        ("/Resource", "/Arguments"),
        ("/Arguments/FunctionName", "/Arguments/Payload"),
    ];
    for (resource, given) in places {
        let arn = match state.pointer(resource).and_then(Value::as_str) {
            Some(STEP_RESOURCE) => &functions.component,
            Some(APPROVAL_RESOURCE) => &functions.approval,
            _ => continue,
        };
        if let Some(place) = state.pointer_mut(resource) {
            *place = json!(arn);
        }
        if let Some(given) = state.pointer_mut(given).and_then(Value::as_object_mut) {
            given.insert("scope".to_owned(), scope(project, loops));
        }
    }
}

/// The token is the same for every attempt at one state, and another for each item of each loop.
fn scope(project: &str, loops: &[String]) -> Value {
    let items: String = loops
        .iter()
        .map(|position| format!(" & '/' & $string(${position})"))
        .collect();
    // Names of projects have no quotes.
    json!(format!(
        "{{% {{'project': '{project}', 'run_id': $substringBefore($states.context.Execution.Name, '_'), \
         'step': $states.context.State.Name, 'idempotency_token': $states.context.Execution.Name & '/' \
         & $states.context.State.Name & '/' & $states.context.State.EnteredTime{items}}} %}}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_at_every_depth_with_the_loops_around_them_in_the_token() {
        let task = json!({"Type": "Task", "Resource": STEP_RESOURCE, "Arguments": {"step": "a", "input": STEP_RESOURCE}, "End": true});
        let body = |inner: Value| {
            json!({"StartAt": "item", "States": {
                "item": {"Type": "Pass", "Assign": {"item_x": "{% $states.input.item %}", "index_x": "{% $states.input.index %}"}, "Next": "a"},
                "a": inner}})
        };
        let each = json!({"Type": "Map", "ItemProcessor": body(task.clone()), "End": true});
        let ask = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {"FunctionName": APPROVAL_RESOURCE, "Payload": {"message": "Go?"}}, "End": true});
        let both = json!({"Type": "Parallel", "Branches": [{"StartAt": "each", "States": {"each": each}}, {"StartAt": "ask", "States": {"ask": ask}}], "End": true});
        let definition = json!({"StartAt": "both", "States": {"both": both}});
        let functions = StepFunctions {
            component: "arn:c".to_owned(),
            approval: "arn:a".to_owned(),
        };
        let bound = bind(definition, &functions, "demo");
        let inner = &bound["States"]["both"]["Branches"];
        let step = &inner[0]["States"]["each"]["ItemProcessor"]["States"]["a"];
        assert_eq!(step["Resource"], "arn:c");
        assert_eq!(
            step["Arguments"]["input"], STEP_RESOURCE,
            "data is left alone"
        );
        let scope = step["Arguments"]["scope"].as_str().unwrap();
        assert!(scope.contains("'project': 'demo'"), "{scope}");
        assert!(
            scope.contains("EnteredTime & '/' & $string($index_x)}"),
            "{scope}"
        );
        let ask = &inner[1]["States"]["ask"]["Arguments"];
        assert_eq!(ask["FunctionName"], "arn:a");
        let scope = ask["Payload"]["scope"].as_str().unwrap();
        assert!(
            scope.contains("EnteredTime}"),
            "no loop is around it: {scope}"
        );
    }
}
