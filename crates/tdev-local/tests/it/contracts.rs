//! Every port's contract, on a fresh folder.

use serde_json::json;
use tdev_core::component::Component;
use tdev_core::ports::{EngineRequest, Scope};
use tdev_local::Home;
use tempfile::TempDir;

use crate::bench::{Bench, chain};
use crate::contract;

fn home() -> (TempDir, Home) {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    (dir, home)
}

#[tokio::test]
async fn the_registry_file_keeps_its_contract() {
    let (_dir, home) = home();
    contract::registry::suite(&*home.registry(), Component::revision).await;
}

#[tokio::test]
async fn the_artifact_folder_keeps_its_contract() {
    let (_dir, home) = home();
    contract::artifacts::suite(&*home.artifacts()).await;
}

#[tokio::test]
async fn stored_vectors_keep_their_contract() {
    let (_dir, home) = home();
    contract::vectors::suite(&*home.vectors()).await;
}

#[tokio::test]
async fn the_ledger_keeps_its_contract() {
    let (_dir, home) = home();
    contract::ledger::suite(&*home.ledger()).await;
}

#[tokio::test]
async fn the_ledger_in_memory_of_other_tests_keeps_the_same_contract() {
    contract::ledger::suite(&crate::ledger::InMemory::default()).await;
}

#[tokio::test]
async fn stored_workflows_keep_their_contract() {
    let (_dir, home) = home();
    contract::workflows::suite(&*home.workflows()).await;
}

#[tokio::test]
async fn stored_runs_keep_their_contract() {
    let (_dir, home) = home();
    contract::runs::suite(&*home.runs()).await;
}

#[tokio::test]
async fn plans_that_worked_keep_their_contract() {
    let (_dir, home) = home();
    contract::past_plans::suite(&*home.runs(), &*home.past_plans()).await;
}

#[tokio::test]
async fn stored_events_keep_their_contract() {
    let (_dir, home) = home();
    let engine = home.engine(Bench::of(&home).invokers());
    let produce = async |run_id: &str| {
        let request = EngineRequest {
            execution: format!("{run_id}:flow"),
            definition: chain(&[("pass", json!({"Type": "Pass"}))]),
            input: json!({}),
            scope: Scope::default(),
        };
        engine.run(request).await.unwrap();
    };
    contract::events::suite(&*home.events(), &*home.runs(), produce).await;
}

#[tokio::test]
async fn stored_approvals_keep_their_contract() {
    let (_dir, home) = home();
    contract::approvals::suite(&*home.approvals()).await;
}

#[tokio::test]
async fn stored_test_runs_keep_their_contract() {
    let (_dir, home) = home();
    contract::test_runs::suite(&*home.test_runs()).await;
}

#[tokio::test]
async fn sessions_keep_their_contract() {
    let (_dir, home) = home();
    contract::sessions::suite(&*home.sessions()).await;
}

#[tokio::test]
async fn services_and_their_lines_of_the_audit_keep_their_contract() {
    let (_dir, home) = home();
    contract::services::records(&*home.services(), &*home.audit()).await;
}

#[tokio::test]
async fn calls_of_services_keep_their_contract() {
    let (_dir, home) = home();
    contract::services::calls(&*home.service_log()).await;
}

#[tokio::test]
async fn the_audit_keeps_its_contract() {
    let (_dir, home) = home();
    contract::services::lines(&*home.audit()).await;
}

#[tokio::test]
async fn reading_an_untouched_project_makes_no_folder() {
    let (dir, home) = home();
    assert!(
        home.registry()
            .list(&tdev_core::ports::Filter::default())
            .await
            .unwrap()
            .is_empty()
    );
    assert!(home.runs().list(None, 10).await.unwrap().0.is_empty());
    assert!(home.workflows().list().await.unwrap().is_empty());
    home.events()
        .wait("r1", 0, std::time::Duration::from_millis(1))
        .await
        .unwrap();
    home.registry().remove("NobodyTool").await.unwrap_err();
    assert!(!dir.path().join(".tdev").exists());
}

#[tokio::test]
async fn registering_does_not_open_the_database() {
    let (dir, home) = home();
    let component = contract::component("EchoAgent", &serde_json::Value::Null);
    home.registry()
        .put(component, tdev_core::ports::Revision::New)
        .await
        .unwrap();
    assert!(dir.path().join(".tdev/registry.json").exists());
    assert!(!dir.path().join(".tdev/tdev.db").exists());
}
