//! What may follow a `|`: small changes to one value. None makes more than its bounded share.

use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::nearest::did_you_mean;

use super::fault;
use super::render::{MOST_BYTES, too_long, truthy};
use crate::builtin::table::{compare, json_number, number_of, text_of};

const NAMES: &[&str] = &[
    "capitalize",
    "default",
    "escape",
    "first",
    "join",
    "json",
    "keys",
    "last",
    "length",
    "lower",
    "replace",
    "reverse",
    "round",
    "sort",
    "sum",
    "title",
    "trim",
    "truncate",
    "upper",
];

/// Applies a filter. Only `default` takes a value that is missing.
pub(super) fn apply(
    name: &str,
    value: Option<Value>,
    arguments: &[Value],
    line: usize,
) -> Result<Value> {
    let fallback = || arguments.first().cloned().unwrap_or_else(|| json!(""));
    let Some(value) = value else {
        return Ok(fallback());
    };
    let text = || text_of(&value);
    let argument = |at: usize| arguments.get(at).map(text_of);
    let list = || {
        value
            .as_array()
            .ok_or_else(|| fault(line, format!("`{name}` needs a list")))
    };
    Ok(match name {
        "default" if truthy(&value) || !value.is_null() => value,
        "default" => fallback(),
        "lower" => json!(text().to_lowercase()),
        "upper" => json!(text().to_uppercase()),
        "trim" => json!(text().trim()),
        "title" => json!(
            text()
                .split(' ')
                .map(capitalized)
                .collect::<Vec<_>>()
                .join(" ")
        ),
        "capitalize" => json!(capitalized(&text().to_lowercase())),
        "escape" => json!(escaped(&text())),
        "json" | "tojson" => json!(value.to_string()),
        "length" | "count" => json!(match &value {
            Value::Array(items) => items.len(),
            Value::Object(fields) => fields.len(),
            other => text_of(other).chars().count(),
        }),
        "first" => match &value {
            Value::Array(items) => items.first().cloned().unwrap_or_default(),
            other => json!(text_of(other).chars().next().map(String::from)),
        },
        "last" => match &value {
            Value::Array(items) => items.last().cloned().unwrap_or_default(),
            other => json!(text_of(other).chars().next_back().map(String::from)),
        },
        "keys" => json!(
            value
                .as_object()
                .map(|fields| fields.keys().collect::<Vec<_>>())
        ),
        "reverse" => json!(list()?.iter().rev().collect::<Vec<_>>()),
        "sort" => {
            let mut items = list()?.clone();
            items.sort_by(compare);
            Value::Array(items)
        }
        "sum" => json_number(list()?.iter().filter_map(number_of).sum()),
        "join" => {
            let (separator, items) = (argument(0).unwrap_or_default(), list()?);
            bounded(
                items
                    .iter()
                    .map(|item| text_of(item).len() + separator.len())
                    .sum(),
            )?;
            json!(
                items
                    .iter()
                    .map(text_of)
                    .collect::<Vec<_>>()
                    .join(&separator)
            )
        }
        "replace" => {
            let (from, to, text) = (
                argument(0).unwrap_or_default(),
                argument(1).unwrap_or_default(),
                text(),
            );
            bounded(text.len() + text.matches(&from).count() * to.len())?;
            json!(text.replace(&from, &to))
        }
        "truncate" => {
            let most = arguments
                .first()
                .and_then(Value::as_u64)
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(80);
            let text = text();
            match text.char_indices().nth(most) {
                Some((cut, _)) => json!(format!(
                    "{}…",
                    text.get(..cut).unwrap_or_default().trim_end()
                )),
                None => json!(text),
            }
        }
        "round" => {
            let places = arguments
                .first()
                .and_then(Value::as_u64)
                .unwrap_or(0)
                .min(9);
            let number = number_of(&value)
                .ok_or_else(|| fault(line, format!("`{}` is not a number", text())))?;
            // As text, so that 3.10 keeps its zero.
            json!(format!("{number:.*}", usize::try_from(places).unwrap_or(0)))
        }
        _ => {
            return Err(fault(line, format!("there is no filter `{name}`"))
                .hint(format!("filters are {}", NAMES.join(", ")))
                .hint_opt(did_you_mean(name, NAMES.iter().copied())));
        }
    })
}

fn bounded(bytes: usize) -> Result<()> {
    if bytes > MOST_BYTES {
        Err(too_long())
    } else {
        Ok(())
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
