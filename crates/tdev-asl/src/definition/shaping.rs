//! The fields around a state's work: arguments, result, variables and output.

use std::sync::Arc;

use super::fault::{Faults, below};
use super::object::Object;
use super::state::{ResultPath, Shaping};
use crate::template::{Language, Template, compile, intrinsic_or_path};

pub(super) fn result_path(
    object: &Object<'_>,
    language: Language,
    faults: &mut Faults,
) -> ResultPath {
    match language {
        Language::JsonPath => object.result_path(faults),
        Language::Jsonata => ResultPath::Replace,
    }
}

/// `Parameters` or `Arguments`, of the state or of the field `within` it (`ItemReader/`).
pub(super) fn arguments(
    object: &Object<'_>,
    language: Language,
    within: &str,
    faults: &mut Faults,
) -> Option<Template> {
    let field = match language {
        Language::JsonPath => "Parameters",
        Language::Jsonata => "Arguments",
    };
    object.payload(field, language, &format!("{within}{field}"), faults)
}

/// The fields around the result of a Task, Parallel or Map.
pub(super) fn shaping(object: &Object<'_>, language: Language, faults: &mut Faults) -> Shaping {
    let selector = match language {
        Language::JsonPath => object.payload("ResultSelector", language, "ResultSelector", faults),
        Language::Jsonata => None,
    };
    Shaping {
        arguments: arguments(object, language, "", faults),
        selector,
        path: result_path(object, language, faults),
    }
}

/// `Assign`: the variables and their templates.
pub(super) fn assignments(
    object: &Object<'_>,
    language: Language,
    faults: &mut Faults,
) -> Vec<(Arc<str>, Template)> {
    let place = object.place("Assign");
    let Some(assign) = object
        .get("Assign")
        .and_then(|v| Object::of(v, &place, faults))
    else {
        return Vec::new();
    };
    let mut out = Vec::with_capacity(assign.map.len());
    for (key, value) in assign.map {
        let at = below(&place, key);
        let name = match language {
            Language::JsonPath => key.strip_suffix(".$").unwrap_or(key),
            Language::Jsonata => key,
        };
        let mut letters = name.chars();
        let starts = letters
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_');
        if !starts || !letters.all(|c| c.is_alphanumeric() || c == '_') || name.chars().count() > 80
        {
            faults.add(&at, "BAD_VALUE", format!("`{name}` is not a variable name"));
        } else if name == "states" {
            faults.add(&at, "BAD_VALUE", "`states` is reserved");
        }
        let template = if language == Language::JsonPath && key.ends_with(".$") {
            match value.as_str() {
                Some(text) => intrinsic_or_path(text, key, &at, faults),
                None => {
                    faults.add(
                        &at,
                        "WRONG_TYPE",
                        format!("`{key}` must be a path or an intrinsic function"),
                    );
                    continue;
                }
            }
        } else {
            let location = format!("{}Assign/{name}", object.entry());
            compile(value, language, &location, &at, faults)
        };
        out.push((name.into(), template));
    }
    out
}

/// `Output`, which only JSONata has.
pub(super) fn output(
    object: &Object<'_>,
    language: Language,
    faults: &mut Faults,
) -> Option<Template> {
    match language {
        Language::JsonPath => None,
        Language::Jsonata => {
            let value = object.get("Output")?;
            Some(compile(
                value,
                language,
                &format!("{}Output", object.entry()),
                &object.place("Output"),
                faults,
            ))
        }
    }
}
