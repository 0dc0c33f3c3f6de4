//! Which scope assigns which variable: a name of an outer scope cannot be assigned in an inner one.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::fault::{Faults, below};
use crate::template::Language;

/// The variables of the scopes around a list of states, with the place that assigns each.
pub(super) type Outer = HashMap<String, String>;

/// The variables the states of one list assign, after noting those an outer scope assigns too.
pub(super) fn assigned_in(
    states: &Map<String, Value>,
    at: &str,
    language: Language,
    outer: &Outer,
    faults: &mut Faults,
) -> Outer {
    let mut found = Outer::new();
    for (name, state) in states {
        let here = below(at, name);
        let jsonata = match state.get("QueryLanguage").and_then(Value::as_str) {
            Some(given) => given == "JSONata",
            None => language == Language::Jsonata,
        };
        let mut note = |value: &Value, at: &str| {
            let place = below(at, "Assign");
            for key in value
                .get("Assign")
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(Map::keys)
            {
                let variable = match key.strip_suffix(".$") {
                    Some(plain) if !jsonata => plain,
                    _ => key,
                };
                if let Some(other) = outer.get(variable) {
                    faults.add(
                        &below(&place, key),
                        "SHADOWED_VARIABLE",
                        format!("`{variable}` is assigned in an outer scope already, at {other}"),
                    );
                }
                found.insert(variable.to_owned(), place.clone());
            }
        };
        note(state, &here);
        for list in ["Choices", "Catch"] {
            for (i, entry) in state
                .get(list)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .enumerate()
            {
                note(entry, &below(&below(&here, list), &i.to_string()));
            }
        }
    }
    found
}
