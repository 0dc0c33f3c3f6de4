//! `/api/runs`, one run, cancelling and resuming.

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
