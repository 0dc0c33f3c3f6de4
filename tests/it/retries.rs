//! One reading of what is worth trying again: the codes that say so, the state machines, and what
//! workflows compile to.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::workflow::{Catalog, Workflow, check, compile};

use crate::tidy::state_machines;

/// What Lambda itself fails by, when it is busy or not there; nothing of ours ran then.
const LAMBDA: [&str; 3] = [
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.SdkClientException",
];

/// Every state at every depth, by its name.
fn states(machine: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, state) in machine["States"].as_object().unwrap() {
        let inner = state["Branches"].as_array().into_iter().flatten();
        for machine in inner.chain(state.get("ItemProcessor")) {
            found.extend(states(machine));
        }
        found.push((name.clone(), state.clone()));
    }
    found
}

/// The errors a state tries again after.
fn retried(state: &Value) -> BTreeSet<String> {
    let retriers = state["Retry"].as_array().into_iter().flatten();
    let errors = retriers.flat_map(|retrier| retrier["ErrorEquals"].as_array().unwrap());
    errors
        .map(|error| error.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_state_machine_tries_again_only_what_may_succeed() {
    for (path, machine) in state_machines() {
        for (name, state) in states(&machine) {
            for error in retried(&state) {
                let worth_it =
                    Code::parse(&error).map_or(LAMBDA.contains(&error.as_str()), Code::retryable);
                assert!(worth_it, "{}: `{name}` retries {error}", path.display());
            }
        }
    }
}

#[test]
fn every_call_of_a_function_is_tried_again_where_the_function_was_busy_or_its_store_away() {
    let mut calls = 0;
    for (path, machine) in state_machines() {
        for (name, state) in states(&machine) {
            let resource = state["Resource"].as_str().unwrap_or_default();
            // A question is asked once: asked again, it would wait with another token.
            if !resource.ends_with("FunctionArn}") {
                continue;
            }
            calls += 1;
            let retried = retried(&state);
            for error in LAMBDA.into_iter().chain(["StoreUnavailable"]) {
                assert!(
                    retried.contains(error),
                    "{}: `{name}` gives up on {error}",
                    path.display()
                );
            }
            assert!(
                state["TimeoutSeconds"].is_number(),
                "{}: `{name}` has no limit",
                path.display()
            );
        }
    }
    assert!(calls >= 11, "the calls are found");
}

#[test]
fn calls_of_the_same_function_are_tried_again_alike() {
    let mut known: Vec<(String, BTreeSet<String>, String)> = Vec::new();
    for (path, machine) in state_machines() {
        for (name, state) in states(&machine) {
            let resource = state["Resource"].as_str().unwrap_or_default();
            if !resource.ends_with("FunctionArn}") {
                continue;
            }
            let here = format!("{}: `{name}`", path.display());
            let now = retried(&state);
            match known.iter().find(|(of, ..)| of == resource) {
                Some((_, before, there)) => assert_eq!(&now, before, "{here} and {there}"),
                None => known.push((resource.to_owned(), now, here)),
            }
        }
    }
}

#[test]
fn a_step_is_tried_again_after_all_that_may_succeed_and_after_its_own_failure() {
    let tool = json!({"name": "AddTool", "type": "tool", "reusability": "A", "runtime": "builtin",
        "input_schema": {"x": "integer"}, "output_schema": {"sum": "integer"}});
    let catalog = Catalog::new([Arc::new(serde_json::from_value(tool).unwrap())], []);
    let steps =
        json!([{"id": "add", "agent": "AddTool", "input": {"x": 1}, "retry": {"max_attempts": 2}}]);
    let workflow: Workflow = serde_json::from_value(json!({"id": "w", "steps": steps})).unwrap();
    let machine = compile(&check(&workflow, &catalog).unwrap());
    let wanted: BTreeSet<String> = Code::ALL
        .iter()
        .filter(|code| code.retryable() || **code == Code::ComponentFailed)
        .map(|code| code.as_str())
        .chain(["States.Timeout"])
        .chain(LAMBDA)
        .map(str::to_owned)
        .collect();
    assert_eq!(retried(&machine["States"]["add"]), wanted);
}
