//! Keeps the rows of a table that meet a condition.

use std::cmp::Ordering;

use regex::RegexBuilder;
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::table::{Row, compare, require_column, text_of};
use super::{BuiltinTool, ToolContext, typed};

pub(super) struct TableFilter;

#[derive(Deserialize)]
struct Input {
    rows: Vec<Row>,
    column: String,
    operator: Operator,
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Operator {
    Equals,
    NotEquals,
    GreaterThan,
    AtLeast,
    LessThan,
    AtMost,
    Contains,
    StartsWith,
    EndsWith,
    In,
    Matches,
    IsEmpty,
    NotEmpty,
}

impl BuiltinTool for TableFilter {
    fn name(&self) -> &'static str {
        "TableFilterTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("table_filter.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let Input {
            rows,
            column,
            operator,
            value,
        } = typed(input)?;
        require_column(&rows, &column, "column")?;
        let keeps = condition(operator, value)?;
        let kept: Vec<Row> = rows
            .into_iter()
            .filter(|row| keeps(row.get(&column).unwrap_or(&Value::Null)))
            .collect();
        Ok(json!({"row_count": kept.len(), "rows": kept}))
    }
}

type Condition = Box<dyn Fn(&Value) -> bool>;

fn condition(operator: Operator, wanted: Value) -> Result<Condition> {
    let text = text_of(&wanted);
    let empty = |value: &Value| text_of(value).trim().is_empty();
    // An empty cell is neither larger nor smaller than anything.
    let ordered = move |test: fn(Ordering) -> bool| -> Condition {
        Box::new(move |value| !value.is_null() && test(compare(value, &wanted)))
    };
    Ok(match operator {
        Operator::Equals => ordered(Ordering::is_eq),
        Operator::NotEquals => {
            let equals = ordered(Ordering::is_eq);
            Box::new(move |value| !equals(value))
        }
        Operator::GreaterThan => ordered(Ordering::is_gt),
        Operator::AtLeast => ordered(Ordering::is_ge),
        Operator::LessThan => ordered(Ordering::is_lt),
        Operator::AtMost => ordered(Ordering::is_le),
        Operator::Contains => {
            let text = text.to_lowercase();
            Box::new(move |value| text_of(value).to_lowercase().contains(&text))
        }
        Operator::StartsWith => Box::new(move |value| text_of(value).starts_with(&text)),
        Operator::EndsWith => Box::new(move |value| text_of(value).ends_with(&text)),
        Operator::IsEmpty => Box::new(empty),
        Operator::NotEmpty => Box::new(move |value| !empty(value)),
        Operator::In => {
            let options: Vec<Value> = serde_json::from_str(&text).map_err(|_| {
                Error::new(Code::InvalidInput, "the operator `in` needs a list").field("value")
            })?;
            Box::new(move |value| options.iter().any(|option| compare(option, value).is_eq()))
        }
        Operator::Matches => {
            let pattern = RegexBuilder::new(&text)
                .size_limit(1 << 20)
                .build()
                .map_err(|_| {
                    Error::new(
                        Code::InvalidInput,
                        format!("`{text}` is not a usable pattern"),
                    )
                    .field("value")
                })?;
            Box::new(move |value| pattern.is_match(&text_of(value)))
        }
    })
}
