//! Whether a case held.

use serde_json::{Value, json};
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use super::cases::{Case, CaseKind};

/// Errors of Python that come from the code, not from what it was given.
const BUGS: &[&str] = &[
    "NameError",
    "AttributeError",
    "ImportError",
    "ModuleNotFoundError",
    "SyntaxError",
    "IndentationError",
    "UnboundLocalError",
    "NotImplementedError",
    "RecursionError",
    "AssertionError",
];

/// Judges the answer to a case.
///
/// # Errors
/// `TestsFailed` saying what was expected, or the component's own error.
pub fn judge(case: &Case, output: &Schema, answer: Result<Value>) -> Result<()> {
    match (case.kind, answer) {
        (CaseKind::Example, Ok(value)) => match &case.expected {
            Some(expected) => matches(expected, &value),
            None => output.check(&value),
        },
        (CaseKind::Smoke, Ok(value)) => output.check(&value),
        // A value that only fits the schema may still make no sense: refusing it is right.
        (CaseKind::Smoke, Err(error)) if is_refusal(&error) => Ok(()),
        (CaseKind::Malformed, Err(error)) if error.code == Code::SchemaMismatch => Ok(()),
        (CaseKind::Malformed, Err(error)) if error.code == Code::InvalidInput => Ok(()),
        (CaseKind::Malformed, Ok(_)) => Err(Error::new(
            Code::TestsFailed,
            "it took input that its schema rules out",
        )
        .hint("it must be refused with `SchemaMismatch`")),
        (_, Err(error)) => Err(error),
    }
}

fn is_refusal(error: &Error) -> bool {
    match error.code {
        Code::ComponentCrashed
        | Code::ComponentTimeout
        | Code::ComponentOutOfMemory
        | Code::OutputLimit
        | Code::Internal
        | Code::InterpreterMissing
        | Code::InterpreterForeign
        | Code::InvalidComponent
        | Code::ComponentDisabled
        | Code::ComponentNotFound => false,
        // What it returned is its own doing, whatever it was given.
        Code::SchemaMismatch => !error
            .field
            .as_deref()
            .is_some_and(|field| field == "output" || field.starts_with("output.")),
        Code::ComponentFailed => {
            let told = error
                .details
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            !BUGS
                .iter()
                .any(|bug| error.message.contains(bug) || told.contains(bug))
        }
        _ => true,
    }
}

fn matches(expected: &Value, actual: &Value) -> Result<()> {
    match difference(expected, actual, &mut String::new()) {
        None => Ok(()),
        Some((place, why)) => {
            let error = Error::new(Code::TestsFailed, why)
                .details(json!({"expected": expected, "actual": actual}));
            Err(if place.is_empty() {
                error
            } else {
                error.field(place)
            })
        }
    }
}

/// Whether a value holds all that is expected: every field given is equal, others may be there.
pub fn contains(expected: &Value, actual: &Value) -> bool {
    difference(expected, actual, &mut String::new()).is_none()
}

fn difference(expected: &Value, actual: &Value, place: &mut String) -> Option<(String, String)> {
    let differ = |place: &str, why: String| Some((place.to_owned(), why));
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            expected.iter().find_map(|(name, wanted)| {
                let length = place.len();
                if length > 0 {
                    place.push('.');
                }
                place.push_str(name);
                let found = match actual.get(name) {
                    Some(value) => difference(wanted, value, place),
                    None => differ(place, "it is missing".to_owned()),
                };
                place.truncate(length);
                found
            })
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            expected
                .iter()
                .zip(actual)
                .enumerate()
                .find_map(|(at, (wanted, value))| {
                    let length = place.len();
                    place.push_str(&format!("[{at}]"));
                    let found = difference(wanted, value, place);
                    place.truncate(length);
                    found
                })
        }
        // Python's 2.0 and JSON's 2 are one number.
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => None,
        _ if expected == actual => None,
        _ => differ(
            place,
            format!("expected {}, got {}", short(expected), short(actual)),
        ),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text,
    }
}
