//! Rows of named values, as every table tool takes and returns them: columns, order, comparison.

use std::cmp::Ordering;

use serde_json::{Map, Value};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error, Result};

/// One row.
pub(super) type Row = Map<String, Value>;

/// Every column that occurs, in order of first appearance.
pub(super) fn columns_of(rows: &[Row]) -> Vec<String> {
    let mut columns: indexmap::IndexSet<&String> = indexmap::IndexSet::new();
    for row in rows {
        columns.extend(row.keys());
    }
    columns.into_iter().cloned().collect()
}

/// Checks that a column occurs in at least one row. A table without rows has any column.
pub(super) fn require_column(rows: &[Row], column: &str, field: &str) -> Result<()> {
    if rows.is_empty() || rows.iter().any(|row| row.contains_key(column)) {
        return Ok(());
    }
    let known = columns_of(rows);
    Err(Error::new(
        Code::InvalidInput,
        format!("no row has a column `{column}`"),
    )
    .field(field)
    .hint(format!("columns are {}", known.join(", ")))
    .hint_opt(did_you_mean(column, known.iter().map(String::as_str))))
}

/// The number a value is or spells.
pub(super) fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// A value as it stands in a cell.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Orders values: nothing first, then numbers by size, then everything else by its text.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        (false, false) => {}
    }
    match (number_of(a), number_of(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => text_of(a).cmp(&text_of(b)),
    }
}

/// A number without a needless fraction.
pub(super) fn json_number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // Sums of decimal amounts pick up binary dust far behind the point.
    let rounded = (number * 1e9).round() / 1e9;
    let number = if rounded.is_finite() { rounded } else { number };
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and below 2^53, so exact"
        )]
        let whole = number as i64;
        return Value::from(whole);
    }
    serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number)
}
