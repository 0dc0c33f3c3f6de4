//! Rolling back and taking away.

use serde_json::{Value, json};
use tdev_core::Code;

use super::bench::{Bench, traffic, words};

fn by() -> Value {
    json!({"who": "bob", "from": "cli"})
}

async fn three_versions() -> Bench {
    let bench = Bench::new();
    for steps in 1..=3 {
        let workflow = bench.counting(steps).await;
        bench.deploy(words(&workflow)).await.unwrap();
    }
    bench
}

#[tokio::test]
async fn a_rollback_goes_to_the_version_before_or_to_the_one_that_is_named() {
    let bench = three_versions().await;
    let back =
        |to: Value| json!({"stage": "rollback", "service_id": "words", "to": to, "by": by()});
    bench.ask(back(Value::Null)).await.unwrap();
    assert_eq!(traffic(&bench.service().await), "v2 100%");
    assert_eq!(bench.service().await.workflow_id, "counting@v2");
    bench.ask(back(json!("v1"))).await.unwrap();
    assert_eq!(traffic(&bench.service().await), "v1 100%");
    assert_eq!(bench.call("one two", 0).await.1.output.unwrap(), json!(2));
    // Back once more is where it came from.
    bench.ask(back(Value::Null)).await.unwrap();
    assert_eq!(traffic(&bench.service().await), "v2 100%");

    let missing = bench.ask(back(json!("v9"))).await.unwrap_err();
    assert_eq!(missing.code, Code::ServiceNotFound);
    assert_eq!(missing.hint.unwrap(), "it has `v1`, `v2`, `v3`");
    let there = bench.ask(back(json!("v2"))).await.unwrap_err();
    assert_eq!(there.code, Code::Conflict);
}

#[tokio::test]
async fn a_first_version_has_nothing_to_go_back_to() {
    let bench = Bench::new();
    let workflow = bench.counting(1).await;
    bench.deploy(words(&workflow)).await.unwrap();
    let back = json!({"stage": "rollback", "service_id": "words", "by": by()});
    let error = bench.ask(back).await.unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert_eq!(error.message, "`words` has no version to go back to");
}

#[tokio::test]
async fn a_version_whose_definition_is_damaged_is_given_no_calls() {
    let bench = three_versions().await;
    let service = bench.service().await;
    let hash = &service.versions[0].definition;
    let mut found = None;
    let mut folders = vec![bench.dir.path().join(".tdev")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().replace('/', "").contains(&hash[2..]) {
                found = Some(path);
            }
        }
    }
    let file = found.expect("the definition is a file");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut allowed = std::fs::metadata(&file).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "a file of this test alone"
    )]
    allowed.set_readonly(false);
    std::fs::set_permissions(&file, allowed).unwrap();
    std::fs::write(&file, text.replace("counting", "cheating")).unwrap();
    let back = json!({"stage": "rollback", "service_id": "words", "to": "v1", "by": by()});
    let error = bench.ask(back).await.unwrap_err();
    assert!(
        matches!(error.code, Code::InvalidService | Code::StoreCorrupt),
        "{error}"
    );
    assert_eq!(traffic(&bench.service().await), "v3 100%");
}

#[tokio::test]
async fn a_deleted_service_is_gone_and_the_audit_remembers_it() {
    let bench = three_versions().await;
    bench.call("once", 0).await;
    let delete = json!({"stage": "delete", "service_id": "words", "by": by()});
    bench.ask(delete.clone()).await.unwrap();
    assert!(bench.home.services().list().await.unwrap().is_empty());
    let all = tdev_core::ports::CallFilter::default();
    let calls = bench
        .home
        .service_log()
        .calls("words", &all, 10)
        .await
        .unwrap();
    assert!(calls.is_empty());
    assert_eq!(
        bench.ask(delete).await.unwrap_err().code,
        Code::ServiceNotFound
    );
    let lines = bench.audit().await;
    assert_eq!(lines.last().unwrap(), "bob service.delete service/words");
}
