//! What cannot be redriven, and the words for it.

use std::sync::Arc;

use serde_json::json;
use tdev_asl::{ExecutionOptions, MemoryJournal, redrive, run};

use super::{Stage, machine};
use crate::script::Script;

fn one_task() -> serde_json::Value {
    machine(
        "Only",
        &json!({"Only": {"Type": "Task", "Resource": "only", "End": true}}),
    )
}

#[tokio::test]
async fn what_succeeded_is_left_alone() {
    let mut stage = Stage::new(&one_task(), &json!({"only": ["echo"]}));
    stage.run(json!({})).await;
    let kept = stage.journal.records("played");
    let error = stage.try_redrive().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "execution `played` cannot be redriven: it succeeded, so there is nothing left to do"
    );
    assert_eq!(stage.journal.records("played"), kept);
}

#[tokio::test]
async fn what_has_not_ended_is_resumed_instead() {
    let mut stage = Stage::new(&one_task(), &json!({"only": [{"error": "Bad"}]}));
    stage.run(json!({})).await;
    let mut records = stage.journal.records("played");
    records.truncate(1);
    stage.journal.set("played", records);
    let calls = stage.asked("only");
    let error = stage.try_redrive().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "execution `played` cannot be redriven: it has not ended; run it to resume it"
    );
    assert_eq!(stage.journal.records("played").len(), 1);
    assert_eq!(stage.asked("only"), calls, "a refusal calls nothing");
}

#[tokio::test]
async fn a_redrive_needs_a_journal_that_knows_the_execution() {
    let mut stage = Stage::new(&one_task(), &json!({"only": ["echo"]}));
    let error = stage.try_redrive().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the journal holds no execution `played` to redrive"
    );
    let options = ExecutionOptions::new("played");
    let error = redrive(stage.machine.clone(), stage.script.clone(), options)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a redrive goes on from a journal, and the options name none"
    );
}

#[tokio::test]
async fn a_full_history_has_no_room_for_a_redrive() {
    let endless = machine(
        "Round",
        &json!({"Round": {"Type": "Pass", "Next": "Again"}, "Again": {"Type": "Pass", "Next": "Round2"},
            "Round2": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "End"}], "Default": "Round"},
            "End": {"Type": "Succeed"}}),
    );
    let mut stage = Stage::new(&endless, &json!({}));
    stage.run(json!(1)).await;
    let error = stage.try_redrive().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "execution `played` cannot be redriven: its history is full at 25000 of 25000 events; start a new execution"
    );
}

#[tokio::test]
async fn of_two_redrives_at_once_one_is_refused() {
    let mut stage = Stage::new(&one_task(), &json!({"only": [{"error": "Bad"}, "echo"]}));
    stage.run(json!({})).await;
    let options = [stage.options(), stage.options()];
    let [a, b] = options.map(|o| redrive(stage.machine.clone(), stage.script.clone(), o));
    let (a, b) = tokio::join!(a, b);
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert_eq!(stage.asked("only"), 2);
}

#[tokio::test]
async fn a_journal_of_a_newer_engine_is_refused_by_its_record() {
    let journal = Arc::new(MemoryJournal::new());
    let mut stage = Stage::new(&one_task(), &json!({"only": ["echo"]}));
    stage.run(json!({})).await;
    let mut records = stage.journal.records("played");
    records.push(r#"{"type":"Rewound","at":"2024-01-01T00:00:00Z"}"#.to_owned());
    journal.set("played", records.clone());
    let options = ExecutionOptions {
        name: "played".to_owned(),
        journal: Some(journal.clone()),
        ..ExecutionOptions::default()
    };
    let script = Arc::new(Script::default());
    let error = run(
        stage.machine.clone(),
        json!({}),
        script.clone(),
        options.clone(),
    )
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "record 2 is a `Rewound`, which this engine does not know; the journal was written by a newer version"
    );
    // A redrive where none can be is a damaged journal, not a redrive.
    records[2] = r#"{"type":"Redriven","at":"2024-01-01T00:00:00Z"}"#.to_owned();
    journal.set("played", records);
    let error = run(stage.machine.clone(), json!({}), script, options)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "record 2 redrives the execution, but it succeeded, so there is nothing left to do"
    );
}
