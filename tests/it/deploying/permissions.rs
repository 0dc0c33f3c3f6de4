//! What a service may touch: derived, explained, enforced; never a wildcard.

use serde_json::json;
use tdev_core::Code;
use tdev_core::service::{DeployRequest, Granted};

use super::bench::{Bench, words};

const READING: &str = r#"{"id": "reading", "input_schema": {"text": "string"},
    "steps": [{"id": "read", "agent": "FileReaderTool", "input": {"path": "${input.text}"}}],
    "output": "${read.text}"}"#;

fn granted(read: &[&str], http: &[&str]) -> Granted {
    let owned = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
    Granted {
        read: owned(read),
        http: owned(http),
        ..Granted::default()
    }
}

fn reading() -> DeployRequest {
    DeployRequest {
        health_input: Some(serde_json::from_value(json!({"text": "data/a.txt"})).unwrap()),
        ..words("reading")
    }
}

#[tokio::test]
async fn a_service_gets_what_its_components_declare_of_what_is_granted() {
    let bench = Bench::granting(granted(&["data", "docs"], &["api.example.com"]));
    std::fs::create_dir_all(bench.dir.path().join("data")).unwrap();
    std::fs::create_dir_all(bench.dir.path().join("docs")).unwrap();
    std::fs::write(bench.dir.path().join("data/a.txt"), "inside").unwrap();
    std::fs::write(bench.dir.path().join("b.txt"), "outside").unwrap();
    bench.workflow(serde_json::from_str(READING).unwrap()).await;
    bench.deploy(reading()).await.unwrap();
    let service = bench.service().await;
    let sealed = bench.sealed(&service.versions[0].definition).await;
    insta::assert_json_snapshot!(sealed.definition().permissions);

    let (_, answer) = bench.call("data/a.txt", 0).await;
    assert_eq!(answer.output.unwrap(), "inside");
    let (_, answer) = bench.call("b.txt", 0).await;
    let refused = answer.output.unwrap_err();
    assert_eq!(refused.code, Code::PermissionDenied);
}

#[tokio::test]
async fn what_cannot_be_told_exactly_is_an_error_that_says_what_to_declare() {
    let fetching = json!({"id": "fetching", "input_schema": {"text": "string"},
        "steps": [{"id": "fetch", "agent": "HttpFetchTool", "input": {"url": "${input.text}"}}]});
    let mut told = Vec::new();
    for (case, grants) in [
        ("nothing is granted", granted(&[], &[])),
        ("every host", granted(&[], &["*"])),
    ] {
        let bench = Bench::granting(grants);
        bench.workflow(fetching.clone()).await;
        let error = bench.deploy(words("fetching")).await.unwrap_err();
        assert_eq!(error.code, Code::PermissionDenied);
        told.push(format!("{case}\n  {error}"));
    }
    let bench = Bench::granting(granted(&["."], &[]));
    bench.workflow(serde_json::from_str(READING).unwrap()).await;
    let error = bench.deploy(reading()).await.unwrap_err();
    told.push(format!("the whole project\n  {error}"));
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_secret_that_is_not_set_keeps_a_service_from_being_made() {
    let grants = Granted {
        smtp: vec!["mail.example.com".to_owned()],
        ..Granted::default()
    };
    let bench = Bench::granting(grants);
    bench
        .workflow(
            json!({"id": "mailing", "input_schema": {"text": "string"}, "steps": [
            {"id": "mail", "agent": "EmailSenderTool",
             "input": {"to": ["a@example.com"], "subject": "x", "body": "${input.text}"}}]}),
        )
        .await;
    let plan = json!({"stage": "plan", "request": words("mailing")});
    let error = bench.ask(plan.clone()).await.unwrap_err();
    assert_eq!(error.code, Code::SecretNotFound);
    assert!(error.message.contains("SMTP_PASSWORD"), "{error}");
    let secret = ("SMTP_PASSWORD".to_owned(), json!("hunter2"));
    bench.pocket.0.lock().unwrap().extend([secret]);
    let plan = bench.ask(plan).await.unwrap();
    assert_eq!(plan["secrets"], json!(["SMTP_PASSWORD"]));
    assert!(!plan.to_string().contains("hunter2"));
}

#[tokio::test]
async fn an_experimental_component_needs_consent_and_its_source_must_keep_to_its_record() {
    let bench = Bench::new();
    let store = |code: &'static str| {
        let artifacts = bench.home.artifacts();
        async move { artifacts.put(code.as_bytes()).await.unwrap() }
    };
    let sound = store("from tdev import tool\n\n@tool\nclass FreshTool:\n    def run(self, text: str) -> dict:\n        return {\"text\": text}\n").await;
    let record = |status: &str, hash: &str| {
        json!({"name": "FreshTool", "type": "tool", "reusability": "A", "status": status,
            "runtime": "python", "path": "tools/fresh.py", "code_hash": hash,
            "input_schema": {"text": "string"}, "output_schema": {"text": "string"}})
    };
    bench.register(record("experimental", &sound)).await;
    let flow = json!({"id": "fresh", "input_schema": {"text": "string"}, "steps": [
        {"id": "fresh", "agent": "FreshTool@v1", "input": {"text": "${input.text}"}}]});
    bench.workflow(flow).await;
    let error = bench.deploy(words("fresh")).await.unwrap_err();
    assert_eq!(error.code, Code::InvalidService);
    assert_eq!(error.field.as_deref(), Some("allow_experimental"));
    let consented = DeployRequest {
        allow_experimental: true,
        ..words("fresh")
    };
    // Everything else stands; there is no interpreter in this test's place to run it with.
    let error = bench.deploy(consented.clone()).await.unwrap_err();
    assert_eq!(error.code, Code::InterpreterMissing);

    let greedy = store("from tdev import tool, secret\n\n@tool\nclass FreshTool:\n    def run(self, text: str) -> dict:\n        return {\"text\": secret(\"API_KEY\")}\n").await;
    bench.register(record("stable", &greedy)).await;
    let flow = json!({"id": "fresh", "input_schema": {"text": "string"}, "steps": [
        {"id": "fresh", "agent": "FreshTool@v2", "input": {"text": "${input.text}"}}]});
    bench.workflow(flow).await;
    let error = bench.deploy(words("fresh")).await.unwrap_err();
    assert_eq!(error.code, Code::PermissionDenied);
    assert!(error.message.contains("API_KEY"), "{error}");
}
