//! Asks a granted SQLite database a question. It can only read.

use rusqlite::params_from_iter;
use rusqlite::types::Value as SqlValue;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, sqlite, typed};

const MOST_ROWS: usize = 10_000;
const MOST_BYTES: usize = 16 << 20;

pub(super) struct SqliteQuery;

#[derive(Deserialize)]
struct Input {
    query: String,
    #[serde(default)]
    parameters: Vec<Value>,
    database: Option<String>,
}

impl BuiltinTool for SqliteQuery {
    fn name(&self) -> &'static str {
        "SqliteQueryTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("sqlite_query.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let configured: Option<String> = context.setting("database")?;
        let database = input
            .database
            .or(configured)
            .or_else(|| context.grants().databases.only().map(str::to_owned))
            .ok_or_else(|| {
                Error::new(Code::InvalidInput, "the query names no database").field("database")
                    .hint("give `database`, or write database = \"data.db\" under [components.SqliteQueryTool] in tdev.toml")
            })?;
        let connection = sqlite::open(context, &database, "database")?;
        let failed = |fault: rusqlite::Error| sqlite::failed(&fault, "query");
        let mut statement = connection.prepare(&input.query).map_err(failed)?;
        // What the authorizer lets pass because it has nothing to do is still no question.
        if statement.column_count() == 0 || !statement.readonly() {
            return Err(Error::new(Code::PermissionDenied, "a query may only read")
                .field("query")
                .hint("write one SELECT"));
        }
        let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let parameters = input
            .parameters
            .into_iter()
            .map(bound)
            .collect::<Result<Vec<_>>>()?;
        let mut found = statement
            .query(params_from_iter(parameters))
            .map_err(failed)?;
        let (mut rows, mut size) = (Vec::new(), 0);
        while let Some(row) = found.next().map_err(failed)? {
            let mut record = Map::new();
            for (at, column) in columns.iter().enumerate() {
                let value = sqlite::json_of(row.get_ref(at).map_err(failed)?);
                size += column.len() + value.as_str().map_or(8, str::len);
                record.insert(column.clone(), value);
            }
            if rows.len() >= MOST_ROWS || size > MOST_BYTES {
                return Err(Error::new(Code::OutputLimit, "the query returns too much")
                    .field("query")
                    .hint(format!(
                        "add LIMIT; at most {MOST_ROWS} rows and {MOST_BYTES} bytes are returned"
                    )));
            }
            rows.push(record);
        }
        Ok(json!({"columns": columns, "row_count": rows.len(), "rows": rows}))
    }
}

fn bound(value: Value) -> Result<SqlValue> {
    Ok(match value {
        Value::Null => SqlValue::Null,
        Value::Bool(yes) => SqlValue::Integer(i64::from(yes)),
        Value::String(text) => SqlValue::Text(text),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => SqlValue::Integer(whole),
            (None, Some(real)) => SqlValue::Real(real),
            (None, None) => SqlValue::Null,
        },
        Value::Array(_) | Value::Object(_) => {
            return Err(
                Error::new(Code::InvalidInput, "a parameter is a single value").field("parameters"),
            );
        }
    })
}
