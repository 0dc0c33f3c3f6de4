//! Each strategy from its first version to its second, and who answers in between.

use serde_json::json;
use tdev_core::Code;
use tdev_core::component::VersionId;
use tdev_core::service::{DeployRequest, ServiceStatus, Strategy, VersionState};

use super::bench::{Bench, traffic, words};

#[tokio::test]
async fn the_first_version_answers_once_its_check_held() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    let ended = bench.deploy(words(&workflow)).await.unwrap();
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(ended["result"]["service_id"], "words");

    let service = bench.service().await;
    assert_eq!(service.status, ServiceStatus::Active);
    assert_eq!(traffic(&service), "v1 100%");
    assert_eq!(service.workflow_id, "counting@v1");
    assert_eq!(service.agents, ["TextStatisticsTool"]);
    assert_eq!(service.deploying, None);
    assert_eq!(
        *bench.target.asked.lock().unwrap(),
        ["store ", "install v1", "invoke v1", "shift "]
    );
    let (version, answer) = bench.call("three words here", 50).await;
    assert_eq!(version, VersionId(1));
    assert_eq!(answer.output.unwrap(), json!(3));
    assert_eq!(answer.trace.len(), 1);
    assert_eq!(answer.trace[0].agent, "TextStatisticsTool@v1");
    assert_eq!(
        bench.audit().await,
        [
            "ada service.create service/words",
            "ada service.shift service/words",
            "ada service.deploy service/words",
        ]
    );
}

#[tokio::test]
async fn the_same_definition_again_changes_nothing() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let before = bench.service().await;
    let ended = bench.deploy(words(&workflow)).await.unwrap();
    assert_eq!(ended["changed"], false);
    assert_eq!(bench.service().await, before);
}

#[tokio::test]
async fn all_at_once_retires_the_version_before_and_blue_green_keeps_it_ready() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let workflow = bench.counting(2).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let service = bench.service().await;
    assert_eq!(traffic(&service), "v2 100%");
    assert_eq!(service.versions[0].state, VersionState::Retired);
    assert_eq!(service.previous, Some(VersionId(1)));

    let workflow = bench.counting(3).await;
    let green = DeployRequest {
        strategy: Strategy::BlueGreen,
        ..words(&workflow)
    };
    bench.deploy(green).await.unwrap();
    let service = bench.service().await;
    assert_eq!(traffic(&service), "v3 100%");
    assert_eq!(service.versions[1].state, VersionState::Standby);
    assert_eq!(service.workflow_id, "counting@v3");
}

#[tokio::test]
async fn a_held_version_answers_nobody_until_it_is_promoted() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let workflow = bench.counting(2).await;
    let held = DeployRequest {
        strategy: Strategy::BlueGreen,
        hold: true,
        ..words(&workflow)
    };
    bench.deploy(held).await.unwrap();
    assert_eq!(traffic(&bench.service().await), "v1 100%");
    assert_eq!(
        bench.service().await.versions[1].state,
        VersionState::Standby
    );

    let by = json!({"who": "bob", "from": "api"});
    let promote = json!({"stage": "promote", "service_id": "words", "by": by});
    bench.ask(promote.clone()).await.unwrap();
    assert_eq!(traffic(&bench.service().await), "v2 100%");
    let again = bench.ask(promote).await.unwrap_err();
    assert_eq!(again.code, Code::Conflict);
    assert!(
        bench
            .audit()
            .await
            .contains(&"bob service.promote service/words".to_owned())
    );
}
