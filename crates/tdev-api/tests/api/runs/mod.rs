//! `/api/runs`, one run, cancelling, resuming and redriving.

mod cost;
mod events;

use serde_json::json;
use tdev_core::run::{Run, RunStatus};
use tdev_core::{Code, Error};

use crate::fakes::World;

#[tokio::test]
async fn runs_are_listed_newest_first_and_only_the_projects_own() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Succeeded);
    world.has_run("r2", "other", RunStatus::Succeeded);
    let run = world.has_run("r3", "demo", RunStatus::Succeeded);
    world.store.set_run(Run {
        output: Some(json!("large")),
        ..run
    });
    let page = world.get("/api/runs?limit=2").send().await.ok(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["id"], "r3");
    assert!(page["items"][0].get("output").is_none());
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = world
        .get(&format!("/api/runs?cursor={cursor}"))
        .send()
        .await
        .ok(200);
    assert_eq!(page["items"][0]["id"], "r1");
    assert_eq!(page["next_cursor"], json!(null));
    world
        .get("/api/runs?cursor=x")
        .send()
        .await
        .problem(400, "InvalidInput");
    assert_eq!(
        world.get("/api/runs/r3").send().await.ok(200)["output"],
        "large"
    );
}

#[tokio::test]
async fn another_projects_run_is_not_found_on_any_route() {
    let world = World::new().await;
    world.has_run("r2", "other", RunStatus::Running);
    let strange = world
        .get("/api/runs/nothing")
        .send()
        .await
        .problem(404, "RunNotFound");
    for (method, path) in [
        ("GET", "/api/runs/r2"),
        ("GET", "/api/runs/r2/events"),
        ("POST", "/api/runs/r2/cancel"),
        ("POST", "/api/runs/r2/resume"),
        ("POST", "/api/runs/r2/redrive"),
    ] {
        let body = world
            .call(method, path)
            .send()
            .await
            .problem(404, "RunNotFound");
        assert_eq!(
            body["detail"].to_string().replace("r2", "nothing"),
            strange["detail"].to_string()
        );
    }
    assert_eq!(world.store.runs()[0].status, RunStatus::Running);
}

#[tokio::test]
async fn a_run_shows_its_error_without_what_is_inside() {
    let world = World::new().await;
    let run = world.has_run("r1", "demo", RunStatus::Failed);
    let error = Some(Error::new(
        Code::StoreCorrupt,
        "/home/someone/db is damaged",
    ));
    world.store.set_run(Run { error, ..run });
    for path in ["/api/runs/r1", "/api/runs"] {
        let reply = world.get(path).send().await;
        assert!(reply.text.contains("StoreCorrupt") && !reply.text.contains("/home"));
    }
}

#[tokio::test]
async fn a_run_under_way_is_cancelled_once() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Running);
    let call = world.post("/api/runs/r1/cancel", json!({"reason": "too late"}));
    let body = call.send().await.ok(200);
    assert_eq!(body["status"], "cancelled");
    assert_eq!(body["error"]["message"], "too late");
    let again = world.call("POST", "/api/runs/r1/cancel").send().await;
    assert_eq!(again.problem(409, "Conflict")["run_id"], "r1");
    let odd = world
        .post("/api/runs/r1/cancel", json!({"because": "x"}))
        .send()
        .await;
    odd.problem(400, "InvalidInput");
}

#[tokio::test]
async fn what_failed_or_waits_for_a_person_goes_on() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    for status in [
        RunStatus::Failed,
        RunStatus::NeedsReview,
        RunStatus::Running,
    ] {
        let run = world.has_run("r1", "demo", status);
        let waiting = tokio::spawn(world.call("POST", "/api/runs/r1/resume").send());
        let driven = drives.recv().await.unwrap();
        assert_eq!(driven.run_id, "r1");
        let output = Some(json!({"output": 7, "trace": []}));
        driven
            .end
            .send(Ok(Run {
                status: RunStatus::Succeeded,
                output,
                ..run
            }))
            .ok();
        assert_eq!(waiting.await.unwrap().ok(200)["result"], 7);
    }
    for status in [RunStatus::Succeeded, RunStatus::Cancelled] {
        world.has_run("r1", "demo", status);
        let reply = world.call("POST", "/api/runs/r1/resume").send().await;
        reply.problem(409, "Conflict");
    }
}

#[tokio::test]
async fn what_failed_or_was_cancelled_is_redriven_and_is_under_way_by_the_answer() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    for status in [RunStatus::Failed, RunStatus::Cancelled] {
        world.has_run("r1", "demo", status);
        let waiting = tokio::spawn(world.call("POST", "/api/runs/r1/redrive").send());
        let driven = drives.recv().await.unwrap();
        let run = world.store.runs()[0].clone();
        assert_eq!((run.status, run.redrives), (RunStatus::Running, 1));
        let again = world.call("POST", "/api/runs/r1/redrive").send().await;
        assert_eq!(again.problem(409, "Conflict")["run_id"], "r1");
        let output = Some(json!({"output": 7, "trace": []}));
        let ended = Run {
            status: RunStatus::Succeeded,
            output,
            ..run
        };
        world.store.set_run(ended.clone());
        driven.end.send(Ok(ended)).ok();
        assert_eq!(waiting.await.unwrap().ok(200)["result"], 7);
        let shown = world.get("/api/runs/r1").send().await.ok(200);
        assert_eq!(shown["redrives"], 1);
    }
    for status in [
        RunStatus::Succeeded,
        RunStatus::NeedsReview,
        RunStatus::Running,
    ] {
        world.has_run("r1", "demo", status);
        let reply = world.call("POST", "/api/runs/r1/redrive").send().await;
        reply.problem(409, "Conflict");
    }
}

#[tokio::test]
async fn a_redrive_asked_for_twice_under_one_key_is_one() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Failed);
    let redrive = || {
        let call = world.call("POST", "/api/runs/r1/redrive");
        call.header("idempotency-key", "k1").send()
    };
    let first = redrive().await.ok(200);
    assert_eq!(redrive().await.ok(200), first);
    assert_eq!(world.store.runs()[0].redrives, 1);
}
