//! Retriers and catchers.

use serde_json::Value;

use super::SECONDS;
use super::fault::{Faults, below};
use super::flow::Targets;
use super::object::Object;
use super::shaping::{assignments, output};
use super::state::{Catcher, Retrier};
use crate::template::Language;

const RETRIER: [&str; 7] = [
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
];
const CATCHER: [&str; 6] = [
    "ErrorEquals",
    "Next",
    "ResultPath",
    "Assign",
    "Output",
    "Comment",
];

pub(super) fn retriers(state: &Object<'_>, faults: &mut Faults) -> Vec<Retrier> {
    entries(state, "Retry", faults, |entry, errors, faults| {
        entry.only(&[&RETRIER], "a retrier", faults);
        let rate = entry
            .get("BackoffRate")
            .and_then(|v| entry.number("BackoffRate", v, (1.0, f64::MAX), faults));
        let full_jitter = match entry.string("JitterStrategy", faults) {
            Some("FULL") => true,
            None | Some("NONE") => false,
            Some(other) => {
                faults.add(
                    &entry.place("JitterStrategy"),
                    "BAD_VALUE",
                    format!("`JitterStrategy` is FULL or NONE, not `{other}`"),
                );
                false
            }
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to lie in range"
        )]
        let max_attempts = entry
            .integer("MaxAttempts", (0.0, SECONDS), faults)
            .map_or(3, |n| n as u32);
        Some(Retrier {
            errors,
            interval: entry
                .integer("IntervalSeconds", (1.0, SECONDS), faults)
                .unwrap_or(1.0),
            max_attempts,
            backoff: rate.unwrap_or(2.0),
            max_delay: entry.integer("MaxDelaySeconds", (1.0, 31_622_400.0), faults),
            full_jitter,
        })
    })
}

pub(super) fn catchers(
    state: &Object<'_>,
    language: Language,
    targets: &Targets<'_>,
    faults: &mut Faults,
) -> Vec<Catcher> {
    entries(state, "Catch", faults, |entry, errors, faults| {
        entry.only(&[&CATCHER], "a catcher", faults);
        let foreign = if language == Language::Jsonata {
            "ResultPath"
        } else {
            "Output"
        };
        if entry.get(foreign).is_some() {
            faults.add(
                &entry.place(foreign),
                "FIELD_NOT_IN_LANGUAGE",
                format!("`{foreign}` belongs to the other query language"),
            );
        }
        let result_path = entry.result_path(faults);
        let assign = assignments(&entry, language, faults);
        let output = output(&entry, language, faults);
        let next = entry.required("Next", faults)?;
        Some(Catcher {
            errors,
            next: targets.find(next, &entry.place("Next"), faults)?,
            result_path,
            assign,
            output,
        })
    })
}

/// Reads a list of entries that each begin with `ErrorEquals`.
fn entries<T>(
    state: &Object<'_>,
    field: &str,
    faults: &mut Faults,
    mut read: impl FnMut(Object<'_>, Vec<String>, &mut Faults) -> Option<T>,
) -> Vec<T> {
    let items = match state.get(field) {
        None => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(other) => {
            state.wrong(field, "an array", other, faults);
            return Vec::new();
        }
    };
    let place = state.place(field);
    let mut out = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let here = below(&place, &i.to_string());
        let Some(entry) = Object::of(item, &here, faults) else {
            continue;
        };
        let errors = errors(&entry, i + 1 == items.len(), faults);
        out.extend(read(entry, errors, faults));
    }
    out
}

fn errors(entry: &Object<'_>, last: bool, faults: &mut Faults) -> Vec<String> {
    const FIELD: &str = "ErrorEquals";
    let names: Vec<String> = match entry.get(FIELD) {
        Some(Value::Array(items)) if !items.is_empty() && items.iter().all(Value::is_string) => {
            items
                .iter()
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect()
        }
        Some(_) => {
            faults.add(
                &entry.place(FIELD),
                "WRONG_TYPE",
                format!("`{FIELD}` must be a non-empty list of error names"),
            );
            Vec::new()
        }
        None => {
            faults.add(entry.at, "MISSING_FIELD", format!("`{FIELD}` is missing"));
            Vec::new()
        }
    };
    if names.iter().any(|n| n == "States.ALL") && (names.len() > 1 || !last) {
        faults.add(
            &entry.place(FIELD),
            "STATES_ALL_POSITION",
            "`States.ALL` stands alone and in the last entry",
        );
    }
    names
}
