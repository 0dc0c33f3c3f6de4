//! Databases: what a query may read, and everything it may not do.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tdev_core::{Code, Error};
use tdev_runtime::builtin::Builtins;

use super::project::{Setup, project, repository};

fn shop() -> (tempfile::TempDir, Builtins) {
    let folder = tempfile::tempdir().unwrap();
    for file in ["shop.db", "users.csv"] {
        std::fs::copy(
            repository().join("examples").join(file),
            folder.path().join(file),
        )
        .unwrap();
    }
    let home = project(
        folder.path(),
        json!({"databases": ["shop.db", "users.csv"]}),
    );
    (folder, home)
}

fn query(home: &Builtins, sql: &str) -> Result<Value, Error> {
    home.run(
        "SqliteQueryTool",
        json!({"query": sql, "database": "shop.db"}),
    )
}

#[test]
fn a_query_that_does_more_than_read_is_refused() {
    let (folder, home) = shop();
    let before = std::fs::read(folder.path().join("shop.db")).unwrap();
    let escape = folder.path().join("escape.db");
    for sql in [
        "DELETE FROM products".to_owned(),
        "INSERT INTO products VALUES (9, 'x', 1, 1)".into(),
        "UPDATE products SET price = 0".into(),
        "DROP TABLE products".into(),
        "CREATE TABLE t (a)".into(),
        "CREATE TEMP TABLE t (a)".into(),
        "WITH d AS (SELECT 1) DELETE FROM products".into(),
        format!("ATTACH DATABASE '{}' AS other", escape.display()),
        format!("VACUUM INTO '{}'", escape.display()),
        "PRAGMA writable_schema = 1".into(),
        "PRAGMA journal_mode = DELETE".into(),
        "SELECT load_extension('/tmp/evil.so')".into(),
        "BEGIN EXCLUSIVE".into(),
        "REINDEX".into(),
        "SELECT 1; DROP TABLE products".into(),
    ] {
        let code = query(&home, &sql).unwrap_err().code;
        assert!(
            matches!(code, Code::PermissionDenied | Code::InvalidInput),
            "{sql}: {code}"
        );
    }
    assert_eq!(
        std::fs::read(folder.path().join("shop.db")).unwrap(),
        before
    );
    assert!(!escape.exists());
    assert_eq!(
        query(&home, "SELECT count(*) AS n FROM products").unwrap()["rows"],
        json!([{"n": 6}])
    );
}

#[test]
fn a_query_without_end_is_ended() {
    let (_folder, home) = shop();
    let begun = Instant::now();
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    assert_eq!(query(&home, endless).unwrap_err().code, Code::OutputLimit);
    assert_eq!(
        query(&home, "SELECT zeroblob(1000000000)")
            .unwrap_err()
            .code,
        Code::OutputLimit
    );
    assert_eq!(
        query(
            &home,
            "SELECT replace(hex(zeroblob(4000000)), '0', 'xxxxxxxx')"
        )
        .unwrap_err()
        .code,
        Code::OutputLimit
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_parameter_is_never_part_of_the_query() {
    let (_folder, home) = shop();
    let input = json!({"query": "SELECT name FROM products WHERE name = ?1", "database": "shop.db", "parameters": ["' OR 1=1 --"]});
    assert_eq!(home.run("SqliteQueryTool", input).unwrap()["row_count"], 0);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let (_folder, home) = shop();
    let refused = home.run(
        "SqliteQueryTool",
        json!({"query": "SELECT * FROM sqlite_master", "database": "users.csv"}),
    );
    assert_eq!(refused.unwrap_err().code, Code::StoreCorrupt);
    let missing = home.run(
        "SqliteQueryTool",
        json!({"query": "SELECT 1", "database": "other.db"}),
    );
    assert_eq!(missing.unwrap_err().code, Code::PermissionDenied);
}

#[test]
fn a_user_is_found_in_csv_and_in_sqlite_alike() {
    let (folder, home) = shop();
    let database = rusqlite::Connection::open(folder.path().join("people.db")).unwrap();
    database
        .execute_batch("CREATE TABLE people (badge INTEGER, login TEXT, email TEXT); INSERT INTO people VALUES (1042, 'mira.okafor', 'mira@example.com');")
        .unwrap();
    let csv = home
        .clone()
        .setting("UserLookupTool", "database", json!("users.csv"));
    assert_eq!(
        csv.run("UserLookupTool", json!({"user_id": " u-1042 "}))
            .unwrap()["username"],
        "mira.okafor"
    );
    let sqlite = home
        .setting("UserLookupTool", "database", json!("people.db"))
        .setting("UserLookupTool", "table", json!("people"))
        .setting("UserLookupTool", "id_column", json!("badge"))
        .setting("UserLookupTool", "name_column", json!("login"));
    let found = sqlite
        .run("UserLookupTool", json!({"user_id": "1042"}))
        .unwrap();
    assert_eq!(
        (&found["username"], &found["email"]),
        (&json!("mira.okafor"), &json!("mira@example.com"))
    );
    for home in [&csv, &sqlite] {
        for id in ["u-0000", "1' OR '1'='1", "%"] {
            let missing = home
                .run("UserLookupTool", json!({"user_id": id}))
                .unwrap_err();
            assert_eq!(
                (missing.code, missing.field.as_deref()),
                (Code::ComponentFailed, Some("user_id")),
                "{id}"
            );
        }
    }
    // The setting grants the database to this component alone.
    let other = sqlite.run(
        "SqliteQueryTool",
        json!({"query": "SELECT 1", "database": "people.db"}),
    );
    assert_eq!(other.unwrap_err().code, Code::PermissionDenied);
}
