//! `Idempotency-Key` on routes that begin no run.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;
use tdev_core::{Code, Error};
use tokio::sync::Semaphore;

use crate::fakes::{Call, World};

fn invoke(world: &World, text: &str) -> Call {
    let call = world.post("/api/components/EchoTool/invoke", json!({"text": text}));
    call.header("idempotency-key", "k1")
}

#[tokio::test]
async fn the_same_request_is_answered_once_and_another_is_refused() {
    let world = World::new().await;
    let first = invoke(&world, "a").send().await;
    let again = invoke(&world, "a").send().await;
    assert_eq!(first.ok(200), again.ok(200));
    assert_eq!(world.components.calls.load(Ordering::SeqCst), 1);
    invoke(&world, "b")
        .send()
        .await
        .problem(422, "IdempotencyKeyReused");
    let elsewhere = world.post("/api/components/UpperTool/invoke", json!({"text": "a"}));
    let elsewhere = elsewhere.header("idempotency-key", "k1").send().await;
    elsewhere.problem(422, "IdempotencyKeyReused");
}

#[tokio::test]
async fn concurrent_requests_of_one_key_are_one_piece_of_work() {
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(0));
    *world.components.gate.lock().unwrap() = Some(gate.clone());
    let all = (0..8).map(|_| tokio::spawn(invoke(&world, "a").send()));
    let all: Vec<_> = all.collect();
    gate.add_permits(1);
    for reply in all {
        assert_eq!(reply.await.unwrap().ok(200)["output"]["text"], "a");
    }
    assert_eq!(world.components.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn work_goes_on_when_its_client_leaves() {
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(0));
    *world.components.gate.lock().unwrap() = Some(gate.clone());
    let gone = tokio::spawn(invoke(&world, "a").send());
    while world.components.calls.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    gate.add_permits(1);
    invoke(&world, "a").send().await.ok(200);
    assert_eq!(world.components.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_failed_on_the_servers_side_may_be_tried_again() {
    let world = World::new().await;
    let fault = Error::new(Code::RemoteUnavailable, "nobody answers");
    *world.components.fails.lock().unwrap() = Some(fault);
    invoke(&world, "a")
        .send()
        .await
        .problem(502, "RemoteUnavailable");
    *world.components.fails.lock().unwrap() = None;
    invoke(&world, "a").send().await.ok(200);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let world = World::new().await;
    for key in ["", " ", &"k".repeat(256)] {
        for path in ["/api/plan", "/api/orchestrate"] {
            let call = world
                .post(path, json!({"goal": "x"}))
                .header("idempotency-key", key);
            call.send().await.problem(400, "InvalidInput");
        }
    }
}
