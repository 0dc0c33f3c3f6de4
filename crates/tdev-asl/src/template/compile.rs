//! Compiles payloads, noting every fault with its place.

use std::sync::Arc;

use serde_json::Value;

use super::Template;
use crate::definition::{Faults, below};
use crate::intrinsic;
use crate::jsonata::{Expression, expression_text};
use crate::path::{self, Path};

/// The query language of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    JsonPath,
    Jsonata,
}

/// Compiles the payload `value`, found at `at`, for the field called `field`.
pub(crate) fn compile(
    value: &Value,
    language: Language,
    field: &str,
    at: &str,
    faults: &mut Faults,
) -> Template {
    match language {
        Language::JsonPath => jsonpath(value, at, faults),
        Language::Jsonata => jsonata(value, field, at, faults),
    }
}

fn jsonpath(value: &Value, at: &str, faults: &mut Faults) -> Template {
    match value {
        Value::Object(map) => {
            let fields = map
                .iter()
                .map(|(key, value)| {
                    let at = below(at, key);
                    match key.strip_suffix(".$") {
                        Some(name) => (name.to_owned(), dynamic(value, key, &at, faults)),
                        None => (key.clone(), jsonpath(value, &at, faults)),
                    }
                })
                .collect::<Vec<_>>();
            fold_object(fields)
        }
        Value::Array(items) => fold_array(
            items
                .iter()
                .enumerate()
                .map(|(i, item)| jsonpath(item, &below(at, &i.to_string()), faults))
                .collect(),
        ),
        other => Template::Constant(Arc::new(other.clone())),
    }
}

/// The value of a key that ends in `.$`.
fn dynamic(value: &Value, key: &str, at: &str, faults: &mut Faults) -> Template {
    match value.as_str() {
        Some(text) => intrinsic_or_path(text, key, at, faults),
        None => {
            faults.add(
                at,
                "WRONG_TYPE",
                format!("the value of `{key}` must be a path or an intrinsic function"),
            );
            nothing()
        }
    }
}

/// A path or an intrinsic call.
pub(crate) fn intrinsic_or_path(text: &str, key: &str, at: &str, faults: &mut Faults) -> Template {
    if text.starts_with("States.") {
        return match intrinsic::parse(text) {
            Ok(call) => Template::Intrinsic(call),
            Err(e) => {
                faults.suggest(at, "BAD_INTRINSIC", e.message, e.suggestion);
                nothing()
            }
        };
    }
    path(text, at, faults).map_or_else(nothing, |p| Template::Path(p, key.to_owned()))
}

/// A path of any kind.
pub(crate) fn path(text: &str, at: &str, faults: &mut Faults) -> Option<Path> {
    match path::parse(text) {
        Ok(path) => Some(path),
        Err(e) => {
            let suggestion = (!text.starts_with('$') && !text.is_empty())
                .then(|| format!("$.{}", text.trim_start_matches('.')));
            faults.suggest(
                at,
                "BAD_JSONPATH",
                format!("bad path `{text}`: {e}"),
                suggestion,
            );
            None
        }
    }
}

fn jsonata(value: &Value, location: &str, at: &str, faults: &mut Faults) -> Template {
    match value {
        Value::String(text) => match expression_text(text) {
            Some(_) => expression(text, at, faults)
                .map_or_else(nothing, |e| Template::Expression(e, location.to_owned())),
            None => Template::Constant(Arc::new(value.clone())),
        },
        Value::Object(map) => fold_object(
            map.iter()
                .map(|(key, value)| {
                    let template =
                        jsonata(value, &format!("{location}/{key}"), &below(at, key), faults);
                    (key.clone(), template)
                })
                .collect(),
        ),
        Value::Array(items) => fold_array(
            items
                .iter()
                .enumerate()
                .map(|(i, item)| {
                    let i = i.to_string();
                    jsonata(item, &format!("{location}[{i}]"), &below(at, &i), faults)
                })
                .collect(),
        ),
        other => Template::Constant(Arc::new(other.clone())),
    }
}

/// An expression with its delimiters.
pub(crate) fn expression(text: &str, at: &str, faults: &mut Faults) -> Option<Expression> {
    let Some(inside) = expression_text(text) else {
        faults.suggest(
            at,
            "BAD_JSONATA",
            format!("expected a JSONata expression but found `{text}`"),
            Some(format!("{{% {} %}}", text.trim())),
        );
        return None;
    };
    match Expression::compile(inside) {
        Ok(expression) => {
            if expression.reads_of_states("errorOutput") && !at.contains("/Catch/") {
                faults.add(
                    at,
                    "BAD_JSONATA",
                    "`$states.errorOutput` is there only in the fields of a catcher",
                );
            }
            Some(expression)
        }
        Err(e) => {
            faults.add(at, "BAD_JSONATA", format!("bad expression `{inside}`: {e}"));
            None
        }
    }
}

fn nothing() -> Template {
    Template::Constant(Arc::new(Value::Null))
}

fn fold_object(fields: Vec<(String, Template)>) -> Template {
    if fields
        .iter()
        .all(|(_, t)| matches!(t, Template::Constant(_)))
    {
        let constant = fields
            .into_iter()
            .filter_map(|(name, t)| match t {
                Template::Constant(value) => Some((name, Value::clone(&value))),
                _ => None,
            })
            .collect();
        return Template::Constant(Arc::new(Value::Object(constant)));
    }
    Template::Object(fields)
}

fn fold_array(items: Vec<Template>) -> Template {
    if items.iter().all(|t| matches!(t, Template::Constant(_))) {
        let constant = items
            .into_iter()
            .filter_map(|t| match t {
                Template::Constant(value) => Some(Value::clone(&value)),
                _ => None,
            })
            .collect();
        return Template::Constant(Arc::new(Value::Array(constant)));
    }
    Template::Array(items)
}
