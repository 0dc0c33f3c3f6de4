//! A failure at each stage: the version before serves on, nothing is left half made, and it is said
//! what failed.

use serde_json::json;
use tdev_core::Code;
use tdev_core::service::{DeployRequest, Strategy};

use super::bench::{Bench, traffic, words};

/// Everything that must hold after a second version failed.
async fn stands_as_before(bench: &Bench) {
    let service = bench.service().await;
    assert_eq!(traffic(&service), "v1 100%");
    assert_eq!(service.versions.len(), 1);
    assert_eq!(service.deploying, None);
    assert_eq!(service.workflow_id, "counting@v1");
    let (_, answer) = bench.call("it still counts", 7).await;
    assert_eq!(answer.output.unwrap(), json!(3));
}

#[tokio::test]
async fn a_failure_at_each_stage_leaves_the_version_before_serving() {
    let mut told = Vec::new();
    for (fails, strategy) in [
        ("store", Strategy::AllAtOnce),
        ("install", Strategy::AllAtOnce),
        ("invoke", Strategy::AllAtOnce),
        ("shift", Strategy::BlueGreen),
        ("shift", Strategy::Canary),
    ] {
        let bench = Bench::new();
        let workflow = bench.counting(1).await;
        bench.deploy(words(&workflow)).await.unwrap();
        let workflow = bench.counting(2).await;
        *bench.target.fails.lock().unwrap() = Some(fails);
        let request = DeployRequest {
            strategy,
            ..words(&workflow)
        };
        let id = bench.begin(&request).await;
        let first = bench.drive(&id).await;
        // A target that cannot even be put back keeps the claim; whoever deploys next puts it back.
        *bench.target.fails.lock().unwrap() = None;
        let error = first.unwrap_err();
        assert_eq!(error.code, Code::Internal, "{error}");
        if fails != "shift" {
            stands_as_before(&bench).await;
        }
        told.push(format!(
            "{fails} ({}): {}",
            strategy.as_str(),
            error.message
        ));
        bench.deploy(words(&workflow)).await.unwrap();
        assert!(traffic(&bench.service().await).ends_with("100%"));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_version_that_does_not_work_never_answers() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let workflow = bench.converting().await;
    let request = DeployRequest {
        health_input: Some(serde_json::from_value(json!({"text": "no unit"})).unwrap()),
        ..words(&workflow)
    };
    let error = bench.deploy(request).await.unwrap_err();
    assert_eq!(error.code, Code::HealthCheckFailed);
    insta::assert_snapshot!(error.to_string());
    stands_as_before(&bench).await;
    let failure = bench.service().await.last_failure.unwrap();
    assert_eq!(failure.stage, "check");
    assert_eq!(failure.error.code, Code::HealthCheckFailed);
}

#[tokio::test]
async fn of_a_first_version_that_fails_nothing_is_left() {
    for fails in ["install", "invoke"] {
        let bench = Bench::new();
        let workflow = bench.counting(1).await;
        *bench.target.fails.lock().unwrap() = Some(fails);
        let error = bench.deploy(words(&workflow)).await.unwrap_err();
        assert!(
            error.message.ends_with("nothing of `words` is left"),
            "{error}"
        );
        assert!(bench.home.services().list().await.unwrap().is_empty());
        let lines = bench.audit().await;
        assert_eq!(lines.last().unwrap(), "ada service.undo service/words");
    }
}

#[tokio::test]
async fn what_cannot_be_deployed_is_refused_before_anything_is_made() {
    let bench = Bench::new();
    bench.counting(1).await;
    bench
        .register(
            json!({"name": "FreshTool", "type": "tool", "reusability": "A",
            "status": "experimental", "runtime": "python", "path": "tools/fresh.py"}),
        )
        .await;
    bench
        .workflow(
            json!({"id": "mailing", "input_schema": {"text": "string"}, "steps": [
            {"id": "mail", "agent": "EmailSenderTool",
             "input": {"to": ["a@example.com"], "subject": "x", "body": "${input.text}"}}]}),
        )
        .await;
    bench
        .workflow(
            json!({"id": "asking", "input_schema": {"text": "string"}, "steps": [
            {"id": "ask", "approval": {"message": "may it?"}},
            {"id": "count", "agent": "TextStatisticsTool", "input": {"text": "${input.text}"}}]}),
        )
        .await;
    let unprobed = |workflow: &str| DeployRequest {
        health_input: None,
        ..words(workflow)
    };
    let named = |service: &str| DeployRequest {
        service_id: service.to_owned(),
        ..words("counting")
    };
    let elsewhere = DeployRequest {
        target: tdev_core::service::TargetKind::Lambda,
        ..words("counting")
    };
    let mut told = Vec::new();
    for (case, request) in [
        ("unknown workflow", words("countin")),
        ("unknown version", words("counting@v9")),
        ("a name that is none", named("My Words")),
        ("no health input", unprobed("counting")),
        ("side effects without a word", unprobed("mailing")),
        ("nothing granted", words("mailing")),
        ("a person in the way", words("asking")),
        ("a target that is not there", elsewhere),
    ] {
        let error = bench.deploy(request.clone()).await.unwrap_err();
        let plan = json!({"stage": "plan", "request": request});
        assert_eq!(
            bench.ask(plan).await.unwrap_err(),
            error,
            "a dry run says the same"
        );
        told.push(format!("{case}\n  {error}"));
    }
    insta::assert_snapshot!(told.join("\n"));
    assert!(bench.home.services().list().await.unwrap().is_empty());
    assert!(bench.audit().await.is_empty());
    assert_eq!(bench.artifacts(), 0, "no definition is kept");
}

#[tokio::test]
async fn of_two_deployments_one_wins_and_the_other_is_told() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let workflow = bench.counting(2).await;
    let request = words(&workflow);
    let first = bench.begin(&request).await;
    let packaged = json!({"stage": "package", "request": request});
    let packaged = bench.ask_in(&first, packaged).await.unwrap();
    let claim = |request: &DeployRequest| json!({"stage": "claim", "request": request, "definition": packaged["definition"]});
    bench.ask_in(&first, claim(&request)).await.unwrap();
    // The same one again, after a crash, is the same claim.
    bench.ask_in(&first, claim(&request)).await.unwrap();
    assert_eq!(bench.service().await.versions.len(), 2);

    let second = DeployRequest {
        by: tdev_core::service::By {
            who: "bob".to_owned(),
            from: "api".to_owned(),
        },
        ..request.clone()
    };
    let error = bench.deploy(second).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert!(
        error.message.contains("is being deployed by ada"),
        "{error}"
    );
    assert!(error.message.contains(&first), "{error}");
    let deleting = json!({"stage": "delete", "service_id": "words",
        "by": {"who": "bob", "from": "api"}});
    assert_eq!(bench.ask(deleting).await.unwrap_err().code, Code::Conflict);
    // The winner is not disturbed.
    bench.drive(&first).await.unwrap();
    assert_eq!(traffic(&bench.service().await), "v2 100%");
}

#[tokio::test]
async fn both_at_the_very_same_time_make_one_version_at_a_time() {
    let bench = std::sync::Arc::new(Bench::new());
    let workflow = bench.counting(1).await;
    let request = words(&workflow);
    let mut claims = Vec::new();
    let packaged = json!({"stage": "package", "request": request});
    let definition = bench.ask(packaged).await.unwrap()["definition"].clone();
    for _ in 0..8 {
        let id = bench.begin(&request).await;
        let asked = json!({"stage": "claim", "request": request, "definition": definition});
        let bench = bench.clone();
        claims.push(tokio::spawn(async move { bench.ask_in(&id, asked).await }));
    }
    let mut won = 0;
    for claim in claims {
        match claim.await.unwrap() {
            Ok(_) => won += 1,
            Err(error) => assert_eq!(error.code, Code::Conflict, "{error}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(bench.service().await.versions.len(), 1);
}

#[tokio::test]
async fn what_a_lost_deployment_left_is_put_back_by_the_next() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let workflow = bench.counting(2).await;
    let request = words(&workflow);
    let lost = bench.begin(&request).await;
    let packaged = json!({"stage": "package", "request": request});
    let definition = bench.ask_in(&lost, packaged).await.unwrap()["definition"].clone();
    let claim = json!({"stage": "claim", "request": request, "definition": definition});
    bench.ask_in(&lost, claim).await.unwrap();
    bench.lose(&lost).await;

    bench.deploy(request).await.unwrap();
    let service = bench.service().await;
    assert_eq!(traffic(&service), "v3 100%", "a number is never used twice");
    assert_eq!(service.versions.len(), 2);
    // The lost one cannot come back and spoil it.
    let late = bench
        .ask_in(
            &lost,
            json!({"stage": "shift", "request": words(&workflow)}),
        )
        .await;
    assert_eq!(late.unwrap_err().code, Code::Cancelled);
}
