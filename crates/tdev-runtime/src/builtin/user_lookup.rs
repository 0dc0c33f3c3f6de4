//! Finds a person by id in the project's user directory, a CSV file or a SQLite table.

use rusqlite::types::ValueRef;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, sqlite, typed};

/// The setting a fault of the directory itself points at.
const SETTING: &str = "components.UserLookupTool.database";
const MOST_CSV_BYTES: u64 = 64 << 20;

pub(super) struct UserLookup;

#[derive(Deserialize)]
struct Input {
    user_id: String,
}

/// Where people are, and what the columns are called there.
struct Directory {
    database: String,
    table: String,
    id_column: String,
    name_column: String,
}

impl BuiltinTool for UserLookup {
    fn name(&self) -> &'static str {
        "UserLookupTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("user_lookup.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let user_id = input.user_id.trim();
        let or = |key: &str, otherwise: &str| -> Result<String> {
            Ok(context
                .setting(key)?
                .unwrap_or_else(|| otherwise.to_owned()))
        };
        let directory = Directory {
            database: context.needed_setting("database", "\"examples/users.csv\"")?,
            table: or("table", "users")?,
            id_column: or("id_column", "user_id")?,
            name_column: or("name_column", "username")?,
        };
        let found = if directory.database.to_ascii_lowercase().ends_with(".csv") {
            in_csv(context, &directory, user_id)?
        } else {
            in_sqlite(context, &directory, user_id)?
        };
        let Some(record) = found else {
            return Err(Error::new(
                Code::ComponentFailed,
                format!("no user has the id `{user_id}`"),
            )
            .field("user_id"));
        };
        let field = |name: &str| record.get(name).filter(|value| !value.is_null()).cloned();
        let Some(username) = field(&directory.name_column) else {
            return Err(no_column(&directory, &directory.name_column));
        };
        let mut output = Map::new();
        output.insert("user_id".into(), json!(user_id));
        output.insert("username".into(), username);
        for name in ["full_name", "email"] {
            if let Some(value) = field(name) {
                output.insert(name.into(), value);
            }
        }
        output.insert("user".into(), Value::Object(record));
        Ok(Value::Object(output))
    }
}

fn no_column(directory: &Directory, column: &str) -> Error {
    let missing = format!("`{}` has no column `{column}`", directory.database);
    Error::new(Code::InvalidConfig, missing).field("components.UserLookupTool")
}

fn in_csv(
    context: &ToolContext,
    directory: &Directory,
    user_id: &str,
) -> Result<Option<Map<String, Value>>> {
    let bytes = context
        .grants()
        .databases
        .read(&directory.database, MOST_CSV_BYTES, SETTING)?;
    let damaged = |fault: csv::Error| {
        Error::new(
            Code::StoreCorrupt,
            format!("`{}` is not readable CSV: {fault}", directory.database),
        )
    };
    let mut reader =
        csv::Reader::from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
    let columns = reader.headers().map_err(damaged)?.clone();
    let Some(id_at) = columns
        .iter()
        .position(|column| column == directory.id_column)
    else {
        return Err(no_column(directory, &directory.id_column));
    };
    for record in reader.records() {
        let record = record.map_err(damaged)?;
        if record.get(id_at).is_some_and(|id| id.trim() == user_id) {
            let pairs = columns.iter().zip(record.iter());
            return Ok(Some(
                pairs
                    .map(|(column, value)| (column.to_owned(), json!(value)))
                    .collect(),
            ));
        }
    }
    Ok(None)
}

fn in_sqlite(
    context: &ToolContext,
    directory: &Directory,
    user_id: &str,
) -> Result<Option<Map<String, Value>>> {
    let connection = sqlite::open(context, &directory.database, SETTING)?;
    let failed = |fault: rusqlite::Error| sqlite::failed(&fault, SETTING);
    // Identifiers cannot be parameters; quoting doubles what could end them.
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let sql = format!(
        "SELECT * FROM {} WHERE {} = ?1 LIMIT 1",
        quoted(&directory.table),
        quoted(&directory.id_column)
    );
    let mut statement = connection.prepare(&sql).map_err(failed)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([user_id]).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else {
        return Ok(None);
    };
    let mut record = Map::new();
    for (at, column) in columns.into_iter().enumerate() {
        let value = row.get_ref(at).map_err(failed)?;
        // A name or id stored as a number is still text to those who asked.
        let value = match value {
            ValueRef::Integer(number) => json!(number.to_string()),
            other => sqlite::json_of(other),
        };
        record.insert(column, value);
    }
    Ok(Some(record))
}
