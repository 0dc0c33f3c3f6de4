//! Every port's contract, on a fresh stack.

use tdev_core::component::Component;

use crate::bench::Bench;
use crate::contract;

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn the_registry_table_keeps_its_contract() {
    let home = Bench::new("registry").await.home("demo");
    contract::registry::suite(&*home.registry(Vec::new()), Component::revision).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn the_artifact_bucket_keeps_its_contract() {
    let home = Bench::new("artifacts").await.home("demo");
    contract::artifacts::suite(&*home.artifacts()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn stored_vectors_keep_their_contract() {
    let home = Bench::new("vectors").await.home("demo");
    contract::vectors::suite(&*home.vectors()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn stored_workflows_keep_their_contract() {
    let home = Bench::new("workflows").await.home("demo");
    contract::workflows::suite(&*home.workflows()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn stored_runs_keep_their_contract() {
    let home = Bench::new("runs").await.home("demo");
    contract::runs::suite(&*home.runs()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn stored_approvals_keep_their_contract() {
    let home = Bench::new("approvals").await.home("demo");
    contract::approvals::suite(&*home.approvals()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn stored_test_runs_keep_their_contract() {
    let home = Bench::new("test-runs").await.home("demo");
    contract::test_runs::suite(&*home.test_runs()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn plans_of_runs_that_succeeded_keep_their_contract() {
    let home = Bench::new("plans").await.home("demo");
    contract::past_plans::suite(&*home.runs(), &*home.past_plans()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn the_ledger_keeps_its_contract() {
    let home = Bench::new("ledger").await.home("demo");
    contract::ledger::suite(&*home.ledger()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn sessions_keep_their_contract() {
    let home = Bench::new("sessions").await.home("demo");
    contract::sessions::suite(&*home.sessions()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn services_and_their_lines_of_the_audit_keep_their_contract() {
    let home = Bench::new("records").await.home("demo");
    contract::services::records(&*home.services(), &*home.audit()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn calls_of_services_keep_their_contract() {
    let home = Bench::new("calls").await.home("demo");
    contract::services::calls(&*home.service_log()).await;
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn the_audit_keeps_its_contract() {
    let home = Bench::new("lines").await.home("demo");
    contract::services::lines(&*home.audit()).await;
}
