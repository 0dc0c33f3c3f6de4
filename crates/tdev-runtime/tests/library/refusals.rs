//! What cannot be decided is refused with a code, or answered honestly.

use serde_json::{Value, json};
use tdev_core::Code;

use super::home::{home, run};
use crate::builtin::project::Setup;

async fn refused(name: &str, input: Value) -> Code {
    let (_, runner) = home();
    run(&runner, name, input).await.unwrap_err().code
}

async fn given(name: &str, input: Value) -> Value {
    let (_, runner) = home();
    run(&runner, name, input).await.unwrap()
}

/// What a document of this content and media type is read as.
async fn read(content: &[u8], media_type: &str) -> Result<Value, Code> {
    let (builtins, runner) = home();
    let file = builtins.file(content, media_type);
    run(&runner, "DocumentReaderAgent", json!({"file": file}))
        .await
        .map_err(|error| error.code)
}

#[tokio::test]
async fn empty_input_is_refused_not_guessed_at() {
    for (name, input) in [
        ("SummarizerAgent", json!({"text": " \n "})),
        (
            "SummarizerAgent",
            json!({"text": "• • • – – – … … … ".repeat(40)}),
        ),
        ("TriageAgent", json!({"text": "  "})),
        (
            "FactFinderAgent",
            json!({"question": " ", "text": "a text"}),
        ),
        (
            "FactFinderAgent",
            json!({"question": "what is it?", "text": "a text"}),
        ),
        ("ReportWriterAgent", json!({"title": " ", "rows": []})),
        (
            "ReportWriterAgent",
            json!({"title": "t", "rows": [{"a": 1}], "group_by": "b"}),
        ),
        ("DataProfilerAgent", json!({"text": "\n"})),
        ("FeedbackTeam", json!({"text": "a,b\n1,2\n"})),
        ("FeedbackTeam", json!({"text": "a,b\n1,2\n", "column": "c"})),
        ("ResearchTeam", json!({"paths": ["examples/badge.png"]})),
    ] {
        assert_eq!(
            refused(name, input.clone()).await,
            Code::InvalidInput,
            "{name} {input}"
        );
    }
}

#[tokio::test]
async fn input_that_does_not_fit_never_reaches_the_code() {
    for (name, input) in [
        ("SummarizerAgent", json!({"text": "a", "detail": "endless"})),
        ("TriageAgent", json!({"text": "a", "rating": 6})),
        ("LanguageRouterAgent", json!({"text": "a", "languages": []})),
        ("ResearchTeam", json!({"paths": []})),
    ] {
        assert_eq!(
            refused(name, input.clone()).await,
            Code::SchemaMismatch,
            "{name} {input}"
        );
    }
}

#[tokio::test]
async fn a_document_is_read_by_what_it_is_whatever_it_is_called() {
    let octets = "application/octet-stream";
    for (content, media_type, kind) in [
        ("<!DOCTYPE html><p>hello</p>", octets, "html"),
        ("# Title\n\ntext", octets, "markdown"),
        ("a,b\n\"x, y\",2\n", octets, "csv"),
        (r#"{"title": "t"}"#, octets, "json"),
        ("Dear all,\nwe met, talked\nand left", octets, "text"),
        ("{broken", "application/json", "text"),
        ("# not a heading", "text/plain", "text"),
        ("a;b\n1;2", "text/csv; charset=utf-8", "csv"),
    ] {
        assert_eq!(
            read(content.as_bytes(), media_type).await.unwrap()["kind"],
            kind,
            "{content}"
        );
    }
}

#[tokio::test]
async fn a_document_without_text_is_refused() {
    assert_eq!(read(b"\x89PNG", "image/png").await, Err(Code::Unsupported));
    assert_eq!(
        read(b"%PDF-1.7", "application/pdf").await,
        Err(Code::Unsupported)
    );
    assert_eq!(
        read(b"\xff\x00\xfe", "application/octet-stream").await,
        Err(Code::InvalidInput)
    );
    assert_eq!(read(b" \n", "text/plain").await, Err(Code::InvalidInput));
    assert_eq!(
        read(b"<html><script>x</script></html>", "text/html").await,
        Err(Code::InvalidInput)
    );
}

#[tokio::test]
async fn research_lists_what_it_could_not_read_and_says_when_nothing_answers() {
    let asked = json!({
        "paths": ["examples/articles/solar-roofs.md", "examples/badge.png", "examples/articles/none.md"],
        "question": "Who wrote the opera about the submarine?"
    });
    let told = given("ResearchTeam", asked).await;
    assert_eq!(told["answer"], "");
    let skipped: Vec<&str> = told["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap())
        .collect();
    assert_eq!(skipped, ["examples/badge.png", "examples/articles/none.md"]);
    let report = told["markdown"].as_str().unwrap();
    assert!(
        report.contains("None of the documents answers this.")
            && report.contains("- examples/badge.png: ")
    );
}

#[tokio::test]
async fn research_outside_of_the_granted_folders_fails_as_a_whole() {
    let asked = json!({"paths": ["examples/articles/solar-roofs.md", "Cargo.toml"]});
    assert_eq!(refused("ResearchTeam", asked).await, Code::PermissionDenied);
}

#[tokio::test]
async fn feedback_without_a_comment_is_counted_not_triaged() {
    let told = given(
        "FeedbackTeam",
        json!({"text": "customer,comment\nA,Great lamp\nB,\nC,\n"}),
    )
    .await;
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    assert!(
        told["findings"]
            .to_string()
            .contains("2 of 3 rows have no comment")
    );
}

#[tokio::test]
async fn a_report_shows_markup_in_its_data_as_text() {
    let rows = json!([{"name": "<script>x</script> | *b*", "note": "[a](javascript:x)\n# big"}]);
    let told = given(
        "ReportWriterAgent",
        json!({"title": "<b>T</b>", "rows": rows}),
    )
    .await;
    let html = told["html"].as_str().unwrap();
    for markup in ["<script", "<b>", "<em>", "<a "] {
        assert!(!html.contains(markup), "{html}");
    }
    assert_eq!(html.matches("<h1>").count(), 1, "{html}");
}

#[tokio::test]
async fn a_change_is_judged_by_what_it_touches() {
    let long = "one\ntwo\nthree\nfour\nfive\nsix\n";
    for (before, after, severity) in [
        ("same", "same", "none"),
        ("a line\nb line\n", "b line\na line\n", "minor"),
        ("The cat sat.", "The cat lay.", "minor"),
        ("Open at 9:00.", "Open at 10:00.", "major"),
        ("See https://a.example.", "See https://b.example.", "major"),
        (long, "uno\ndue\ntre\nquattro\ncinque\nsei\n", "major"),
        ("Smoking is allowed.", "Smoking is not allowed.", "critical"),
        ("It costs $5.", "It costs $50.", "critical"),
    ] {
        let told = given(
            "ChangeReviewerAgent",
            json!({"before": before, "after": after}),
        )
        .await;
        assert_eq!(told["severity"], severity, "{before} -> {after}: {told}");
    }
}
