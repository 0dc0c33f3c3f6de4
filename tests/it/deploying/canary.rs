//! Canaries in virtual time: they advance by themselves, return by themselves, and a person's word
//! decides at once.

use std::sync::Arc;

use serde_json::json;
use tdev_core::component::VersionId;
use tdev_core::service::{DeployRequest, Strategy};
use tdev_core::{Code, Error};

use super::bench::{Bench, traffic, words};

fn canary(workflow: &str) -> DeployRequest {
    DeployRequest {
        strategy: Strategy::Canary,
        percent: 20,
        minutes: 5.0,
        ..words(workflow)
    }
}

async fn with_first_version() -> (Arc<Bench>, String) {
    let bench = Arc::new(Bench::new());
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    // The new version does something else, and fails for texts that are no units.
    let workflow = bench.converting().await;
    (bench, workflow)
}

/// Takes a canary's deployment by hand to where it has its share.
async fn shifted(bench: &Bench, request: &DeployRequest) -> String {
    let id = bench.begin(request).await;
    let packaged = bench.ask_in(&id, json!({"stage": "package", "request": request}));
    let definition = packaged.await.unwrap()["definition"].clone();
    for stage in ["store", "claim", "install", "check", "shift"] {
        let asked = json!({"stage": stage, "request": request, "definition": definition});
        bench.ask_in(&id, asked).await.unwrap();
    }
    id
}

async fn watch(bench: &Bench, id: &str, request: &DeployRequest) -> Result<String, Error> {
    let asked = json!({"stage": "watch", "request": request});
    let verdict = bench.ask_in(id, asked).await?;
    Ok(verdict["verdict"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_canary_that_holds_gets_every_call_after_its_minutes() {
    let (bench, workflow) = with_first_version().await;
    let began = tdev_core::ports::Clock::now(&bench.clock);
    bench.deploy(canary(&workflow)).await.unwrap();
    let took = tdev_core::ports::Clock::now(&bench.clock) - began;
    assert!(took >= chrono::TimeDelta::minutes(5), "{took}");
    assert!(took < chrono::TimeDelta::minutes(6), "{took}");
    let service = bench.service().await;
    assert_eq!(traffic(&service), "v2 100%");
    assert_eq!(service.previous, Some(VersionId(1)));
    let invoked = bench.target.asked.lock().unwrap();
    let looks = invoked.iter().filter(|asked| *asked == "invoke v2").count();
    assert!(looks > 10, "it was looked at again and again: {looks}");
}

#[tokio::test]
async fn while_it_is_watched_a_canary_gets_its_share_and_no_more() {
    let (bench, workflow) = with_first_version().await;
    let request = canary(&workflow);
    shifted(&bench, &request).await;
    assert_eq!(traffic(&bench.service().await), "v1 80%, v2 20%");
    let mut second = 0;
    for draw in 0..100 {
        let (version, _) = bench.call("km", draw).await;
        second += u32::from(version == VersionId(2));
    }
    assert_eq!(second, 20);
}

#[tokio::test]
async fn a_canary_whose_calls_fail_returns_before_its_minutes_are_over() {
    let (bench, workflow) = with_first_version().await;
    let request = canary(&workflow);
    let id = shifted(&bench, &request).await;
    assert_eq!(watch(&bench, &id, &request).await.unwrap(), "wait");
    let (version, answer) = bench.call("furlongs per fortnight", 99).await;
    assert_eq!(version, VersionId(2));
    assert!(answer.output.is_err() && !answer.refused);
    let failed = watch(&bench, &id, &request).await.unwrap_err();
    assert_eq!(failed.code, Code::HealthCheckFailed);
    let failure = json!({"Error": failed.code.as_str(), "Cause": failed.to_cause()});
    let undo =
        json!({"stage": "undo", "request": request, "failed_at": "watch", "failure": failure});
    bench.ask_in(&id, undo).await.unwrap();
    let service = bench.service().await;
    assert_eq!(traffic(&service), "v1 100%");
    assert_eq!(service.versions.len(), 1);
    let failure = service.last_failure.unwrap();
    assert_eq!(failure.stage, "watch");
    assert!(
        failure.error.message.contains("1 of 3 calls failed"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn what_a_caller_did_wrong_is_not_held_against_a_canary() {
    let (bench, workflow) = with_first_version().await;
    let request = canary(&workflow);
    let id = shifted(&bench, &request).await;
    let service = bench.service().await;
    let call = tdev_core::ports::CallRequest {
        id: "call-x".to_owned(),
        service_id: "words".to_owned(),
        version: service.versions[1].clone(),
        input: serde_json::Map::new(),
        kind: tdev_core::service::CallKind::Live,
    };
    let answer = tdev_core::ports::Target::invoke(&*bench.target, call)
        .await
        .unwrap();
    assert!(answer.refused);
    assert_eq!(answer.output.unwrap_err().code, Code::InvalidInput);
    assert_eq!(watch(&bench, &id, &request).await.unwrap(), "wait");
}

#[tokio::test]
async fn a_canary_no_worse_than_the_version_before_goes_on() {
    let bench = Bench::new();
    let workflow = bench.converting().await;
    bench.deploy(words(&workflow)).await.unwrap();
    let workflow = bench
        .workflow(
            json!({"id": "converting", "input_schema": {"text": "string"},
            "steps": [{"id": "convert", "agent": "UnitConverterTool",
                "input": {"value": 2, "from_unit": "${input.text}", "to_unit": "m"}}],
            "output": "${convert.text}"}),
        )
        .await;
    let request = canary(&workflow);
    let id = shifted(&bench, &request).await;
    for draw in [0, 0, 0, 99] {
        bench.call("no unit at all", draw).await;
    }
    assert_eq!(watch(&bench, &id, &request).await.unwrap(), "wait");
}

#[tokio::test]
async fn a_person_promotes_or_rolls_back_a_canary_at_once() {
    for (stage, share, code) in [
        ("promote", "v2 100%", None),
        ("rollback", "v1 100%", Some(Code::Cancelled)),
    ] {
        let (bench, workflow) = with_first_version().await;
        let request = canary(&workflow);
        let id = shifted(&bench, &request).await;
        let by = json!({"who": "bob", "from": "cli"});
        bench
            .ask(json!({"stage": stage, "service_id": "words", "by": by}))
            .await
            .unwrap();
        assert_eq!(traffic(&bench.service().await), share);
        let looked = watch(&bench, &id, &request).await;
        match code {
            None => assert_eq!(looked.unwrap(), "advance"),
            Some(code) => assert_eq!(looked.unwrap_err().code, code),
        }
        // Whoever drives it goes on from there, and comes to the same end.
        let ended = bench.drive(&id).await;
        assert_eq!(ended.is_ok(), code.is_none(), "{ended:?}");
        let service = bench.service().await;
        assert_eq!(traffic(&service), share);
        assert_eq!(service.deploying, None);
    }
}
