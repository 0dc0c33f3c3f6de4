//! Executions that are cut off, by a crash at any record or a killed process, go on and rerun
//! nothing finished.

use std::path::Path;
use std::sync::Arc;

use futures::future::join_all;
use rusqlite::Connection;
use serde_json::{Value, json};
use tdev_asl::{ExecutionOptions, FileJournal, StateMachine, replay};
use tdev_core::Code;
use tdev_core::ports::EngineOutcome;
use tdev_local::Home;

use crate::bench::{Bench, chain, task};
use crate::child;
use crate::engine::{essence, project, request, rich};

#[tokio::test]
async fn an_execution_that_ended_is_not_run_again() {
    let (_dir, home, bench) = project();
    let first = home
        .engine(bench.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    let calls = bench.called().len();
    let other = chain(&[("x", task("x", "EchoAgent", &json!("another definition")))]);
    let second = home
        .engine(bench.invokers())
        .run(request(&other))
        .await
        .unwrap();
    assert_eq!(first, second);
    assert_eq!(bench.called().len(), calls);
}

fn numbers(conn: &Connection, sql: &str) -> Vec<i64> {
    let mut statement = conn.prepare(sql).unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn open(root: &Path) -> Connection {
    Connection::open(root.join(".tdev/tdev.db")).unwrap()
}

const NAME: &str = "r1:flow";

/// An execution that came to its end: its records, and its events in the database.
struct Whole {
    conn: Connection,
    outcome: EngineOutcome,
    records: Vec<String>,
    events: Vec<i64>,
}

#[tokio::test]
async fn cut_off_at_any_record_it_goes_on_and_reruns_nothing_finished() {
    let (dir, home, bench) = project();
    let outcome = home
        .engine(bench.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    let conn = open(dir.path());
    let journal = FileJournal::read_only(&dir.path().join(".tdev/journal/0"), "").unwrap();
    let whole = Whole {
        events: numbers(&conn, "SELECT event_id FROM run_events ORDER BY event_id"),
        records: journal[NAME].clone(),
        outcome,
        conn,
    };
    assert!(whole.records.len() > 8, "{:?}", whole.records);
    let cuts = (1..whole.records.len()).flat_map(|end| {
        [
            resume_after(end, false, &whole),
            resume_after(end, true, &whole),
        ]
    });
    join_all(cuts).await;
}

/// Goes on after the first `end` records; their events had come to be told, or not.
async fn resume_after(end: usize, told: bool, whole: &Whole) {
    let at = format!("cut after record {end}, events told: {told}");
    let (copy, home, bench) = project();
    let kept = &whole.records[..end];
    let place = copy.path().join(".tdev/journal/0");
    let journal = FileJournal::open(place).unwrap();
    journal.append(NAME, 0, kept).await.unwrap();
    drop(journal);
    let database = copy.path().join(".tdev/tdev.db");
    whole
        .conn
        .execute("VACUUM INTO ?1", [database.to_str().unwrap()])
        .unwrap();
    let cut = open(copy.path());
    let events = if told { replayed(&cut, kept) } else { 0 };
    let events = i64::try_from(events).unwrap();
    cut.execute("DELETE FROM run_events WHERE event_id > ?1", [events])
        .unwrap();
    let kept: Vec<Value> = kept
        .iter()
        .map(|record| serde_json::from_str(record).unwrap())
        .collect();
    let finished: Vec<&Value> = kept
        .iter()
        .filter(|r| r["type"].as_str().unwrap().starts_with("Task"))
        .map(|r| &r["task"])
        .collect();
    let failures = kept.iter().filter(|r| r["type"] == "TaskFailed").count();

    let bench = bench.after_failures(failures);
    let resumed = home
        .engine(bench.invokers())
        .run(request(&json!("begun before")))
        .await
        .unwrap();
    assert_eq!(resumed.output, whole.outcome.output, "{at}");
    assert_eq!(
        essence(&resumed.trace),
        essence(&whole.outcome.trace),
        "{at}"
    );
    for called in bench.called() {
        let call = called.scope.idempotency_token.rsplit(':').next().unwrap();
        let call: i64 = call.parse().unwrap();
        assert!(
            !finished.contains(&&json!(call)),
            "{called:?} ran again, {at}"
        );
    }
    let told = numbers(
        &cut,
        "SELECT event_id FROM run_events WHERE execution = 'r1:flow' ORDER BY event_id",
    );
    assert_eq!(told, whole.events, "events lost or doubled, {at}");
}

/// How many events the records lead to.
fn replayed(conn: &Connection, records: &[String]) -> usize {
    let definition: String = conn
        .query_row("SELECT body FROM definitions", [], |row| row.get(0))
        .unwrap();
    let machine = Arc::new(StateMachine::parse(&definition).unwrap());
    let options = ExecutionOptions::new(NAME);
    let replayed = replay(&machine, records, &options).unwrap();
    replayed.history.len()
}

#[tokio::test]
async fn an_execution_begun_while_journals_stood_in_the_database_goes_on() {
    let (dir, home, bench) = project();
    let whole = home
        .engine(bench.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    let place = dir.path().join(".tdev/journal");
    let records = FileJournal::read_only(&place.join("0"), "").unwrap()[NAME].clone();
    let half = records.len() / 2;
    drop((home, bench));

    // The project as the first version of the database had it.
    let old = open(dir.path());
    old.execute(
        "INSERT INTO executions (name, definition) SELECT ?1, body FROM definitions",
        [NAME],
    )
    .unwrap();
    for (seq, record) in (0_i64..).zip(&records[..half]) {
        old.execute(
            "INSERT INTO journal VALUES (?1, ?2, ?3)",
            (NAME, seq, record),
        )
        .unwrap();
    }
    old.execute_batch(
        "DROP TABLE definitions; DROP TABLE embeddings; DROP TABLE charges; DROP TABLE past_plans;
         DROP TABLE sessions; DROP TABLE services; DROP TABLE service_calls; DROP TABLE audit;
         DELETE FROM run_events;
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    std::fs::remove_dir_all(place).unwrap();

    let home = Home::open(dir.path(), Vec::new()).unwrap();
    let failures = |records: &[String]| {
        let failed = |r: &&String| r.contains("\"TaskFailed\"");
        records.iter().filter(failed).count()
    };
    let bench = Bench::of(&home).after_failures(failures(&records[..half]));
    let resumed = home
        .engine(bench.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    assert_eq!(resumed.output, whole.output);
    assert_eq!(essence(&resumed.trace), essence(&whole.trace));
    assert!(!bench.called().is_empty() && bench.called().len() < records.len() - 1);
}

fn slow_chain() -> Value {
    chain(&[
        ("one", task("one", "EchoAgent", &json!({"n": 1}))),
        ("two", task("two", "SlowAgent", &json!({"n": 2}))),
        (
            "three",
            task("three", "EchoAgent", &json!("{% $states.input %}")),
        ),
    ])
}

#[tokio::test]
#[ignore = "the process that is killed in `a_killed_process_leaves_a_run_that_goes_on`"]
async fn killed_child() {
    let home = child::home();
    let bench = Bench::of(&home);
    let engine = home.engine(bench.invokers());
    let watch = async {
        home.events()
            .wait("r1", 0, std::time::Duration::from_secs(60))
            .await
            .unwrap();
        while bench.called().len() < 2 {
            tokio::task::yield_now().await;
        }
        child::say(&bench.called()[1].scope.idempotency_token);
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = engine.run(request(&slow_chain())) => panic!("{ended:?}"),
        () = watch => {}
    }
}

#[tokio::test]
async fn a_killed_process_leaves_a_run_that_goes_on() {
    let (dir, home, bench) = project();
    let mut killed = child::start(child::command("resume::killed_child", dir.path()));
    let token = killed.hear().unwrap();
    killed.kill();
    bench.open_gate();
    let outcome = home
        .engine(bench.invokers())
        .run(request(&slow_chain()))
        .await
        .unwrap();
    assert_eq!(bench.names(), ["SlowAgent", "EchoAgent"]);
    assert_eq!(
        bench.called()[0].scope.idempotency_token,
        token,
        "the same attempt, the same token"
    );
    assert_eq!(
        outcome
            .trace
            .iter()
            .map(|s| s.id.as_str())
            .collect::<Vec<_>>(),
        ["one", "two", "three"]
    );
    assert_eq!(outcome.output.unwrap()["got"], json!({"slow": {"n": 2}}));
}

#[tokio::test]
async fn two_drivers_of_one_execution_are_told_apart() {
    let (dir, home, bench) = project();
    let second = Home::open(dir.path(), Vec::new()).unwrap();
    let engine = home.engine(bench.invokers());
    let running = engine.run(request(&slow_chain()));
    let rivals = async {
        home.events()
            .wait("r1", 0, std::time::Duration::from_secs(60))
            .await
            .unwrap();
        while bench.called().len() < 2 {
            tokio::task::yield_now().await;
        }
        let here = home
            .engine(bench.invokers())
            .run(request(&slow_chain()))
            .await
            .unwrap_err();
        assert_eq!(here.code, Code::Locked);
        // One that knows nothing of this process meets its lease.
        bench.open_gate();
        let elsewhere = Bench::of(&second);
        elsewhere.open_gate();
        second
            .engine(elsewhere.invokers())
            .run(request(&slow_chain()))
            .await
    };
    let (first, second) = futures::join!(running, rivals);
    let lost = [first, second]
        .into_iter()
        .filter_map(Result::err)
        .collect::<Vec<_>>();
    let codes: Vec<Code> = lost.iter().map(|e| e.code).collect();
    assert_eq!(codes, [Code::Locked], "{lost:?}");
    let told = numbers(
        &open(dir.path()),
        "SELECT event_id FROM run_events ORDER BY event_id",
    );
    assert_eq!(told, (1..=told.len() as i64).collect::<Vec<_>>());
}
