//! Classification by rules: labels and the words or thresholds that speak for them, said in the
//! spec or read off its examples.

mod induced;
mod said;

use serde_json::{Value, json};
use tdev_core::component::camel_case;

use super::super::candidate::{Grounds, Sketch};
use super::super::literal::literal;
use super::super::wish::Wish;
use super::lookup::otherwise;

pub(super) const NAME: &str = "rules";

/// What speaks for a label.
#[derive(Debug, Clone, PartialEq)]
enum Sign {
    /// Any of these words or phrases.
    Words(Vec<String>),
    /// A number that compares so.
    Number(Vec<(&'static str, f64)>),
}

/// Labels in the order they are tried.
struct Rules {
    labels: Vec<(String, Sign)>,
    otherwise: Option<String>,
    /// The input field that is judged.
    field: String,
    grounds: Grounds,
    from: &'static str,
    /// Whether the label with the most words wins, rather than the first with any.
    most: bool,
}

pub(super) fn recognise(wish: &Wish<'_>) -> Result<Vec<Sketch>, String> {
    let label = match wish.outputs.as_slice() {
        [] => "label".to_owned(),
        outputs => Wish::one(
            outputs,
            "string",
            &["label", "category", "class", "priority"],
        )
        .or_else(|| outputs.iter().find(|f| f.schema.get("enum").is_some()))
        .filter(|found| outputs.iter().all(|f| !f.required || f.name == found.name))
        .map(|f| f.name.clone())
        .ok_or("a rule gives one label, a text")?,
    };
    let mut found = said::rules(wish)?;
    if found.is_empty() {
        found = induced::rules(wish, &label);
    }
    if found.is_empty() {
        return Err("neither the goal nor the examples say what speaks for which label".to_owned());
    }
    Ok(found
        .into_iter()
        .map(|rules| sketch(wish, &label, &rules))
        .collect())
}

fn sketch(wish: &Wish<'_>, label: &str, rules: &Rules) -> Sketch {
    let words = rules
        .labels
        .iter()
        .all(|(_, sign)| matches!(sign, Sign::Words(_)));
    let lines: String = rules
        .labels
        .iter()
        .map(|(label, sign)| {
            let sign = match sign {
                Sign::Words(words) => json!(words),
                Sign::Number(bounds) => json!(
                    bounds
                        .iter()
                        .map(|(how, bound)| json!([how, number(*bound)]))
                        .collect::<Vec<_>>()
                ),
            };
            format!("    ({}, {}),\n", literal(&json!(label)), literal(&sign))
        })
        .collect();
    let names: Vec<&str> = rules
        .labels
        .iter()
        .map(|(label, _)| label.as_str())
        .chain(rules.otherwise.as_deref())
        .collect();
    let mut sketch = Sketch::pure(
        NAME,
        include_str!("../templates/rules.py.j2"),
        json!({
            "field": rules.field, "label": label, "rules": lines, "words": words, "most": rules.most,
            "otherwise": rules.otherwise,
        }),
    );
    let mut unique: Vec<&str> = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    sketch.stem = camel_case(&format!("{} {label}", rules.field));
    let kind = if words { "string" } else { "number" };
    sketch.input = wish.input_or(&rules.field, json!({"type": kind}));
    sketch.output = wish.output_or(label, json!({"type": "string", "enum": unique}));
    sketch.uses = if rules.otherwise.is_some() {
        Vec::new()
    } else {
        vec!["ToolError"]
    };
    sketch.grounds = rules.grounds;
    sketch.why = format!("labels {} {}", unique.join(", "), rules.from);
    sketch
}

/// A whole number without a fraction.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

/// What the goal wants where no rule holds.
fn fallback(wish: &Wish<'_>) -> Option<String> {
    otherwise(wish.goal())
}
