//! The language, case by case: each file holds a definition and what runs of it lead to.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tdev_asl::{Clock as _, ExecutionOptions, HistoryEvent, StateMachine, VirtualClock, run};

use crate::script::Script;

#[tokio::test]
async fn every_case_file_leads_where_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let case: Value = serde_json::from_str(&text).unwrap();
        let machine = Arc::new(
            StateMachine::from_value(&case["definition"])
                .unwrap_or_else(|e| panic!("{}: {e}", file.display())),
        );
        for (i, expected) in case["runs"].as_array().unwrap().iter().enumerate() {
            check(&format!("{} run {i}", file.display()), &machine, expected).await;
        }
    }
}

async fn check(name: &str, machine: &Arc<StateMachine>, expected: &Value) {
    let clock = Arc::new(VirtualClock::default());
    let begun = clock.now();
    let options = ExecutionOptions {
        clock: clock.clone(),
        keep_history: true,
        seed: Some(7),
        ..ExecutionOptions::default()
    };
    let script = Arc::new(Script::new(&expected["tasks"]));
    let outcome = run(
        Arc::clone(machine),
        expected["input"].clone(),
        script,
        options,
    )
    .await
    .unwrap();
    let failed = expected.get("error").is_some();
    let status = match expected["status"].as_str() {
        Some(status) => status,
        None if failed => "FAILED",
        None => "SUCCEEDED",
    };
    assert_eq!(outcome.status.as_str(), status, "{name}: {outcome:#?}");
    if failed {
        assert_eq!(
            outcome.error.as_deref(),
            expected["error"].as_str(),
            "{name}"
        );
        if let Some(cause) = expected["cause"].as_str() {
            assert_eq!(outcome.cause.as_deref(), Some(cause), "{name}");
        }
    } else {
        assert_eq!(outcome.output.as_ref(), Some(&expected["output"]), "{name}");
    }
    let entered: Vec<_> = outcome
        .history
        .iter()
        .filter(|e| e.enters_state())
        .map(|e| e.state_name().unwrap())
        .collect();
    assert_eq!(Value::from(entered), expected["entered"], "{name}");
    if let Some(events) = expected.get("events") {
        let types: Vec<_> = outcome
            .history
            .iter()
            .map(HistoryEvent::event_type)
            .collect();
        assert_eq!(Value::from(types), *events, "{name}");
    }
    if let Some(seconds) = expected["seconds"].as_i64() {
        assert_eq!((clock.now() - begun).num_seconds(), seconds, "{name}");
    }
}
