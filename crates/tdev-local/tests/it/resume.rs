//! Executions that are cut off, by a crash at any record or a killed process, go on and rerun
//! nothing finished.

use std::path::Path;

use futures::future::join_all;
use rusqlite::Connection;
use serde_json::{Value, json};
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

/// Marks each event with the last journal record of its transaction.
const MARK: &str = "
CREATE TABLE told (seq INTEGER PRIMARY KEY, record INTEGER);
CREATE TRIGGER mark AFTER INSERT ON run_events BEGIN
  INSERT INTO told VALUES (new.seq, (SELECT max(seq) FROM journal WHERE execution = new.execution));
END";

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

#[tokio::test]
async fn cut_off_at_any_record_it_goes_on_and_reruns_nothing_finished() {
    let (dir, home, bench) = project();
    // The database comes to be with its first write.
    home.runs()
        .create(crate::contract::run("r1"), None)
        .await
        .unwrap();
    open(dir.path()).execute_batch(MARK).unwrap();
    let whole = home
        .engine(bench.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    let conn = open(dir.path());
    let ends = numbers(&conn, "SELECT DISTINCT record FROM told ORDER BY record");
    let events = numbers(&conn, "SELECT event_id FROM run_events ORDER BY event_id");
    assert!(ends.len() > 8, "{ends:?}");
    let cuts = ends
        .into_iter()
        .map(|end| resume_after(end, &conn, &whole, &events));
    join_all(cuts).await;
}

async fn resume_after(end: i64, conn: &Connection, whole: &EngineOutcome, events: &[i64]) {
    let (copy, home, bench) = project();
    std::fs::create_dir(copy.path().join(".tdev")).unwrap();
    conn.execute(
        "VACUUM INTO ?1",
        [copy.path().join(".tdev/tdev.db").to_str().unwrap()],
    )
    .unwrap();
    let cut = open(copy.path());
    cut.execute(
        "DELETE FROM run_events WHERE seq IN (SELECT seq FROM told WHERE record > ?1)",
        [end],
    )
    .unwrap();
    cut.execute("DELETE FROM journal WHERE seq > ?1", [end])
        .unwrap();
    cut.execute("DELETE FROM told", []).unwrap();
    let finished = numbers(
        &cut,
        "SELECT record ->> 'task' FROM journal WHERE record ->> 'type' LIKE 'Task%'",
    );
    let failures = numbers(
        &cut,
        "SELECT count(*) FROM journal WHERE record ->> 'type' = 'TaskFailed'",
    );

    let bench = bench.after_failures(usize::try_from(failures[0]).unwrap());
    let resumed = home
        .engine(bench.invokers())
        .run(request(&json!("begun before")))
        .await
        .unwrap();
    assert_eq!(resumed.output, whole.output, "cut after record {end}");
    assert_eq!(
        essence(&resumed.trace),
        essence(&whole.trace),
        "cut after record {end}"
    );
    for called in bench.called() {
        let call: i64 = called
            .scope
            .idempotency_token
            .rsplit(':')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(
            !finished.contains(&call),
            "{called:?} ran again after record {end}"
        );
    }
    let told = numbers(
        &cut,
        "SELECT event_id FROM run_events WHERE execution = 'r1:flow' ORDER BY event_id",
    );
    assert_eq!(told, events, "events lost or doubled after record {end}");
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
        // One that knows nothing of this process gets as far as its first record.
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
    assert!(
        lost.len() <= 1 && lost.iter().all(|e| e.code == Code::Conflict),
        "{lost:?}"
    );
    let told = numbers(
        &open(dir.path()),
        "SELECT event_id FROM run_events ORDER BY event_id",
    );
    assert_eq!(told, (1..=told.len() as i64).collect::<Vec<_>>());
}
