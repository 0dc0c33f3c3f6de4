//! Stored data that is damaged, foreign or of a newer version: refused clearly, and left alone.

use std::fs;

use tdev_core::Code;
use tdev_local::Home;

use crate::bench::Bench;
use crate::contract::run;
use crate::engine::{project, request, rich};

async fn refused(content: &[u8]) -> tdev_core::Error {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".tdev")).unwrap();
    let path = dir.path().join(".tdev/tdev.db");
    fs::write(&path, content).unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    let reading = home.runs().get("r1").await.unwrap_err();
    let writing = home.runs().create(run("r1"), None).await.unwrap_err();
    assert_eq!(reading, writing);
    assert_eq!(fs::read(&path).unwrap(), content, "the file was changed");
    reading
}

fn database(sql: &str) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    fs::read(path).unwrap()
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let error = refused(&[b'x'; 5000]).await;
    assert_eq!(error.code, Code::StoreCorrupt);
}

#[tokio::test]
async fn another_programs_database_is_refused() {
    let error = refused(&database("CREATE TABLE songs (title TEXT)")).await;
    assert_eq!(error.code, Code::StoreCorrupt);
    assert!(error.message.contains("another program"), "{error}");
}

#[tokio::test]
async fn a_newer_format_is_refused() {
    let error = refused(&database(
        "CREATE TABLE x (y); PRAGMA application_id = 0x54444556; PRAGMA user_version = 99",
    ))
    .await;
    assert_eq!(error.code, Code::StoreCorrupt);
    assert!(error.message.contains("format 99") && error.hint.unwrap().contains("update"));
}

#[tokio::test]
async fn an_interrupted_set_up_is_taken_up_again() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".tdev")).unwrap();
    fs::write(dir.path().join(".tdev/tdev.db"), b"").unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    assert_eq!(
        home.runs().get("r1").await.unwrap_err().code,
        Code::RunNotFound
    );
    home.runs().create(run("r1"), None).await.unwrap();
    let again = Home::open(dir.path(), Vec::new()).unwrap();
    assert_eq!(again.runs().get("r1").await.unwrap().id, "r1");
}

#[tokio::test]
async fn a_record_changed_by_hand_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    home.runs().create(run("r1"), None).await.unwrap();
    let conn = rusqlite::Connection::open(dir.path().join(".tdev/tdev.db")).unwrap();
    conn.execute("UPDATE runs SET body = '{}'", []).unwrap();
    assert_eq!(
        home.runs().get("r1").await.unwrap_err().code,
        Code::StoreCorrupt
    );
}

#[tokio::test]
async fn a_damaged_journal_is_refused_by_name_and_left_as_it_is() {
    let (dir, home, bench) = project();
    let engine = home.engine(bench.invokers());
    engine.run(request(&rich())).await.unwrap();
    drop((engine, bench, home));
    let place = dir.path().join(".tdev/journal/0");
    let segment = fs::read_dir(place)
        .unwrap()
        .map(|file| file.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "log"))
        .unwrap();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[100] ^= 1;
    fs::write(&segment, &bytes).unwrap();

    let home = Home::open(dir.path(), Vec::new()).unwrap();
    let bench = Bench::of(&home);
    let refused = home.engine(bench.invokers()).run(request(&rich())).await;
    let error = refused.unwrap_err();
    assert_eq!(error.code, Code::StoreCorrupt, "{error}");
    assert!(error.message.contains(".log"), "{error}");
    assert_eq!(fs::read(&segment).unwrap(), bytes, "the file was changed");
    assert!(bench.called().is_empty());
    // What is not of the journal can still be read.
    assert!(home.runs().list(None, 5).await.unwrap().0.is_empty());
}

#[tokio::test]
async fn an_altered_artifact_is_found_out_and_repaired_by_storing_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let artifacts = Home::open(dir.path(), Vec::new()).unwrap().artifacts();
    let hash = artifacts.put(b"print('hello')").await.unwrap();
    let path = dir
        .path()
        .join(".tdev/artifacts")
        .join(&hash[..2])
        .join(&hash[2..]);
    fs::write(&path, b"print('evil!')").unwrap();
    assert_eq!(
        artifacts.get(&hash).await.unwrap_err().code,
        Code::StoreCorrupt
    );
    artifacts.put(b"print('hello')").await.unwrap();
    assert_eq!(artifacts.get(&hash).await.unwrap(), b"print('hello')");
}
