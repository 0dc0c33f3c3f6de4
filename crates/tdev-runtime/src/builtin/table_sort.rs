//! Sorts the rows of a table by a column, and keeps the first few if asked.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::table::{Row, compare, require_column};
use super::{BuiltinTool, ToolContext, typed};

pub(super) struct TableSort;

#[derive(Deserialize)]
struct Input {
    rows: Vec<Row>,
    column: String,
    #[serde(default)]
    descending: bool,
    limit: Option<usize>,
}

impl BuiltinTool for TableSort {
    fn name(&self) -> &'static str {
        "TableSortTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("table_sort.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let Input {
            mut rows,
            column,
            descending,
            limit,
        } = typed(input)?;
        require_column(&rows, &column, "column")?;
        rows.sort_by(|a, b| {
            let order = compare(
                a.get(&column).unwrap_or(&Value::Null),
                b.get(&column).unwrap_or(&Value::Null),
            );
            if descending { order.reverse() } else { order }
        });
        rows.truncate(limit.unwrap_or(usize::MAX));
        Ok(json!({"row_count": rows.len(), "rows": rows}))
    }
}
