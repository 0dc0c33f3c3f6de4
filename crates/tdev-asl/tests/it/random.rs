//! Random machines: whatever they do, a replay of their journal is the same history.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tdev_asl::{ExecutionOptions, MemoryJournal, Outcome, StateMachine, VirtualClock, run};

use crate::script::Script;

/// One state without its `Next`; every name is made unique by its caller.
fn state(depth: u32) -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(json!({"Type": "Pass", "Result": {"a": [1, 2]}, "ResultPath": "$.r"})),
        Just(
            json!({"Type": "Pass", "Parameters": {"id.$": "States.UUID()", "n.$": "States.MathRandom(0, 1000)"}, "ResultPath": "$.drawn"})
        ),
        Just(json!({"Type": "Pass", "Assign": {"v.$": "$$.State.EnteredTime"}})),
        Just(
            json!({"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"t": "{% $now() %}"}, "Output": {"u": "{% $uuid() %}", "r": "{% $random() %}"}})
        ),
        (1..50u32).prop_map(|s| json!({"Type": "Wait", "Seconds": s})),
        Just(json!({"Type": "Task", "Resource": "echo", "ResultPath": "$.task"})),
        Just(
            json!({"Type": "Task", "Resource": "flaky", "ResultPath": null, "Retry": [{"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}]})
        ),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = prop::collection::vec(state(depth - 1), 1..3);
    let branches = prop::collection::vec(inner.clone(), 1..3);
    prop_oneof![
        4 => leaf,
        1 => branches.prop_map(|branches| json!({"Type": "Parallel", "ResultPath": "$.p",
            "Branches": branches.into_iter().map(flow).collect::<Vec<_>>()})),
        1 => (inner, 0..4usize).prop_map(|(inner, width)| json!({"Type": "Map", "MaxConcurrency": 2,
            "ItemsPath": "$$.Execution.Input.items", "ResultPath": "$.m",
            "ToleratedFailurePercentage": width, "ItemProcessor": flow(inner)})),
    ]
    .boxed()
}

fn flow(states: Vec<Value>) -> Value {
    let count = states.len();
    let named = states
        .into_iter()
        .enumerate()
        .map(|(i, mut state)| {
            if i + 1 == count {
                state["End"] = json!(true);
            } else {
                state["Next"] = json!(format!("?{}", i + 1));
            }
            (format!("?{i}"), state)
        })
        .collect::<Map<_, _>>();
    json!({"StartAt": "?0", "States": named})
}

/// Names are unique in a machine, so each list gets a prefix of its own.
fn rename(flow: &mut Value, next: &mut u32) {
    let prefix = format!("L{next}-");
    let own = next.to_string();
    *next += 1;
    let named = |name: &Value| json!(name.as_str().unwrap().replace('?', &prefix));
    flow["StartAt"] = named(&flow["StartAt"]);
    let states = std::mem::take(flow["States"].as_object_mut().unwrap());
    for (name, mut state) in states {
        if let Some(target) = state.get("Next") {
            state["Next"] = named(target);
        }
        if let Some(assign) = state.get("Assign").and_then(Value::as_object) {
            // No scope may assign what an outer one assigns.
            let renamed = assign.iter().map(|(name, value)| {
                let (variable, ending) = name.split_at(1);
                (format!("{variable}{own}{ending}"), value.clone())
            });
            state["Assign"] = Value::Object(renamed.collect());
        }
        if let Some(branches) = state.get_mut("Branches").and_then(Value::as_array_mut) {
            branches.iter_mut().for_each(|b| rename(b, next));
        }
        if let Some(processor) = state.get_mut("ItemProcessor") {
            rename(processor, next);
        }
        flow["States"][name.replace('?', &prefix)] = state;
    }
}

async fn run_on(machine: &Arc<StateMachine>, journal: &Arc<MemoryJournal>) -> Outcome {
    let options = ExecutionOptions {
        clock: Arc::new(VirtualClock::default()),
        journal: Some(journal.clone()),
        keep_history: true,
        ..ExecutionOptions::default()
    };
    let script = Script::new(
        &json!({"echo": ["echo"], "flaky": [{"error": "E"}, "echo", {"error": "E"}, "echo"]}),
    );
    run(
        Arc::clone(machine),
        json!({"items": [1, 2, 3]}),
        Arc::new(script),
        options,
    )
    .await
    .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_replay_is_the_same_history(states in prop::collection::vec(state(2), 1..5)) {
        let mut definition = flow(states);
        rename(&mut definition, &mut 0);
        let machine = Arc::new(StateMachine::from_value(&definition).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let journal = Arc::new(MemoryJournal::new());
            let first = run_on(&machine, &journal).await;
            let again = run_on(&machine, &journal).await;
            assert_eq!(first.history.len(), again.history.len());
            for (a, b) in first.history.iter().zip(&again.history) {
                assert_eq!(serde_json::to_string(a).unwrap(), serde_json::to_string(b).unwrap());
            }
            assert_eq!(first.output, again.output);
            // Ids count up without gaps, and each event follows an earlier one.
            for (i, event) in first.history.iter().enumerate() {
                assert_eq!(event.id, i as u64 + 1);
                assert!(event.previous_event_id < event.id);
            }
        });
    }
}
