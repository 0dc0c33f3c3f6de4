//! `POST /api/orchestrate`: waiting, answering, and one run for each key.

use serde_json::{Value, json};
use tdev_core::run::{Run, RunStatus};
use tdev_core::{Code, Error};

use crate::fakes::{Call, Driven, World, noon};

fn ask(world: &World) -> Call {
    world.post("/api/orchestrate", json!({"goal": "say hello"}))
}

fn ended(world: &World, driven: Driven, status: RunStatus, error: Option<Error>) {
    let run = world
        .store
        .runs()
        .into_iter()
        .find(|run| run.id == driven.run_id)
        .unwrap();
    let run = Run {
        status,
        error,
        ended_at: Some(noon()),
        ..run
    };
    world.store.set_run(run.clone());
    driven.end.send(Ok(run)).ok();
}

#[tokio::test]
async fn a_short_run_is_answered_with_its_result() {
    let world = World::new().await;
    let body = ask(&world).send().await.ok(200);
    let run = world.store.runs().remove(0);
    assert_eq!(
        body,
        json!({"result": "hello", "trace": [], "run_id": run.id})
    );
    assert_eq!(run.request.goal.as_deref(), Some("say hello"));
    assert_eq!(run.project, "demo");
}

#[tokio::test]
async fn who_does_not_want_to_wait_is_told_where_to_look() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    for (prefer, applied) in [("respond-async", "respond-async"), ("wait=0", "wait=0")] {
        let reply = ask(&world).header("prefer", prefer).send().await;
        let body = reply.ok(202);
        let id = body["run_id"].as_str().unwrap();
        assert_eq!(reply.header("location"), format!("/api/runs/{id}"));
        assert_eq!(reply.header("preference-applied"), applied);
        // The run goes on without its client.
        let driven = drives.recv().await.unwrap();
        assert_eq!(driven.run_id, id);
        ended(&world, driven, RunStatus::Succeeded, None);
        let run = world.get(&format!("/api/runs/{id}")).send().await.ok(200);
        assert_eq!(run["status"], "succeeded");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_run_outlasts_the_wait_and_no_longer() {
    let world = World::new().await;
    let _drives = world.script.by_hand();
    for (prefer, seconds) in [("", 25), ("wait=3", 3), ("wait=86400", 300)] {
        let began = tokio::time::Instant::now();
        ask(&world).header("prefer", prefer).send().await.ok(202);
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
}

#[tokio::test]
async fn a_run_that_another_process_ends_is_answered_too() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    let waiting = tokio::spawn(ask(&world).send());
    let Driven { run_id, end } = drives.recv().await.unwrap();
    end.send(Err(Error::new(Code::Locked, "held by 4711"))).ok();
    let run = world.store.runs().remove(0);
    let output = Some(json!({"plain": true}));
    world.store.set_run(Run {
        status: RunStatus::Succeeded,
        output,
        ..run
    });
    let body = waiting.await.unwrap().ok(200);
    assert_eq!(
        body,
        json!({"result": {"plain": true}, "trace": [], "run_id": run_id})
    );
}

#[tokio::test]
async fn a_run_without_a_result_is_a_problem_that_names_it() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    let missing = Error::new(Code::CapabilityMissing, "nothing here can fly").hint("add a bird");
    let mut seen: Vec<Value> = Vec::new();
    for (status, error) in [
        (RunStatus::Failed, Some(missing)),
        (RunStatus::Failed, None),
        (RunStatus::NeedsReview, None),
        (RunStatus::Cancelled, None),
    ] {
        let waiting = tokio::spawn(ask(&world).send());
        let driven = drives.recv().await.unwrap();
        let id = driven.run_id.clone();
        ended(&world, driven, status, error);
        let reply = waiting.await.unwrap();
        assert_eq!(reply.header("content-type"), "application/problem+json");
        seen.push(serde_json::from_str(&reply.text.replace(&id, "RUN")).unwrap());
    }
    insta::assert_json_snapshot!("runs_without_a_result", seen);
}

#[tokio::test]
async fn a_run_that_cannot_be_driven_does_not_keep_its_client_waiting() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    let waiting = tokio::spawn(ask(&world).send());
    let driven = drives.recv().await.unwrap();
    let id = driven.run_id.clone();
    driven
        .end
        .send(Err(Error::new(
            Code::StoreUnavailable,
            "disk /dev/sda is full",
        )))
        .ok();
    let reply = waiting.await.unwrap();
    assert_eq!(reply.problem(503, "StoreUnavailable")["run_id"], id);
    assert!(!reply.text.contains("/dev"));
}

#[tokio::test]
async fn one_key_is_one_run_however_often_and_concurrently() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    let all = (0..8).map(|_| tokio::spawn(ask(&world).header("idempotency-key", "k").send()));
    let all: Vec<_> = all.collect();
    let driven = drives.recv().await.unwrap();
    let id = driven.run_id.clone();
    ended(&world, driven, RunStatus::Succeeded, None);
    for reply in all {
        // One that joined after the end drives again, which is the same run.
        let reply = reply.await.unwrap();
        assert_eq!(reply.ok(200)["run_id"], id);
    }
    assert_eq!(world.store.runs().len(), 1);
    let other = world.post("/api/orchestrate", json!({"goal": "say goodbye"}));
    other
        .header("idempotency-key", "k")
        .send()
        .await
        .problem(422, "IdempotencyKeyReused");
    let route = world.post("/api/generate", json!({"goal": "say hello"}));
    route
        .header("idempotency-key", "k")
        .send()
        .await
        .problem(422, "IdempotencyKeyReused");
    assert_eq!(world.store.runs().len(), 1);
}

#[tokio::test]
async fn a_run_survives_the_client_that_began_it() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    let gone = tokio::spawn(ask(&world).header("idempotency-key", "k").send());
    let driven = drives.recv().await.unwrap();
    gone.abort();
    gone.await.unwrap_err();
    let id = driven.run_id.clone();
    ended(&world, driven, RunStatus::Succeeded, None);
    let again = ask(&world).header("idempotency-key", "k").send().await;
    assert_eq!(again.ok(200)["run_id"], id);
}

#[tokio::test]
async fn a_wish_that_cannot_be_kept_is_refused() {
    let world = World::new().await;
    for (body, status, code, field) in [
        (json!({}), 400, "InvalidInput", "goal"),
        (json!({"goal": " "}), 400, "InvalidInput", "goal"),
        (json!({"code": ""}), 400, "InvalidInput", "code"),
        (
            json!({"goal": "x", "inputs": []}),
            400,
            "InvalidInput",
            "inputs",
        ),
        (
            json!({"goal": "x", "threshold": 101}),
            400,
            "InvalidInput",
            "threshold",
        ),
        (
            json!({"goal": "x", "max_rounds": 4}),
            400,
            "InvalidInput",
            "max_rounds",
        ),
        (
            json!({"goal": "x", "deploy": true}),
            400,
            "InvalidInput",
            "deploy",
        ),
        (
            json!({"goal": "x", "deploy": "My Service"}),
            400,
            "InvalidInput",
            "deploy.service_id",
        ),
        (
            json!({"goal": "x", "deploy": {"service_id": "s", "percent": 0}}),
            400,
            "InvalidInput",
            "deploy.percent",
        ),
        (
            json!({"goal": "x", "max_cost_usd": -1}),
            400,
            "InvalidInput",
            "max_cost_usd",
        ),
        (
            json!({"goal": "x", "project": "other"}),
            404,
            "ProjectNotFound",
            "project",
        ),
    ] {
        let reply = world.post("/api/orchestrate", body).send().await;
        assert_eq!(reply.problem(status, code)["field"], field);
    }
    assert!(world.store.runs().is_empty());
    let own = json!({"goal": "x", "project": "demo", "deploy": false, "inputs": {"a": 1}});
    world.post("/api/orchestrate", own).send().await.ok(200);
    assert_eq!(world.store.runs()[0].request.max_cost_usd, None);
}

#[tokio::test]
async fn a_budget_goes_with_the_run() {
    let world = World::new().await;
    let body = json!({"goal": "x", "max_cost_usd": 0.5});
    world.post("/api/orchestrate", body).send().await.ok(200);
    assert_eq!(world.store.runs()[0].request.max_cost_usd, Some(0.5));
}
