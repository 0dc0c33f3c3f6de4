//! Extraction from text: known kinds of value, labelled lines, a pattern in the goal, or patterns
//! read off the examples and tried on them.

mod induced;
mod kinds;

use regex::Regex;
use serde_json::{Value, json};
use tdev_core::component::camel_case;
use tdev_core::schema::Field;

use super::super::candidate::{Grounds, Sketch};
use super::super::wish::{Wish, same};

pub(super) const NAME: &str = "extraction";

/// How one field is found. The pattern means the same to Rust's and to Python's regular
/// expressions: what one finds in the examples, the other will.
#[derive(Debug, Clone, PartialEq)]
struct Finder {
    pattern: String,
    /// `str`, `int` or `float`.
    convert: &'static str,
    grounds: Grounds,
    why: String,
}

pub(super) fn recognise(wish: &Wish<'_>) -> Result<Vec<Sketch>, String> {
    let text = wish.text().ok_or("no input is the text to search")?;
    if wish.inputs.iter().any(|f| f.required && f.name != text) {
        return Err("an extraction has one input, the text".to_owned());
    }
    let fields = if wish.outputs.is_empty() {
        kinds::in_goal(wish.goal())
    } else {
        wish.outputs.clone()
    };
    if fields.is_empty() {
        return Err("the goal names nothing that texts hold in a known form".to_owned());
    }
    let mut found: Vec<(Field, Finder)> = Vec::new();
    for field in fields {
        let finders = finders(wish, &text, &field);
        let fitting = finders
            .into_iter()
            .find(|finder| holds(wish, &text, &field, finder));
        match fitting {
            Some(finder) => found.push((field, finder)),
            None if !field.required => {}
            None => {
                return Err(format!(
                    "no pattern for `{}` is known, said or shown by the examples",
                    field.name
                ));
            }
        }
    }
    if found.is_empty() {
        return Err("no pattern is known, said or shown by the examples".to_owned());
    }
    Ok(vec![sketch(wish, &text, &found)])
}

fn sketch(wish: &Wish<'_>, text: &str, found: &[(Field, Finder)]) -> Sketch {
    let fields: Vec<Value> = found
        .iter()
        .map(|(field, finder)| {
            json!({
                "name": field.name, "pattern": finder.pattern, "convert": finder.convert,
                "all": is_list(field), "required": field.required,
                "constant": field.name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
                "unique": unique(wish, field),
            })
        })
        .collect();
    let mut sketch = Sketch::pure(
        NAME,
        include_str!("../templates/extraction.py.j2"),
        json!({
            "text": text, "fields": fields,
            "whole": found.iter().any(|(_, finder)| finder.convert == "int"),
            "decimal": found.iter().any(|(_, finder)| finder.convert == "float"),
            "lists": found.iter().any(|(f, _)| is_list(f)),
        }),
    );
    let names: Vec<&str> = found.iter().take(3).map(|(f, _)| f.name.as_str()).collect();
    sketch.stem = camel_case(&format!("{} extractor", names.join(" ")));
    sketch.input = wish.input_or(text, json!({"type": "string"}));
    sketch.output = if wish.outputs.is_empty() {
        tdev_core::schema::Schema::of_fields(
            found
                .iter()
                .map(|(f, _)| (f.name.clone(), f.schema.clone())),
        )
    } else {
        wish.spec.output_schema.clone()
    };
    if found.iter().any(|(f, _)| f.required && !is_list(f)) {
        sketch.uses.push("ToolError");
    }
    if found.iter().any(|(_, f)| f.grounds == Grounds::Shown) {
        sketch.grounds = Grounds::Shown;
    }
    let told: Vec<String> = found
        .iter()
        .map(|(field, finder)| format!("{} by {}", field.name, finder.why))
        .collect();
    sketch.why = told.join(", ");
    sketch
}

/// What may find a field, the likeliest first.
fn finders(wish: &Wish<'_>, text: &str, field: &Field) -> Vec<Finder> {
    let convert = match value_type(field) {
        "integer" => "int",
        "number" => "float",
        _ => "str",
    };
    let said = |pattern: String, why: &str| Finder {
        pattern,
        convert,
        grounds: Grounds::Said,
        why: why.to_owned(),
    };
    let mut all: Vec<Finder> = Vec::new();
    if let Some(pattern) = kinds::written(wish.goal()) {
        all.push(said(pattern, "the pattern in the goal"));
    }
    let alone = wish.outputs.len() <= 1;
    if let Some(label) = kinds::labelled(wish.goal(), &field.name) {
        all.push(said(label, "its label"));
    }
    for (pattern, kind) in kinds::of(field, wish.goal(), alone) {
        all.push(said(pattern.to_owned(), &format!("the form of {kind}")));
    }
    for pattern in kinds::like(wish.goal()) {
        all.push(said(pattern, "the sample in the goal"));
    }
    all.extend(
        induced::patterns(wish, text, field)
            .into_iter()
            .map(|pattern| Finder {
                pattern,
                convert,
                grounds: Grounds::Shown,
                why: "what the examples have in common".to_owned(),
            }),
    );
    all
}

/// Whether a finder finds in every example what is to be found there.
fn holds(wish: &Wish<'_>, text: &str, field: &Field, finder: &Finder) -> bool {
    let Ok(pattern) = Regex::new(&finder.pattern) else {
        return false;
    };
    let once = unique(wish, field);
    wish.examples.iter().all(|example| {
        let Some(wanted) = example.output.get(&field.name) else {
            return true;
        };
        let Some(given) = example.input.get(text).and_then(Value::as_str) else {
            return false;
        };
        let mut hits: Vec<Value> = Vec::new();
        for hit in pattern.captures_iter(given) {
            let Some(value) = value_of(&hit, finder.convert) else {
                return false;
            };
            if !once || !hits.contains(&value) {
                hits.push(value);
            }
        }
        match wanted {
            Value::Array(items) if is_list(field) => {
                items.len() == hits.len() && items.iter().zip(&hits).all(|(a, b)| same(a, b))
            }
            Value::Null => hits.is_empty(),
            one => hits.first().is_some_and(|hit| same(one, hit)),
        }
    })
}

fn value_of(hit: &regex::Captures<'_>, convert: &str) -> Option<Value> {
    let whole = hit.get(1).or(hit.get(0))?.as_str().trim();
    match convert {
        "str" => Some(json!(whole)),
        _ => {
            let digits: String = whole
                .chars()
                .filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
                .collect();
            match convert {
                "int" => digits.parse::<i64>().ok().map(|n| json!(n)),
                _ => digits.parse::<f64>().ok().map(|n| json!(n)),
            }
        }
    }
}

/// Whether a list has each value once: the examples say it, or the goal.
fn unique(wish: &Wish<'_>, field: &Field) -> bool {
    is_list(field) && wish.speaks_of(&["unique", "distinct", "duplicates"])
}

fn is_list(field: &Field) -> bool {
    field.schema.get("type").and_then(Value::as_str) == Some("array")
}

/// The type of what is found, of a list's items where it is a list.
fn value_type(field: &Field) -> &str {
    let schema = if is_list(field) {
        field.schema.get("items")
    } else {
        Some(&field.schema)
    };
    schema
        .and_then(|s| s.get("type"))
        .and_then(Value::as_str)
        .unwrap_or("string")
}
