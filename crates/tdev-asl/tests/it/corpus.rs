//! The recorded runs, where they are at hand.

use std::path::PathBuf;

use serde_json::json;
use tdev_asl::corpus::{Case, check_all, check_text};

/// Recorded histories that the recorder itself damaged, by the end of their name, and why.
const DAMAGED: [(&str, &str); 1] = [(
    "test_parallel_state_nested",
    "the recording misses the succeeded and exited events of nested Parallel states",
)];

fn shared() -> PathBuf {
    match std::env::var_os("TDEV_SHARED") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    }
}

#[tokio::test]
#[ignore = "reads ../shared, absent from a clean clone"]
async fn recorded_runs_are_repeated() {
    let path = shared().join("corpora/asl/cases.json");
    let text = std::fs::read_to_string(&path).expect("the recorded runs are at hand");
    let cases: Vec<Case> = serde_json::from_str(&text).expect("the recorded runs can be read");
    let report = check_all(&cases).await;
    println!("{report}");
    let unexplained: Vec<_> = report
        .failed()
        .filter(|v| !DAMAGED.iter().any(|(name, _)| v.id.ends_with(name)))
        .map(|v| &v.id)
        .collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

#[tokio::test]
async fn a_case_that_cannot_be_read_or_run_differs_and_spoils_no_other() {
    let good = json!({
        "id": "good/one", "definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}},
        "input": {"n": 1}, "status": "SUCCEEDED", "output": {"n": 1}, "states_entered": ["A"],
        "events": ["ExecutionStarted", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"]
    });
    let mut other = good.clone();
    other["output"] = json!({"n": 2});
    let mut refused = good.clone();
    refused["definition"]["StartAt"] = json!("B");
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let text = format!("[{good}, 7, {{\"id\": \"bad/two\"}}, {deep}, {other}, {refused}, {good}]");
    let report = check_text(&text).await.unwrap();
    let told: Vec<_> = report
        .verdicts
        .iter()
        .map(|v| (v.group.as_str(), v.differences.is_empty()))
        .collect();
    assert_eq!(
        told,
        [
            ("good", true),
            ("other", false),
            ("bad", false),
            ("other", false),
            ("good", false),
            ("good", false),
            ("good", true)
        ]
    );
    assert_eq!(report.verdicts[4].expected["output"], json!({"n": 2}));
    assert_eq!(report.verdicts[4].got["output"], json!({"n": 1}));
    assert!(report.verdicts[5].got["refused"].is_string());
    assert_eq!((report.passed(), report.groups()["good"].total), (2, 4));
    assert!(check_text("{}").await.is_err());
}
