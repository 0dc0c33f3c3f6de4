//! Groups the rows of a table by a column and aggregates another one within each group.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::table::{Row, json_number, number_of, require_column, text_of};
use super::{BuiltinTool, ToolContext, typed};

pub(super) struct TableGroup;

#[derive(Deserialize)]
struct Input {
    rows: Vec<Row>,
    group_by: String,
    #[serde(default)]
    aggregate: Aggregate,
    column: Option<String>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Aggregate {
    #[default]
    Count,
    Sum,
    Mean,
    Median,
    Min,
    Max,
}

impl Aggregate {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    fn of(self, numbers: &mut [f64]) -> Value {
        numbers.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^52")]
        let count = numbers.len() as f64;
        let middle = numbers.len() / 2;
        let found = match self {
            Self::Count => Some(count),
            Self::Sum => Some(numbers.iter().sum()),
            Self::Mean => (count > 0.0).then(|| numbers.iter().sum::<f64>() / count),
            Self::Min => numbers.first().copied(),
            Self::Max => numbers.last().copied(),
            Self::Median if numbers.len().is_multiple_of(2) => {
                let before = middle.checked_sub(1).and_then(|at| numbers.get(at));
                before
                    .zip(numbers.get(middle))
                    .map(|(a, b)| f64::midpoint(*a, *b))
            }
            Self::Median => numbers.get(middle).copied(),
        };
        found.map_or(Value::Null, json_number)
    }
}

impl BuiltinTool for TableGroup {
    fn name(&self) -> &'static str {
        "TableGroupTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("table_group.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let Input {
            rows,
            group_by,
            aggregate,
            column,
        } = typed(input)?;
        require_column(&rows, &group_by, "group_by")?;
        if let Some(column) = &column {
            require_column(&rows, column, "column")?;
        } else if aggregate != Aggregate::Count {
            let needed = format!("`{}` needs the column to aggregate", aggregate.as_str());
            return Err(Error::new(Code::InvalidInput, needed).field("column"));
        }
        let mut groups: IndexMap<String, (Value, usize, Vec<f64>)> = IndexMap::new();
        for row in &rows {
            let key = row.get(&group_by).cloned().unwrap_or_default();
            let group = groups
                .entry(text_of(&key))
                .or_insert_with(|| (key, 0, Vec::new()));
            group.1 += 1;
            if let Some(column) = &column {
                group.2.extend(row.get(column).and_then(number_of));
            }
        }
        let grouped: Vec<Row> = groups
            .into_values()
            .map(|(key, count, mut numbers)| {
                let mut row = Row::new();
                row.insert(group_by.clone(), key);
                row.insert("count".into(), json!(count));
                if let Some(column) = column.as_ref().filter(|_| aggregate != Aggregate::Count) {
                    row.insert(
                        format!("{}_{column}", aggregate.as_str()),
                        aggregate.of(&mut numbers),
                    );
                }
                row
            })
            .collect();
        Ok(json!({"group_count": grouped.len(), "rows": grouped}))
    }
}
