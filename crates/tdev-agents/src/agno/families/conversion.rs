//! Conversion between formats: JSON, JSON lines, CSV, TSV, key-value lines, Markdown tables, plain
//! XML, and rows as they are.

use regex::Regex;
use serde_json::{Value, json};
use tdev_core::component::camel_case;
use tdev_core::schema::Field;

use super::super::candidate::Sketch;
use super::super::wish::Wish;

pub(super) const NAME: &str = "conversion";

/// Formats by the words people use for them, the longest first.
const FORMATS: &[(&str, &str)] = &[
    (r"json ?lines|jsonl|ndjson", "jsonl"),
    (r"json", "json"),
    (r"csv|comma[- ]separated(?: values)?", "csv"),
    (r"tsv|tab[- ]separated(?: values)?", "tsv"),
    (
        r"key[-= /]+value(?: lines| pairs)?|properties file|\.env",
        "pairs",
    ),
    (r"markdown(?: table)?", "markdown"),
    (r"xml", "xml"),
    (
        r"rows|records|list of objects|objects|dictionar(?:y|ies)",
        "rows",
    ),
];

/// One end of a conversion.
struct End {
    format: &'static str,
    field: String,
    /// Rows or an object rather than text.
    kind: &'static str,
}

pub(super) fn recognise(wish: &Wish<'_>) -> Result<Vec<Sketch>, String> {
    let (from, to) = ends(wish)?;
    if from.format == to.format {
        return Err(format!("both ends are {}", from.format));
    }
    let example = wish
        .wanted(&to.field)
        .first()
        .and_then(|v| v.as_str().map(str::to_owned));
    let newline = example.as_ref().is_some_and(|text| text.ends_with('\n'));
    let delimiter = if Regex::new(r"(?i)semi-?colon|`;`").is_ok_and(|r| r.is_match(wish.goal())) {
        ";"
    } else {
        ","
    };
    let (root, item) = tags_of(example.as_deref());
    let layouts: &[&str] = match to.format {
        "json" => &["indented", "spaced", "tight"],
        "xml" => &["indented", "tight"],
        "pairs" if equals(wish, example.as_deref()) => &["=", " = ", ": "],
        "pairs" => &[": ", "=", " = ", ":"],
        _ => &[""],
    };
    let reads_text = matches!(from.format, "csv" | "tsv" | "pairs" | "markdown" | "xml");
    let typed = matches!(to.format, "json" | "jsonl" | "rows");
    let numbers: &[bool] = if reads_text && typed {
        &[false, true]
    } else {
        &[false]
    };
    let mut sketches = Vec::new();
    for layout in layouts {
        for numbers in numbers {
            let mut sketch = Sketch::pure(
                NAME,
                include_str!("../templates/conversion.py.j2"),
                json!({
                    "from": from.format, "to": to.format, "input": from.field, "output": to.field,
                    "kind": to.kind, "numbers": numbers, "layout": layout, "newline": newline,
                    "delimiter": delimiter, "root": root, "item": item,
                }),
            );
            sketch.stem = camel_case(&format!("{} to {}", from.format, to.format));
            sketch.input = wish.input_or(&from.field, typed_as(from.kind));
            sketch.output = wish.output_or(&to.field, typed_as(to.kind));
            sketch.uses = vec!["ToolError"];
            sketch.why = format!("{} in, {} out", from.format, to.format);
            sketches.push(sketch);
        }
    }
    Ok(sketches)
}

fn typed_as(kind: &str) -> Value {
    match kind {
        "array" => json!({"type": "array", "items": {"type": "object"}}),
        kind => json!({"type": kind}),
    }
}

fn ends(wish: &Wish<'_>) -> Result<(End, End), String> {
    if wish.inputs.iter().filter(|f| f.required).count() > 1 {
        return Err("a conversion has one input".to_owned());
    }
    if wish.outputs.iter().filter(|f| f.required).count() > 1 {
        return Err("a conversion has one output".to_owned());
    }
    let said = mentioned(wish.goal());
    let given = end_of(&wish.inputs);
    let wanted = end_of(&wish.outputs);
    let structured = |kind: &Option<(String, &'static str)>| {
        kind.as_ref().is_some_and(|(_, kind)| *kind != "string")
    };
    let (from, to) = match said.as_slice() {
        [] => return Err("the goal names no format".to_owned()),
        [only] if structured(&given) && *only != "rows" => ("rows", *only),
        [only] if structured(&wanted) && *only != "rows" => (*only, "rows"),
        [only] => return Err(format!("the goal names {only} and no second format")),
        [first, second, ..] => directed(wish.goal(), first, second)?,
    };
    // What the fields are decides over what the goal calls them.
    let from = if structured(&given) { "rows" } else { from };
    let to = if structured(&wanted) { "rows" } else { to };
    let end = |format: &'static str, found: Option<(String, &'static str)>, usual: &str| {
        let (field, kind) = found.unwrap_or_else(|| {
            let kind = if format == "rows" { "array" } else { "string" };
            (usual.to_owned(), kind)
        });
        End {
            format,
            field,
            kind,
        }
    };
    let usual_in = if from == "rows" { "rows" } else { "text" };
    let from = end(from, given, usual_in);
    let to_name = match to {
        "pairs" => "text",
        format => format,
    };
    let to = end(to, wanted, to_name);
    if (from.format == "rows") == (from.kind == "string") {
        return Err("its input is text where rows are meant, or rows where text is".to_owned());
    }
    if (to.format == "rows") == (to.kind == "string") {
        return Err("its output is text where rows are wanted, or rows where text is".to_owned());
    }
    Ok((from, to))
}

fn end_of(fields: &[Field]) -> Option<(String, &'static str)> {
    let field = fields.iter().find(|f| f.required).or(fields.first())?;
    let kind = match field.schema.get("type").and_then(Value::as_str) {
        Some("array") => "array",
        Some("object") => "object",
        _ => "string",
    };
    Some((field.name.clone(), kind))
}

/// The formats in the order the goal names them.
fn mentioned(goal: &str) -> Vec<&'static str> {
    let lower = goal.to_lowercase();
    let mut found: Vec<(usize, usize, &'static str)> = Vec::new();
    for (words, format) in FORMATS {
        let Ok(pattern) = Regex::new(&format!(r"\b(?:{words})\b")) else {
            continue;
        };
        for hit in pattern.find_iter(&lower) {
            let inside = found
                .iter()
                .any(|(start, end, _)| hit.start() < *end && hit.end() > *start);
            if !inside {
                found.push((hit.start(), hit.end(), format));
            }
        }
    }
    found.sort_unstable();
    let mut order: Vec<&'static str> = Vec::new();
    for (_, _, format) in found {
        if !order.contains(&format) {
            order.push(format);
        }
    }
    // "Rows of a CSV" and "JSON records" name one thing.
    if order.len() > 2 {
        order.retain(|format| *format != "rows");
    }
    order
}

/// Which of two formats is converted to which.
fn directed(
    goal: &str,
    first: &'static str,
    second: &'static str,
) -> Result<(&'static str, &'static str), String> {
    let lower = goal.to_lowercase();
    let word = |format: &str| {
        FORMATS
            .iter()
            .find(|(_, f)| *f == format)
            .map_or("", |(words, _)| *words)
    };
    let (a, b) = (word(first), word(second));
    let says = |pattern: String| Regex::new(&pattern).is_ok_and(|r| r.is_match(&lower));
    if says(format!(
        r"(?:{a})\b.{{0,60}}\b(?:from|out of|of|given)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:{b})"
    )) && !says(format!(r"from\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:{a})"))
    {
        return Ok((second, first));
    }
    if says(format!(
        r"(?:{a})\b.*(?:\bto\b|\binto\b|\bas\b|->|→|\binto\b).*(?:{b})"
    )) || says(format!(
        r"(?:{a}).*\b(?:return|give|produce|make|write|render)\b.*(?:{b})"
    )) || says(format!(r"\b(?:{a})[- ]?(?:2|to)[- ]?(?:{b})"))
    {
        return Ok((first, second));
    }
    Err(format!(
        "it is not clear whether {first} becomes {second} or the other way round"
    ))
}

fn equals(wish: &Wish<'_>, example: Option<&str>) -> bool {
    wish.goal().contains("key=value")
        || example.is_some_and(|text| text.contains('=') && !text.contains(": "))
}

/// The names of the outer elements in an example of XML.
fn tags_of(example: Option<&str>) -> (String, String) {
    let usual = || ("rows".to_owned(), "row".to_owned());
    let Ok(pattern) = Regex::new(r"^\s*<([A-Za-z_][\w.-]*)>\s*<([A-Za-z_][\w.-]*)>") else {
        return usual();
    };
    example
        .and_then(|text| {
            let found = pattern.captures(text)?;
            Some((
                found.get(1)?.as_str().to_owned(),
                found.get(2)?.as_str().to_owned(),
            ))
        })
        .unwrap_or_else(usual)
}
