//! Whole machines: states in a row with side ways, linked and named.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::data::{self, Languages, Place};
use super::{jsonata, jsonpath};

/// A definition and an input.
pub(super) fn case() -> impl Strategy<Value = (Value, Value)> {
    let machine = prop_oneof![
        3 => machine(Languages::Jsonpath),
        2 => machine(Languages::Jsonata),
        2 => machine(Languages::Mixed),
    ];
    (machine, data::input())
}

fn machine(language: Languages) -> BoxedStrategy<Value> {
    let place = Place {
        depth: 2,
        risky: true,
        language,
    };
    flow(place)
        .prop_map(move |mut flow| {
            // Variables that everything after may read.
            let first = flow["StartAt"].clone();
            let assign = if language == Languages::Jsonata {
                json!({"v0": "{% $states.input %}", "c0": 0})
            } else {
                json!({"v0.$": "$", "c0": 0})
            };
            flow["States"]["?open"] = json!({"Type": "Pass", "Assign": assign, "Next": first});
            flow["StartAt"] = json!("?open");
            if language == Languages::Jsonata {
                flow["QueryLanguage"] = json!("JSONata");
            }
            name(&mut flow, &mut 0);
            flow
        })
        .boxed()
}

/// The variable that states of a place may assign: an inner scope must not assign an outer one's.
pub(super) fn counter(place: Place) -> String {
    format!("c{}", 2 - place.depth)
}

fn state(place: Place) -> BoxedStrategy<Value> {
    match place.language {
        Languages::Jsonpath => jsonpath::state(place),
        Languages::Jsonata | Languages::Marked => jsonata::state(place),
        Languages::Mixed => {
            prop_oneof![2 => jsonpath::state(place), 1 => jsonata::state(place)].boxed()
        }
    }
}

fn last(place: Place) -> BoxedStrategy<Value> {
    match place.language {
        Languages::Jsonpath => jsonpath::last(place),
        Languages::Jsonata | Languages::Marked => jsonata::last(place),
        Languages::Mixed => {
            prop_oneof![2 => jsonpath::last(place), 1 => jsonata::last(place)].boxed()
        }
    }
}

/// States in a row, linked but not yet named.
pub(super) fn flow(place: Place) -> BoxedStrategy<Value> {
    let end = prop_oneof![3 => Just(None), 1 => last(place).prop_map(Some)];
    (prop::collection::vec(state(place), 1..5), end)
        .prop_map(|(mut states, end)| {
            states.extend(end);
            link(states)
        })
        .boxed()
}

/// A place in a Parallel or Map of a place.
pub(super) fn within(place: Place, jsonata: bool) -> Place {
    let depth = place.depth - 1;
    match place.language {
        // What states there are in if they do not say so is read in two ways.
        Languages::Mixed if jsonata => Place {
            depth,
            language: Languages::Marked,
            ..place
        },
        _ => Place { depth, ..place },
    }
}

/// Flows side by side, of which at most one may fail.
pub(super) fn branches(inner: Place) -> BoxedStrategy<Value> {
    let safe = prop::collection::vec(
        flow(Place {
            risky: false,
            ..inner
        }),
        0..3,
    );
    (flow(inner), safe, 0..3usize)
        .prop_map(|(one, mut flows, at)| {
            flows.insert(at.min(flows.len()), one);
            json!(flows)
        })
        .boxed()
}

/// Where a rule or a catcher leads: some states on, or to a state of its own.
pub(super) fn target(end: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![
        2 => (0..3usize).prop_map(|count| json!({"?jump": count})),
        1 => end.prop_map(|state| json!({"?side": state})),
    ]
    .boxed()
}

fn link(states: Vec<Value>) -> Value {
    let count = states.len();
    let mut linked = Map::new();
    let mut sides = Map::new();
    let mut ends = false;
    for (i, mut state) in states.into_iter().enumerate() {
        let defaulted = state.get("Default") != Some(&json!(false));
        if !defaulted {
            // Without a default the first rule leads on, so that every state is led to.
            state["Choices"][0]["Next"] = json!({"?jump": 0});
            state.as_object_mut().map(|map| map.shift_remove("Default"));
        }
        let mut after = |count_on: usize| {
            let to = i + 1 + count_on;
            if i + 1 < count {
                json!(format!("?{}", to.min(count - 1)))
            } else {
                ends = true;
                json!("?end")
            }
        };
        for list in ["Choices", "Catch"] {
            for way in state
                .get_mut(list)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                way["Next"] = match way["Next"].get("?side").cloned() {
                    Some(side) => {
                        let name = format!("?{i}x{}", sides.len());
                        sides.insert(name.clone(), side);
                        json!(name)
                    }
                    None => after(
                        usize::try_from(way["Next"]["?jump"].as_u64().unwrap_or(0)).unwrap_or(0),
                    ),
                };
            }
        }
        match state["Type"].as_str() {
            Some("Choice") if defaulted => state["Default"] = after(0),
            Some("Choice") => {}
            Some("Fail" | "Succeed") => {}
            _ if i + 1 < count => state["Next"] = after(0),
            _ => state["End"] = json!(true),
        }
        linked.insert(format!("?{i}"), state);
    }
    if ends {
        linked.insert("?end".to_owned(), json!({"Type": "Succeed"}));
    }
    linked.extend(sides);
    json!({"StartAt": "?0", "States": linked})
}

/// Gives every state a name of its own in the whole machine.
fn name(flow: &mut Value, used: &mut u32) {
    let Some(states) = flow["States"].as_object_mut().map(std::mem::take) else {
        return;
    };
    let names: Map<String, Value> = states
        .keys()
        .map(|old| {
            *used += 1;
            (old.clone(), json!(format!("S{used}")))
        })
        .collect();
    let new = |old: &Value| {
        names
            .get(old.as_str().unwrap_or_default())
            .cloned()
            .unwrap_or_default()
    };
    flow["StartAt"] = new(&flow["StartAt"]);
    for (old, mut state) in states {
        for field in ["Next", "Default"] {
            if let Some(target) = state.get(field) {
                state[field] = new(target);
            }
        }
        for list in ["Choices", "Catch"] {
            for way in state
                .get_mut(list)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                way["Next"] = new(&way["Next"]);
            }
        }
        for inner in state
            .get_mut("Branches")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            name(inner, used);
        }
        if let Some(inner) = state.get_mut("ItemProcessor") {
            name(inner, used);
        }
        if let Some(named) = new(&json!(old)).as_str() {
            flow["States"][named] = state;
        }
    }
}
