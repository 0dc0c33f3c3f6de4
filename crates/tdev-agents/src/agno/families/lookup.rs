//! Lookup: a table that stands in the spec, its goal or its examples, and what is behind a key.

use regex::Regex;
use serde_json::{Map, Value, json};
use tdev_core::component::camel_case;

use super::super::candidate::{Grounds, Sketch, pair, rows};
use super::super::wish::{Wish, schema_of};

pub(super) const NAME: &str = "lookup";

/// Entries beyond which a table belongs into a file.
const MOST: usize = 2_000;

struct Table {
    /// Key as text, and the fields behind it.
    entries: Vec<(String, Map<String, Value>)>,
    grounds: Grounds,
    from: &'static str,
}

pub(super) fn recognise(wish: &Wish<'_>) -> Result<Vec<Sketch>, String> {
    let key = match wish.inputs.as_slice() {
        [] => "key".to_owned(),
        [one] => one.name.clone(),
        many => match many
            .iter()
            .filter(|f| f.required)
            .collect::<Vec<_>>()
            .as_slice()
        {
            [one] => one.name.clone(),
            _ => return Err("a lookup has one input, the key".to_owned()),
        },
    };
    let value = match wish.outputs.as_slice() {
        [] => "value".to_owned(),
        [first, ..] => first.name.clone(),
    };
    let table = attached(wish, &key, &value)?
        .or_else(|| in_goal(wish, &value))
        .or_else(|| in_examples(wish, &key))
        .ok_or("no table stands in the spec: attach one as `table`, or write `A = B, C = D` in the goal")?;
    if table.entries.len() > MOST {
        return Err(format!("its table has more than {MOST} entries"));
    }
    let lacking = wish.outputs.iter().filter(|f| f.required).find(|f| {
        table
            .entries
            .iter()
            .any(|(_, fields)| !fields.contains_key(&f.name))
    });
    if let Some(field) = lacking {
        return Err(format!("its table has no `{}` for every key", field.name));
    }
    let fallback = otherwise(wish.goal());
    let default = match (fallback, wish.outputs.len()) {
        (Some(text), 0 | 1) => Value::Object(Map::from_iter([(value.clone(), json!(text))])),
        _ => Value::Null,
    };
    let folded: Vec<String> = table.entries.iter().map(|(k, _)| fold(k)).collect();
    let fold_keys = folded
        .iter()
        .enumerate()
        .all(|(at, k)| folded.iter().skip(at + 1).all(|other| other != k));
    let lines: Vec<String> = table
        .entries
        .iter()
        .zip(&folded)
        .map(|((key, fields), folded)| {
            let key = if fold_keys { folded } else { key };
            pair(&json!(key), &Value::Object(fields.clone()))
        })
        .collect();
    let first = table.entries.first().map(|(_, fields)| fields.clone());
    let behind: Vec<&Value> = table
        .entries
        .iter()
        .filter_map(|(_, fields)| fields.get(&value))
        .collect();
    let mut sketch = Sketch::pure(
        NAME,
        include_str!("../templates/lookup.py.j2"),
        json!({"key": key, "entries": rows(&lines), "fold": fold_keys, "default": default, "has_default": !default.is_null()}),
    );
    sketch.stem = camel_case(&format!("{value} by {key}"));
    sketch.input = wish.input_or(&key, json!({"type": "string"}));
    sketch.output = match (wish.outputs.is_empty(), first) {
        (true, Some(fields)) if fields.len() > 1 => tdev_core::schema::Schema::of_fields(
            fields
                .iter()
                .map(|(name, v)| (name.clone(), schema_of(&[v]))),
        ),
        _ => wish.output_or(&value, schema_of(&behind)),
    };
    sketch.uses = if default.is_null() {
        vec!["ToolError"]
    } else {
        Vec::new()
    };
    sketch.grounds = table.grounds;
    sketch.why = format!(
        "{} entries from the spec's {}",
        table.entries.len(),
        table.from
    );
    Ok(vec![sketch])
}

/// A table that came with the spec: an object by key, or rows with the key among their fields.
fn attached(wish: &Wish<'_>, key: &str, value: &str) -> Result<Option<Table>, String> {
    let Some(table) = wish.spec.attached.get("table") else {
        return Ok(None);
    };
    let entries = match table {
        Value::Object(map) => map
            .iter()
            .map(|(k, v)| (k.clone(), fields_of(v, value)))
            .collect(),
        Value::Array(rows) => rows
            .iter()
            .map(|row| {
                let fields = row.as_object().ok_or("a row of its table is no object")?;
                let own = fields
                    .get(key)
                    .ok_or_else(|| format!("a row of its table has no `{key}`"))?;
                let mut rest = fields.clone();
                if wish.outputs.iter().all(|f| f.name != key) {
                    rest.shift_remove(key);
                }
                if !wish.outputs.is_empty() {
                    rest.retain(|name, _| wish.outputs.iter().any(|f| f.name == *name));
                }
                Ok((text(own), rest))
            })
            .collect::<Result<_, String>>()?,
        _ => return Err("`table` is an object by key, or a list of rows".to_owned()),
    };
    Ok(Some(Table {
        entries,
        grounds: Grounds::Said,
        from: "attached table",
    }))
}

fn fields_of(value: &Value, name: &str) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields.clone(),
        scalar => Map::from_iter([(name.to_owned(), scalar.clone())]),
    }
}

/// `FR = France, DE → Germany` in the goal; two pairs at least.
fn in_goal(wish: &Wish<'_>, value: &str) -> Option<Table> {
    let arrow =
        Regex::new(r"^\W*(?:and\s+)?(.+?)\s*(?:=>|->|→|=|\bmeans\b|\bstands for\b)\s*(.+?)[.\s]*$")
            .ok()?;
    let goal = wish.goal();
    let listed = goal
        .split_once([':', '\n'])
        .filter(|(_, rest)| {
            rest.contains(['=', '→']) || rest.contains("->") || rest.contains("means")
        })
        .map_or(goal, |(_, rest)| rest);
    let number = wish
        .outputs
        .first()
        .is_some_and(|f| matches!(f.type_name(), "number" | "integer"));
    let entries: Vec<(String, Map<String, Value>)> = listed
        .split([',', ';', '\n'])
        .filter_map(|part| {
            let found = arrow.captures(part)?;
            let key = bare(found.get(1)?.as_str());
            let behind = bare(found.get(2)?.as_str());
            let behind = match behind.parse::<f64>() {
                Ok(_) if number => serde_json::from_str(&behind).ok()?,
                _ => json!(behind),
            };
            // `x >= 3` is a rule, not an entry.
            let plain = !key.is_empty()
                && !key.ends_with(['<', '>', '!'])
                && key.split_whitespace().count() <= 4;
            plain.then(|| (key, Map::from_iter([(value.to_owned(), behind)])))
        })
        .collect();
    (entries.len() >= 2).then_some(Table {
        entries,
        grounds: Grounds::Said,
        from: "goal",
    })
}

/// The examples themselves, where the goal says that they are a table.
fn in_examples(wish: &Wish<'_>, key: &str) -> Option<Table> {
    if !wish.speaks_of(&["lookup", "table", "map", "dictionary", "code"]) {
        return None;
    }
    let entries: Vec<(String, Map<String, Value>)> = wish
        .examples
        .iter()
        .filter_map(|e| {
            let key = e
                .input
                .get(key)
                .filter(|k| !k.is_array() && !k.is_object())?;
            Some((text(key), e.output.as_object()?.clone()))
        })
        .collect();
    let short = entries.iter().all(|(key, _)| key.chars().count() <= 60);
    (short && entries.len() >= 3 && entries.len() == wish.examples.len()).then_some(Table {
        entries,
        grounds: Grounds::Shown,
        from: "examples",
    })
}

/// What the goal wants where nothing is found.
pub(super) fn otherwise(goal: &str) -> Option<String> {
    let said = Regex::new(r#"(?i)\b(?:otherwise|everything else is|anything else is|default(?:s)? (?:is|to)|or else|else)\s+(?:return\s+|say\s+|answer\s+|it is\s+|is\s+|as\s+)?["'“‘`]?([^"'”’`.,;\n]+)"#).ok()?;
    let found = said.captures(goal)?.get(1)?.as_str().trim();
    (!found.is_empty()).then(|| found.to_owned())
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Without the quotes around it.
pub(super) fn bare(text: &str) -> String {
    text.trim()
        .trim_matches(|c| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '`'))
        .trim()
        .to_owned()
}

fn fold(key: &str) -> String {
    key.trim().to_lowercase()
}
