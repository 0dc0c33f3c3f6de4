//! Crashes: a journal cut after any record leads to the same end, and nothing finished runs twice.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_asl::{
    EngineError, ExecutionOptions, HistoryEvent, Journal, JournalError, MemoryJournal, Observer,
    Outcome, StateMachine, VirtualClock, run,
};

use crate::script::Script;

fn machine() -> Arc<StateMachine> {
    let definition = json!({
        "StartAt": "First",
        "States": {
            "First": {"Type": "Task", "Resource": "first", "ResultPath": "$.first", "Next": "Pause"},
            "Pause": {"Type": "Wait", "Seconds": 30, "Next": "Each"},
            "Each": {
                "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ResultPath": "$.each",
                "ItemProcessor": {"StartAt": "Work", "States": {"Work": {
                    "Type": "Task", "Resource": "work", "End": true,
                    "Retry": [{"ErrorEquals": ["Busy"], "JitterStrategy": "FULL"}]
                }}},
                "Next": "Mark"
            },
            "Mark": {"Type": "Pass", "Parameters": {
                "each.$": "$.each", "id.$": "States.UUID()", "at.$": "$$.Execution.StartTime"
            }, "Next": "Last"},
            "Last": {"Type": "Task", "Resource": "last", "End": true}
        }
    });
    Arc::new(StateMachine::from_value(&definition).unwrap())
}

fn script() -> Arc<Script> {
    Arc::new(Script::new(&json!({
        "first": ["echo"],
        "work": ["busy with 2 at first"],
        "last": ["echo"]
    })))
}

async fn run_on(
    journal: &Arc<MemoryJournal>,
    script: &Arc<Script>,
) -> Result<Outcome, EngineError> {
    let options = ExecutionOptions {
        name: "crashy".to_owned(),
        clock: Arc::new(VirtualClock::default()),
        journal: Some(journal.clone()),
        keep_history: true,
        seed: Some(11),
        ..ExecutionOptions::default()
    };
    run(
        machine(),
        json!({"items": [1, 2, 3]}),
        script.clone(),
        options,
    )
    .await
}

/// Ids, types and payloads of a history; times differ when work is done again.
fn shape(outcome: &Outcome) -> Vec<Value> {
    outcome
        .history
        .iter()
        .map(|event| {
            let mut event = serde_json::to_value(event).unwrap();
            event.as_object_mut().unwrap().remove("timestamp");
            event
        })
        .collect()
}

#[tokio::test]
async fn a_journal_cut_after_any_record_leads_to_the_same_end() {
    let journal = Arc::new(MemoryJournal::new());
    let calls = script();
    let whole = run_on(&journal, &calls).await.unwrap();
    assert_eq!(whole.status.as_str(), "SUCCEEDED");
    assert_eq!(calls.calls(), 6);
    let records = journal.records("crashy");
    assert!(records.len() > 8, "{records:#?}");
    for kept in 1..=records.len() {
        let journal = Arc::new(MemoryJournal::new());
        journal.set("crashy", records[..kept].to_vec());
        let done = records[..kept]
            .iter()
            .filter(|r| r.contains("\"TaskSucceeded\"") || r.contains("\"TaskFailed\""))
            .count();
        let again = script();
        let resumed = run_on(&journal, &again).await.unwrap();
        assert_eq!(resumed.output, whole.output, "cut after record {kept}");
        assert!(
            again.calls() + done <= 6,
            "cut after record {kept}: finished work ran again"
        );
        let finished: Vec<_> = journal.records("crashy")[..kept].to_vec();
        assert_eq!(finished, records[..kept], "old records never change");
        let replayed = run_on(&journal, &script()).await.unwrap();
        assert_eq!(shape(&replayed), shape(&resumed), "cut after record {kept}");
    }
}

#[tokio::test]
async fn a_finished_execution_runs_nothing_again() {
    let journal = Arc::new(MemoryJournal::new());
    let whole = run_on(&journal, &script()).await.unwrap();
    let calls = script();
    let again = run_on(&journal, &calls).await.unwrap();
    assert_eq!(calls.calls(), 0);
    assert_eq!(shape(&again), shape(&whole));
}

#[tokio::test]
async fn a_call_made_again_after_a_crash_has_the_same_idempotency_token() {
    let journal = Arc::new(MemoryJournal::new());
    let calls = script();
    run_on(&journal, &calls).await.unwrap();
    let mut records = journal.records("crashy");
    records.truncate(1);
    let tokens: Vec<String> = calls.tokens.lock().unwrap().keys().cloned().collect();
    journal.set("crashy", records);
    let again = script();
    run_on(&journal, &again).await.unwrap();
    for token in again.tokens.lock().unwrap().keys() {
        assert!(tokens.contains(token), "{token} is not among {tokens:?}");
    }
}

#[tokio::test]
async fn another_definition_is_refused() {
    let journal = Arc::new(MemoryJournal::new());
    run_on(&journal, &script()).await.unwrap();
    let other =
        StateMachine::from_value(&json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}))
            .unwrap();
    let options = ExecutionOptions {
        name: "crashy".to_owned(),
        journal: Some(journal),
        ..ExecutionOptions::default()
    };
    let error = run(Arc::new(other), json!({}), script(), options)
        .await
        .unwrap_err();
    assert!(matches!(error, EngineError::Replay(_)), "{error}");
}

#[derive(Default)]
struct Watcher(Mutex<Vec<u64>>);

impl Observer for Watcher {
    fn event(&self, _: &str, e: &HistoryEvent) {
        self.0.lock().unwrap().push(e.id);
    }
}

#[tokio::test]
async fn an_observer_sees_each_event_once_and_none_of_a_replay() {
    let journal = Arc::new(MemoryJournal::new());
    let whole = run_on(&journal, &script()).await.unwrap();
    let mut records = journal.records("crashy");
    records.truncate(4);
    journal.set("crashy", records);
    let watcher = Arc::new(Watcher::default());
    let options = ExecutionOptions {
        name: "crashy".to_owned(),
        clock: Arc::new(VirtualClock::default()),
        journal: Some(journal),
        observer: Some(watcher.clone()),
        keep_history: true,
        ..ExecutionOptions::default()
    };
    let resumed = run(machine(), json!(null), script(), options)
        .await
        .unwrap();
    assert_eq!(resumed.output, whole.output);
    let seen = watcher.0.lock().unwrap().clone();
    assert!(seen[0] > 1, "the start was replayed, not seen");
    assert!(seen.windows(2).all(|w| w[1] == w[0] + 1), "{seen:?}");
    assert_eq!(seen.last(), resumed.history.last().map(|e| &e.id));
}

/// Remembers how many records each append had.
#[derive(Default)]
struct Counting {
    journal: MemoryJournal,
    appends: Mutex<Vec<usize>>,
}

#[async_trait]
impl Journal for Counting {
    async fn append(
        &self,
        execution: &str,
        first_seq: u64,
        records: Vec<String>,
        events: &[HistoryEvent],
    ) -> Result<(), JournalError> {
        self.appends.lock().unwrap().push(records.len());
        self.journal
            .append(execution, first_seq, records, events)
            .await
    }

    async fn load(&self, execution: &str) -> Result<Vec<String>, JournalError> {
        self.journal.load(execution).await
    }
}

#[tokio::test]
async fn timers_due_at_once_are_kept_in_one_append() {
    let definition = json!({"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "End": true,
        "ItemProcessor": {"StartAt": "Rest", "States": {
            "Rest": {"Type": "Wait", "SecondsPath": "$", "End": true}
        }}
    }}});
    let machine = Arc::new(StateMachine::from_value(&definition).unwrap());
    let journal = Arc::new(Counting::default());
    let options = ExecutionOptions {
        clock: Arc::new(VirtualClock::default()),
        journal: Some(journal.clone()),
        ..ExecutionOptions::default()
    };
    let outcome = run(machine, json!([5, 9, 5, 5, 9]), script(), options)
        .await
        .unwrap();
    assert_eq!(outcome.output, Some(json!([5, 9, 5, 5, 9])));
    assert_eq!(*journal.appends.lock().unwrap(), [1, 3, 2]);
}
