//! A SQLite connection that can only read: for every tool that queries one.
//!
//! Three bars stand one behind the other: the file is opened read-only and without following
//! links, an authorizer refuses every action but reading, and limits end what runs too long or
//! grows too large.

use std::time::Instant;

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::ToolContext;

const LONGEST_VALUE: i32 = 8 << 20;
const LONGEST_SQL: i32 = 100_000;

/// Opens a granted database.
pub(super) fn open(context: &ToolContext, name: &str, field: &str) -> Result<Connection> {
    let path = context.grants().databases.path(name, field)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let guarded = || -> rusqlite::Result<Connection> {
        let mut connection = Connection::open_with_flags(&path, flags)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        // Sorting spills into memory, never into files.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
        connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL)?;
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        let deadline = context.deadline();
        connection.progress_handler(1_000, Some(move || Instant::now() >= deadline))?;
        connection.authorizer(Some(only_reading))?;
        Ok(connection)
    };
    guarded().map_err(|fault| failed(&fault, field))
}

fn only_reading(asked: AuthContext<'_>) -> Authorization {
    match asked.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => {
            Authorization::Allow
        }
        AuthAction::Function { function_name }
            if !function_name.eq_ignore_ascii_case("load_extension") =>
        {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

/// What SQLite says, in the one vocabulary.
pub(super) fn failed(fault: &rusqlite::Error, field: &str) -> Error {
    let code = fault.sqlite_error_code();
    let error = match code {
        Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => {
            Error::new(Code::PermissionDenied, "a query may only read").hint("write one SELECT")
        }
        Some(ErrorCode::OperationInterrupted) => {
            Error::new(Code::ComponentTimeout, "the query took too long")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::new(
            Code::StoreCorrupt,
            "the file is not a readable SQLite database",
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::new(Code::Locked, "the database is busy")
        }
        Some(ErrorCode::TooBig) => Error::new(
            Code::OutputLimit,
            "the query makes a value that is too large",
        ),
        Some(ErrorCode::CannotOpen) => {
            Error::new(Code::StoreUnavailable, "the database cannot be opened")
        }
        _ => Error::new(
            Code::InvalidInput,
            format!("the query does not run: {fault}").replace('\n', " "),
        ),
    };
    error.field(field)
}

/// A SQLite value as JSON. Bytes, which JSON has not, become lowercase hex.
pub(super) fn json_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => json!(
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        ),
    }
}
