//! Reads the test of a choice rule.

use serde_json::{Map, Value};

use super::{Against, Comparison, Operator, Test};
use crate::definition::{Faults, below, nearest};
use crate::template::{Language, expression, path};

/// Tests nested deeper than this are refused rather than risk the stack.
const DEPTH: usize = 64;

/// The fields of a rule besides its test.
const FIELDS: [&str; 5] = ["Next", "Comment", "Assign", "Output", "Condition"];

/// The names a test may have, for suggestions.
const OPERATORS: [&str; 12] = [
    "Variable",
    "And",
    "Or",
    "Not",
    "BooleanEquals",
    "StringMatches",
    "IsNull",
    "IsPresent",
    "IsNumeric",
    "IsString",
    "IsBoolean",
    "IsTimestamp",
];

/// Compiles the test in the rule `map`, found at `at`.
pub(crate) fn compile(
    map: &Map<String, Value>,
    language: Language,
    at: &str,
    faults: &mut Faults,
) -> Option<Test> {
    match language {
        Language::JsonPath => {
            if map.contains_key("Condition") {
                faults.add(
                    &below(at, "Condition"),
                    "FIELD_NOT_IN_LANGUAGE",
                    "`Condition` belongs to JSONata; a JSONPath rule has `Variable` and a comparison",
                );
                return None;
            }
            jsonpath(map, at, 0, faults)
        }
        Language::Jsonata => condition(map, at, faults),
    }
}

fn condition(map: &Map<String, Value>, at: &str, faults: &mut Faults) -> Option<Test> {
    for key in map.keys().filter(|k| !FIELDS.contains(&k.as_str())) {
        faults.suggest(
            &below(at, key),
            "UNKNOWN_FIELD",
            format!("`{key}` is not a field of a JSONata choice rule"),
            nearest(key, FIELDS),
        );
    }
    let here = below(at, "Condition");
    match map.get("Condition") {
        Some(Value::Bool(answer)) => Some(Test::Always(*answer)),
        Some(Value::String(text)) => expression(text, &here, faults).map(|e| {
            // AWS names the rule's place in the list.
            let rule = at.rsplit('/').next().unwrap_or_default();
            Test::Condition(e, format!("Choices[{rule}]/Condition"))
        }),
        Some(_) => {
            faults.add(
                &here,
                "WRONG_TYPE",
                "`Condition` must be a JSONata expression",
            );
            None
        }
        None => {
            faults.add(
                at,
                "MISSING_FIELD",
                "a JSONata choice rule needs `Condition`",
            );
            None
        }
    }
}

fn jsonpath(map: &Map<String, Value>, at: &str, depth: usize, faults: &mut Faults) -> Option<Test> {
    if depth > DEPTH {
        faults.add(at, "TOO_DEEP", "tests are nested too deeply");
        return None;
    }
    if depth > 0 && map.contains_key("Next") {
        faults.add(
            &below(at, "Next"),
            "UNKNOWN_FIELD",
            "`Next` belongs to the rule, not to a test inside it",
        );
    }
    for (name, make) in [
        ("And", Test::And as fn(Vec<Test>) -> Test),
        ("Or", Test::Or as fn(Vec<Test>) -> Test),
    ] {
        if let Some(value) = map.get(name) {
            only(map, &[name], at, faults);
            return list(value, &below(at, name), depth, faults).map(make);
        }
    }
    if let Some(value) = map.get("Not") {
        only(map, &["Not"], at, faults);
        let here = below(at, "Not");
        return match value {
            Value::Object(inner) => {
                jsonpath(inner, &here, depth + 1, faults).map(|t| Test::Not(Box::new(t)))
            }
            _ => {
                faults.add(
                    &here,
                    "WRONG_TYPE",
                    "`Not` must be an object holding a test",
                );
                None
            }
        };
    }
    comparison(map, at, faults)
}

fn list(value: &Value, at: &str, depth: usize, faults: &mut Faults) -> Option<Vec<Test>> {
    match value {
        Value::Array(items) if !items.is_empty() => items
            .iter()
            .enumerate()
            .map(|(i, item)| match item {
                Value::Object(map) => jsonpath(map, &below(at, &i.to_string()), depth + 1, faults),
                _ => {
                    faults.add(
                        &below(at, &i.to_string()),
                        "WRONG_TYPE",
                        "a test is an object",
                    );
                    None
                }
            })
            .collect(),
        _ => {
            faults.add(at, "WRONG_TYPE", "expected a non-empty list of tests");
            None
        }
    }
}

fn comparison(map: &Map<String, Value>, at: &str, faults: &mut Faults) -> Option<Test> {
    let variable = match map.get("Variable") {
        Some(Value::String(text)) => path(text, &below(at, "Variable"), faults),
        Some(_) => {
            faults.add(
                &below(at, "Variable"),
                "WRONG_TYPE",
                "`Variable` must be a path",
            );
            None
        }
        None => {
            faults.add(
                at,
                "MISSING_FIELD",
                "a choice rule needs `Variable`, `And`, `Or` or `Not`",
            );
            None
        }
    };
    let mut found = None;
    let mut unknown = false;
    for (key, value) in map {
        if key == "Variable" || FIELDS.contains(&key.as_str()) {
            continue;
        }
        let here = below(at, key);
        let Some((operator, is_path)) = Operator::named(key) else {
            faults.suggest(
                &here,
                "UNKNOWN_FIELD",
                format!("`{key}` is not a comparison operator"),
                nearest(key, all_operators().iter().map(String::as_str)),
            );
            unknown = true;
            continue;
        };
        if found.is_some() {
            faults.add(
                &here,
                "CONFLICTING_FIELDS",
                "a rule has one comparison; use `And` for more",
            );
            continue;
        }
        found = Some(against(operator, is_path, key, value, &here, faults));
    }
    match (variable, found) {
        (Some(variable), Some(Some((operator, against)))) => {
            Some(Test::Compare(Box::new(Comparison {
                variable,
                operator,
                against,
            })))
        }
        (_, None) if !unknown => {
            faults.add(
                at,
                "MISSING_FIELD",
                "a choice rule needs a comparison such as `StringEquals`",
            );
            None
        }
        _ => None,
    }
}

fn against(
    operator: Operator,
    is_path: bool,
    key: &str,
    value: &Value,
    at: &str,
    faults: &mut Faults,
) -> Option<(Operator, Against)> {
    if is_path {
        let Some(text) = value.as_str() else {
            faults.add(at, "WRONG_TYPE", format!("`{key}` must be a path"));
            return None;
        };
        return path(text, at, faults).map(|p| (operator, Against::Path(p)));
    }
    if !operator.accepts(value) {
        faults.add(
            at,
            "WRONG_TYPE",
            format!("`{key}` takes {}", operator.expects()),
        );
        return None;
    }
    Some((operator, Against::Value(value.clone())))
}

fn only(map: &Map<String, Value>, allowed: &[&str], at: &str, faults: &mut Faults) {
    for key in map.keys() {
        if !allowed.contains(&key.as_str()) && !FIELDS.contains(&key.as_str()) {
            faults.add(
                &below(at, key),
                "CONFLICTING_FIELDS",
                format!("`{key}` cannot stand beside `{}`", allowed[0]),
            );
        }
    }
}

fn all_operators() -> Vec<String> {
    let mut names: Vec<String> = OPERATORS.iter().map(|s| (*s).to_owned()).collect();
    for kind in ["String", "Numeric", "Timestamp"] {
        for relation in [
            "Equals",
            "LessThan",
            "LessThanEquals",
            "GreaterThan",
            "GreaterThanEquals",
        ] {
            names.push(format!("{kind}{relation}"));
            names.push(format!("{kind}{relation}Path"));
        }
    }
    names
}
