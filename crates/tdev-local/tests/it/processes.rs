//! Several stores and several processes on one folder.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use tdev_core::ports::{Filter, Revision};
use tdev_core::run::RunStatus;
use tdev_local::Home;

use crate::child;
use crate::contract::{component, run};

const EACH: usize = 25;

async fn register_many(home: &Home, letter: char) {
    for i in 0..EACH {
        let name = format!("Agent{letter}{i}");
        home.registry()
            .put(component(&name, &json!({})), Revision::New)
            .await
            .unwrap();
        let shared = component(
            "SharedAgent",
            &json!({"description": format!("{letter}{i}")}),
        );
        home.registry()
            .put(shared, Revision::NextVersion)
            .await
            .unwrap();
    }
}

#[tokio::test]
#[ignore = "the other process of `two_processes_lose_no_entry`"]
async fn registering_child() {
    let home = child::home();
    child::say("ready");
    child::await_parent();
    register_many(&home, 'B').await;
}

#[tokio::test]
async fn two_processes_lose_no_entry() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    home.registry()
        .put(component("SharedAgent", &json!({})), Revision::New)
        .await
        .unwrap();
    let mut other = child::start(child::command("processes::registering_child", dir.path()));
    assert_eq!(other.hear().as_deref(), Some("ready"));
    other.go();
    let second = Home::open(dir.path(), Vec::new()).unwrap();
    futures::join!(register_many(&home, 'A'), register_many(&second, 'C'));
    other.passed();
    let registry = home.registry();
    assert_eq!(
        registry.list(&Filter::default()).await.unwrap().len(),
        3 * EACH + 1
    );
    let versions = registry.versions("SharedAgent").await.unwrap();
    let numbers: Vec<_> = versions.iter().map(|c| c.version_id.0 as usize).collect();
    assert_eq!(numbers, (1..=3 * EACH + 1).collect::<Vec<_>>());
}

#[tokio::test]
#[ignore = "the other process of `one_idempotency_key_is_one_run_across_processes`"]
async fn creating_child() {
    let home = child::home();
    child::say("ready");
    child::await_parent();
    let runs = home.runs();
    let made = join_all((0..20).map(|i| {
        let runs = &runs;
        async move {
            runs.create(run(&format!("b{i}")), Some(("one", "print")))
                .await
                .unwrap()
                .id
        }
    }));
    let ids = made.await;
    assert!(ids.iter().all(|id| *id == ids[0]));
    child::say(&ids[0]);
}

#[tokio::test]
async fn one_idempotency_key_is_one_run_across_processes() {
    let dir = tempfile::tempdir().unwrap();
    let mut other = child::start(child::command("processes::creating_child", dir.path()));
    other.hear().unwrap();
    other.go();
    let runs = Home::open(dir.path(), Vec::new()).unwrap().runs();
    let made = join_all((0..20).map(|i| {
        let runs = &runs;
        async move {
            runs.create(run(&format!("a{i}")), Some(("one", "print")))
                .await
                .unwrap()
                .id
        }
    }));
    let mut ids = made.await;
    ids.push(other.hear().unwrap());
    other.passed();
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(runs.list(None, 100).await.unwrap().0.len(), 1);
}

#[tokio::test]
#[ignore = "the other process of `a_waiter_hears_of_another_process`"]
async fn ending_child() {
    let home = child::home();
    child::await_parent();
    let mut ended = run("r1");
    ended.status = RunStatus::Succeeded;
    home.runs().update(&ended).await.unwrap();
}

#[tokio::test]
async fn a_waiter_hears_of_another_process() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    home.runs().create(run("r1"), None).await.unwrap();
    let mut other = child::start(child::command("processes::ending_child", dir.path()));
    let events = home.events();
    let waiting = events.wait("r1", 0, Duration::from_secs(60));
    other.go();
    tokio::time::timeout(Duration::from_secs(50), waiting)
        .await
        .expect("woken before its patience ends")
        .unwrap();
    assert_eq!(
        home.runs().get("r1").await.unwrap().status,
        RunStatus::Succeeded
    );
    other.passed();
}
