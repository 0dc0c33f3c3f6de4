//! `GET /api/runs/{id}/events`, through a socket and without one.

use std::time::Duration;

use serde_json::{Value, json};
use tdev_api::ServerOptions;
use tdev_core::run::{Run, RunEvent, RunStatus};
use tdev_core::{Code, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::fakes::{World, noon};

fn event(run_id: &str, seq: i64) -> RunEvent {
    RunEvent {
        seq,
        run_id: run_id.into(),
        execution: run_id.into(),
        event_id: seq.unsigned_abs(),
        at: noon(),
        kind: "TaskStateEntered".into(),
        state: Some("Plan".into()),
        event: json!({"parameters": json!({"Payload": {"task_token": "t0ken"}}).to_string()}),
    }
}

/// The ids and the last message of a stream that is over.
fn read(text: &str) -> (Vec<i64>, Value) {
    let ids = text.lines().filter_map(|line| line.strip_prefix("id: "));
    let end = text
        .split("event: end\ndata: ")
        .nth(1)
        .unwrap_or("null")
        .trim();
    (
        ids.map(|id| id.parse().unwrap()).collect(),
        serde_json::from_str(end).unwrap(),
    )
}

#[tokio::test]
async fn a_run_that_has_ended_is_told_whole_and_the_stream_is_over() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Succeeded);
    (1..=600).for_each(|seq| {
        world
            .store
            .add_event(event(if seq % 3 == 0 { "r2" } else { "r1" }, seq));
    });
    let reply = world.get("/api/runs/r1/events").send().await;
    assert_eq!(reply.header("content-type"), "text/event-stream");
    let (ids, end) = read(&reply.text);
    assert_eq!(
        ids,
        (1..=600).filter(|seq| seq % 3 != 0).collect::<Vec<_>>()
    );
    assert_eq!(end, json!({"run_id": "r1", "status": "succeeded"}));
    assert!(!reply.text.contains("t0ken"));
}

#[tokio::test]
async fn the_last_event_id_goes_on_after_it() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Failed);
    (1..=5).for_each(|seq| world.store.add_event(event("r1", seq)));
    for (last, left) in [("0", 5), ("3", 2), ("5", 0), ("99", 0), ("", 5)] {
        let call = world
            .get("/api/runs/r1/events")
            .header("last-event-id", last);
        let (ids, end) = read(&call.send().await.text);
        assert_eq!(
            (ids.len(), &end["status"]),
            (left, &json!("failed")),
            "after {last}"
        );
    }
    for odd in ["x", "-1", "1.5"] {
        let call = world
            .get("/api/runs/r1/events")
            .header("last-event-id", odd);
        call.send().await.problem(400, "InvalidInput");
    }
}

#[tokio::test]
async fn a_store_that_fails_ends_the_stream_with_a_problem() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Running);
    world.store.add_event(event("r1", 1));
    let waiting = tokio::spawn(world.get("/api/runs/r1/events").send());
    tokio::task::yield_now().await;
    let fault = Error::new(Code::StoreUnavailable, "/dev/sda is gone");
    *world.store.broken.lock().unwrap() = Some(fault);
    world.store.add_event(event("r1", 2));
    let reply = waiting.await.unwrap();
    assert!(
        reply.text.contains("StoreUnavailable") && !reply.text.contains("/dev"),
        "{}",
        reply.text
    );
}

struct Listening {
    stream: TcpStream,
    text: String,
}

impl Listening {
    async fn to(address: &str, last: Option<i64>) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let last = last.map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
        let request = format!("GET /api/runs/r1/events HTTP/1.1\r\nHost: {address}\r\n{last}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        Self {
            stream,
            text: String::new(),
        }
    }

    /// Reads until the text stands in what came.
    async fn until(&mut self, text: &str) {
        let mut buffer = [0; 4096];
        while !self.text.contains(text) {
            let count = self.stream.read(&mut buffer).await.unwrap();
            assert!(count > 0, "ended without {text}: {}", self.text);
            self.text
                .push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
    }

    fn ids(&self) -> Vec<i64> {
        read(&self.text.replace("event: end", "")).0
    }
}

#[tokio::test]
async fn a_listener_that_comes_back_has_lost_nothing() {
    let options = ServerOptions {
        heartbeat: Duration::from_millis(20),
        ..ServerOptions::default()
    };
    let world = World::with(options).await;
    let run = world.has_run("r1", "demo", RunStatus::Running);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(axum::serve(listener, world.app.clone()).into_future());

    world.store.add_event(event("r1", 1));
    let mut first = Listening::to(&address, None).await;
    first.until("id: 1\n").await;
    first.until(": heartbeat").await;
    world.store.add_event(event("r1", 2));
    first.until("id: 2\n").await;
    let last = *first.ids().last().unwrap();
    drop(first);

    world.store.add_event(event("r1", 3));
    world.store.add_event(event("r1", 4));
    let mut second = Listening::to(&address, Some(last)).await;
    second.until("id: 4\n").await;
    world.store.add_event(event("r1", 5));
    world.store.set_run(Run {
        status: RunStatus::Succeeded,
        ..run
    });
    second.until("event: end\n").await;
    assert_eq!(second.ids(), [3, 4, 5]);
    // The chunk of length nought closes the stream.
    second.until("\r\n0\r\n\r\n").await;
    server.abort();
}
