//! What the contract does not say and only this home must hold: projects are apart, long records
//! leave the table, races have one winner, and the base layer shines through.

use std::sync::Arc;

use futures::future::join_all;
use serde_json::json;
use tdev_aws::Home;
use tdev_core::Code;
use tdev_core::component::{Component, Status};
use tdev_core::ports::{Filter, Revision, SystemClock};
use tdev_core::run::{Run, RunStatus};

use crate::bench::Bench;
use crate::contract::approvals::{answer, question};
use crate::contract::ledger::{charge, spent};
use crate::contract::{component, run};

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn what_another_project_owns_is_not_found() {
    let bench = Bench::new("tenancy").await;
    let (mine, theirs) = (bench.home("mine"), bench.home("theirs"));
    let echo = component("EchoAgent", &json!({}));
    mine.registry(Vec::new())
        .put(echo, Revision::New)
        .await
        .unwrap();
    mine.runs().create(run("a1"), None).await.unwrap();
    mine.approvals()
        .ask(question("q1", "a1", "t"))
        .await
        .unwrap();
    let hash = mine.artifacts().put(b"mine").await.unwrap();

    let code = |error: tdev_core::Error| error.code;
    let registry = theirs.registry(Vec::new());
    let found = registry.get(&"EchoAgent".parse().unwrap()).await;
    let codes = [
        found.map(drop).map_err(code),
        theirs.runs().get("a1").await.map(drop).map_err(code),
        theirs.runs().update(&run("a1")).await.map_err(code),
        theirs.approvals().get("q1").await.map(drop).map_err(code),
        theirs
            .approvals()
            .answer("q1", answer(true, "eve"))
            .await
            .map(drop)
            .map_err(code),
        theirs.artifacts().get(&hash).await.map(drop).map_err(code),
    ];
    let expected = [
        Code::ComponentNotFound,
        Code::RunNotFound,
        Code::RunNotFound,
        Code::ApprovalNotFound,
        Code::ApprovalNotFound,
        Code::ArtifactNotFound,
    ];
    assert_eq!(codes, expected.map(Err));
    assert!(registry.list(&Filter::default()).await.unwrap().is_empty());
    assert!(theirs.runs().list(None, 10).await.unwrap().0.is_empty());
    assert!(theirs.approvals().open().await.unwrap().is_empty());
    for name in ["", "mine#", "a/b", "mine theirs", &"x".repeat(101)] {
        let refused = Home::of(
            &bench.sdk,
            bench.tables.clone(),
            "b",
            name,
            Arc::new(SystemClock),
        );
        assert_eq!(refused.err().unwrap().code, Code::InvalidInput, "{name}");
    }
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn a_record_too_long_for_an_item_comes_back_whole() {
    let bench = Bench::new("long").await;
    let home = bench.home("demo");
    let runs = home.runs();
    let mut long = run("a1");
    long.request
        .inputs
        .insert("text".to_owned(), json!("é".repeat(600_000)));
    runs.create(long.clone(), None).await.unwrap();
    assert_eq!(runs.get("a1").await.unwrap(), long);
    let ended = Run {
        status: RunStatus::Succeeded,
        output: Some(json!("ok")),
        ..long
    };
    runs.update(&ended).await.unwrap();
    assert_eq!(runs.list(None, 5).await.unwrap().0, [ended]);

    let stored = bench
        .dynamo()
        .get_item()
        .table_name(&bench.tables.runs)
        .key(
            "pk",
            aws_sdk_dynamodb::types::AttributeValue::S("demo".into()),
        )
        .key(
            "sk",
            aws_sdk_dynamodb::types::AttributeValue::S("run#a1".into()),
        )
        .send()
        .await
        .unwrap()
        .item
        .unwrap();
    let hash = stored["json_artifact"].as_s().unwrap();
    assert!(!stored.contains_key("json_text"));

    // Damage is told, not passed on.
    bench
        .s3()
        .put_object()
        .bucket(&bench.bucket)
        .key(format!("demo/{hash}"))
        .body(b"{}".to_vec().into())
        .send()
        .await
        .unwrap();
    assert_eq!(runs.get("a1").await.unwrap_err().code, Code::StoreCorrupt);
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn of_many_who_add_a_version_each_gets_its_own() {
    let home = Bench::new("race").await.home("demo");
    let registry = home.registry(Vec::new());
    registry
        .put(component("EchoAgent", &json!({})), Revision::New)
        .await
        .unwrap();
    let adding = (0..4).map(|i| {
        let next = component("EchoAgent", &json!({"description": format!("by {i}")}));
        registry.put(next, Revision::NextVersion)
    });
    for added in join_all(adding).await {
        added.unwrap();
    }
    let versions = registry.versions("EchoAgent").await.unwrap();
    let numbers: Vec<u32> = versions.iter().map(|c| c.version_id.0).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);

    // Of many who replace the same one, one does.
    let read = Arc::clone(&versions[0]);
    let replacing = (0..4).map(|i| {
        let mut mine = Component::clone(&read);
        mine.description = format!("mine {i}");
        registry.put(mine, Revision::Replaces(read.revision()))
    });
    let (done, refused): (Vec<_>, Vec<_>) = join_all(replacing)
        .await
        .into_iter()
        .partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 3));
    assert!(
        refused
            .into_iter()
            .all(|r| r.unwrap_err().code == Code::Conflict)
    );
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn a_name_with_more_versions_than_a_transaction_holds_can_be_removed() {
    let home = Bench::new("many").await.home("demo");
    let registry = home.registry(Vec::new());
    registry
        .put(component("EchoAgent", &json!({})), Revision::New)
        .await
        .unwrap();
    for _ in 0..120 {
        registry
            .put(component("EchoAgent", &json!({})), Revision::NextVersion)
            .await
            .unwrap();
    }
    assert_eq!(registry.versions("EchoAgent").await.unwrap().len(), 121);
    registry.remove("EchoAgent").await.unwrap();
    assert!(registry.list(&Filter::default()).await.unwrap().is_empty());
    let again = registry
        .put(component("EchoAgent", &json!({})), Revision::New)
        .await
        .unwrap();
    assert_eq!(registry.versions("EchoAgent").await.unwrap(), [again]);
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn what_comes_with_the_program_can_be_changed_but_not_removed() {
    let home = Bench::new("base").await.home("demo");
    let registry = home.registry(vec![component("LlmTool", &json!({"status": "stable"}))]);
    let read = registry.get(&"LlmTool".parse().unwrap()).await.unwrap();
    let mut off = Component::clone(&read);
    off.status = Status::Disabled;
    registry
        .put(off.clone(), Revision::Replaces(read.revision()))
        .await
        .unwrap();
    assert_eq!(*registry.list(&Filter::default()).await.unwrap()[0], off);
    let next = registry
        .put(component("LlmTool", &json!({})), Revision::NextVersion)
        .await
        .unwrap();
    assert_eq!(next.pinned().to_string(), "LlmTool@v2");
    let refused = registry.remove("LlmTool").await.unwrap_err();
    assert_eq!(refused.code, Code::PermissionDenied);
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn nobody_answers_for_a_run_that_has_ended() {
    let home = Bench::new("ended").await.home("demo");
    home.runs().create(run("a1"), None).await.unwrap();
    home.approvals()
        .ask(question("q1", "a1", "t"))
        .await
        .unwrap();
    assert_eq!(home.approvals().open().await.unwrap().len(), 1);
    let ended = Run {
        status: RunStatus::Cancelled,
        ..run("a1")
    };
    home.runs().update(&ended).await.unwrap();
    assert!(home.approvals().open().await.unwrap().is_empty());
    let late = home
        .approvals()
        .answer("q1", answer(true, "ann"))
        .await
        .unwrap_err();
    assert_eq!(late.code, Code::Conflict);
    assert!(late.message.contains("a1"), "{late}");
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn a_table_that_is_not_there_is_said_so() {
    let bench = Bench::new("absent").await;
    let tables = tdev_aws::dynamo::Tables::of_stack("tdev-nowhere");
    let home = Home::of(
        &bench.sdk,
        tables,
        &bench.bucket,
        "demo",
        Arc::new(SystemClock),
    )
    .unwrap();
    let error = home.runs().get("a1").await.unwrap_err();
    assert_eq!(error.code, Code::Internal);
    assert!(error.message.contains("tdev-nowhere-runs"), "{error}");
    assert!(error.hint.unwrap().contains("deploy"));
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn however_many_charge_at_once_nothing_is_overspent() {
    let home = Bench::new("budget").await.home("demo");
    let ledger = home.ledger();
    let charging = (0..8).map(|i| {
        let ledger = Arc::clone(&ledger);
        async move {
            let call = charge("r", &format!("k{i}"), 30);
            ledger.reserve(&call, Some(100)).await
        }
    });
    let (granted, refused): (Vec<_>, Vec<_>) = join_all(charging)
        .await
        .into_iter()
        .partition(Result::is_ok);
    assert_eq!((granted.len(), refused.len()), (3, 5));
    let over = |answer: Result<_, tdev_core::Error>| answer.unwrap_err().code;
    assert!(refused.into_iter().all(|r| over(r) == Code::BudgetExceeded));
    assert_eq!(spent(&*ledger, "r").await, 90);
}
