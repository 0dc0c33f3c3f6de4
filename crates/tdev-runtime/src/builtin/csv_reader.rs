//! Reads CSV text as rows of named values.

use serde::Deserialize;
use serde_json::{Map, Number, Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

const MOST_COLUMNS: usize = 5_000;
/// Every row repeats its column names, so that cells, not rows, are what costs.
const MOST_CELLS: usize = 2_000_000;
const DELIMITERS: &[char] = &[',', ';', '\t', '|'];

pub(super) struct CsvReader;

#[derive(Deserialize)]
struct Input {
    text: String,
    delimiter: Option<String>,
    #[serde(default = "yes")]
    infer_types: bool,
}

const fn yes() -> bool {
    true
}

impl BuiltinTool for CsvReader {
    fn name(&self) -> &'static str {
        "CsvReaderTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("csv_reader.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let text = input.text.strip_prefix('\u{feff}').unwrap_or(&input.text);
        let delimiter = match input.delimiter.as_deref().map(str::as_bytes) {
            None | Some([]) => guess(text),
            Some([one]) => *one,
            Some(_) => {
                return Err(
                    Error::new(Code::InvalidInput, "a delimiter is one character")
                        .field("delimiter"),
                );
            }
        };
        let damaged = |fault: csv::Error| {
            Error::new(Code::InvalidInput, format!("not readable CSV: {fault}")).field("text")
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let large = |reason: String| Error::new(Code::PayloadTooLarge, reason).field("text");
        let headers = reader.headers().map_err(damaged)?;
        if headers.len() > MOST_COLUMNS {
            return Err(large(format!("there are more than {MOST_COLUMNS} columns")));
        }
        let columns = named(headers);
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(damaged)?;
            if (rows.len() + 1) * columns.len() > MOST_CELLS {
                return Err(large(format!("there are more than {MOST_CELLS} cells")));
            }
            if rows.len() % 1_000 == 0 {
                context.time_left()?;
            }
            let cells = record.iter().map(|cell| {
                if input.infer_types {
                    typed_cell(cell)
                } else {
                    json!(cell)
                }
            });
            rows.push(Value::Object(
                columns.iter().cloned().zip(cells).collect::<Map<_, _>>(),
            ));
        }
        Ok(json!({"columns": columns, "row_count": rows.len(), "rows": rows}))
    }
}

/// The delimiter that parts the first line most often.
fn guess(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or("");
    let count = |delimiter: char| first.matches(delimiter).count();
    let best = DELIMITERS
        .iter()
        .copied()
        .rev()
        .max_by_key(|delimiter| count(*delimiter));
    best.filter(|best| count(*best) > 0)
        .map_or(b',', |best| best as u8)
}

/// Names for every column: what has none, or one already taken, is numbered.
fn named(headers: &csv::StringRecord) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        let header = header.trim();
        let name = if header.is_empty() {
            format!("column_{}", at + 1)
        } else {
            header.to_owned()
        };
        let taken = names.contains(&name);
        names.push(if taken {
            format!("{name}_{}", at + 1)
        } else {
            name
        });
    }
    names
}

/// A cell as what it plainly is. Leading zeros and plus signs are kept: they mark codes and phones.
fn typed_cell(cell: &str) -> Value {
    let trimmed = cell.trim();
    match trimmed {
        "" => return Value::Null,
        "true" | "True" | "TRUE" => return json!(true),
        "false" | "False" | "FALSE" => return json!(false),
        _ => {}
    }
    let digits = trimmed.strip_prefix('-').unwrap_or(trimmed);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && (!digits.starts_with('0') || digits == "0" || digits.starts_with("0."))
        && digits.len() <= 17;
    let number = || {
        trimmed
            .parse::<i64>()
            .map(Number::from)
            .ok()
            .or_else(|| trimmed.parse().ok().and_then(Number::from_f64))
    };
    match plain.then(number).flatten() {
        Some(number) => Value::Number(number),
        None => json!(cell),
    }
}
