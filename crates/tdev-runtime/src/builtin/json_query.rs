//! Picks values out of JSON with JSONPath (RFC 9535), which always comes to an end.

use serde::Deserialize;
use serde_json::{Value, json};
use serde_json_path::JsonPath;
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, typed};

const MOST_VISITS: f64 = 5e7;

pub(super) struct JsonQuery;

#[derive(Deserialize)]
struct Input {
    data: Value,
    query: String,
}

impl BuiltinTool for JsonQuery {
    fn name(&self) -> &'static str {
        "JsonQueryTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("json_query.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        // A file or an answer arrives as text.
        let data = match input.data {
            Value::String(text) => serde_json::from_str(&text).map_err(|fault| {
                Error::new(Code::InvalidInput, format!("the text is not JSON: {fault}"))
                    .field("data")
            })?,
            value => value,
        };
        let path = JsonPath::parse(&input.query).map_err(|fault| {
            Error::new(
                Code::InvalidInput,
                format!("`{}` is not JSONPath: {fault}", input.query),
            )
            .field("query")
            .hint("for example $.items[?@.price < 10].name")
        })?;
        bounded(&data, &input.query)?;
        let matches = path.query(&data).all();
        Ok(json!({"first": matches.first(), "count": matches.len(), "matches": matches}))
    }
}

/// Refuses a query that could visit far more than the data holds.
///
/// The bound is coarse but safe: every `$` may visit all values, every further `..` all those
/// below each, and every `,` may double what is found.
fn bounded(data: &Value, query: &str) -> Result<()> {
    let (values, depth) = extent(data);
    let count = |mark: &str| i32::try_from(query.matches(mark).count()).unwrap_or(i32::MAX);
    let visits = values.powi(count("$").max(1))
        * depth.powi((count("..") - 1).max(0))
        * 2_f64.powi(count(","));
    if visits <= MOST_VISITS {
        return Ok(());
    }
    Err(Error::new(
        Code::InvalidInput,
        "the query would visit too much of the data",
    )
    .field("query")
    .hint("name the keys on the way instead of `..`, `*` and lists"))
}

/// How many values there are, and how deep they lie.
fn extent(data: &Value) -> (f64, f64) {
    let below: Box<dyn Iterator<Item = &Value>> = match data {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        _ => return (1.0, 1.0),
    };
    let (values, depth) = below
        .map(extent)
        .fold((1.0, 0.0), |(sum, most), (values, depth)| {
            (sum + values, depth.max(most))
        });
    (values, depth + 1.0)
}
