//! Journals written long ago: they are read as they were written, whatever the engine became.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_asl::{
    ExecutionOptions, Handle, HistoryEvent, MemoryJournal, ObjectInfo, ObjectStore, Outcome,
    StateMachine, Status, StoreError, TaskFailure, TaskHandler, TaskRequest, VirtualClock, redrive,
    replay, run,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1")
}

fn machine() -> Arc<StateMachine> {
    let text = std::fs::read_to_string(folder().join("machine.asl.json")).unwrap();
    let definition: Value = serde_json::from_str(&text).unwrap();
    Arc::new(StateMachine::from_value(&definition).unwrap())
}

fn lines(file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder().join(file)).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Answers as the machine's resources say; `last` as it is told to.
struct Hands {
    handle: Handle,
    last: Result<Value, TaskFailure>,
    called: Mutex<Vec<String>>,
}

#[async_trait]
impl TaskHandler for Hands {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        self.called.lock().unwrap().push(req.state.clone());
        if let Some(token) = &req.task_token {
            self.handle.heartbeat(token).await.unwrap();
            let answer = Ok(json!({"yes": true}));
            self.handle.complete_token(token, answer).await.unwrap();
        }
        match req.resource.as_str() {
            "flaky" if req.attempt == 0 && req.input["i"] != 1 => {
                Err(TaskFailure::new("Busy", "come back"))
            }
            "never" => std::future::pending().await,
            "second fails" if req.input["Items"][0] == 3 => {
                Err(TaskFailure::new("Odd", "three is too much"))
            }
            "last" => self.last.clone(),
            _ => Ok(req.input),
        }
    }
}

/// Holds one object, at once at hand.
struct Shelf;

#[async_trait]
impl ObjectStore for Shelf {
    async fn get(&self, _: &str, key: &str, _: Option<&str>) -> Result<Vec<u8>, StoreError> {
        assert_eq!(key, "items.json");
        Ok(b"[1, 2, 3, 4, 5]".to_vec())
    }

    async fn list(&self, _: &str, _: &str) -> Result<Vec<ObjectInfo>, StoreError> {
        Err(StoreError("nobody lists".to_owned()))
    }

    async fn put(&self, _: &str, _: &str, _: Vec<u8>) -> Result<(), StoreError> {
        Err(StoreError("nobody writes".to_owned()))
    }
}

fn hands(last: Result<Value, TaskFailure>) -> Arc<Hands> {
    Arc::new(Hands {
        handle: Handle::new(),
        last,
        called: Mutex::default(),
    })
}

fn refused() -> TaskFailure {
    TaskFailure::new("Refused", "not today")
}

fn options(journal: &Arc<MemoryJournal>, hands: &Arc<Hands>) -> ExecutionOptions {
    ExecutionOptions {
        name: "golden".to_owned(),
        clock: Arc::new(VirtualClock::default()),
        journal: Some(journal.clone()),
        keep_history: true,
        handle: Some(hands.handle.clone()),
        seed: Some(42),
        store: Some(Arc::new(Shelf)),
        ..ExecutionOptions::default()
    }
}

fn events(history: &[HistoryEvent]) -> Vec<String> {
    let lines = history.iter().map(serde_json::to_string);
    lines.collect::<Result<_, _>>().unwrap()
}

fn history(outcome: &Outcome) -> Vec<String> {
    events(&outcome.history)
}

fn write(name: &str, journal: &MemoryJournal, outcome: &Outcome) {
    for (kind, lines) in [
        ("journal", journal.records("golden")),
        ("history", history(outcome)),
    ] {
        let file = folder().join(format!("{name}.{kind}.jsonl"));
        std::fs::write(file, lines.join("\n") + "\n").unwrap();
    }
}

#[tokio::test]
#[ignore = "writes the golden files anew, for a version of the format that has none yet"]
async fn write_the_golden_files() {
    for (name, last) in [("succeeded", Ok(json!("done"))), ("failed", Err(refused()))] {
        let journal = Arc::new(MemoryJournal::new());
        let hands = hands(last);
        let input = json!({"items": ["a", "b", "c"]});
        let options = options(&journal, &hands);
        let outcome = run(machine(), input, hands, options).await.unwrap();
        write(name, &journal, &outcome);
    }
    let (journal, hands) = (Arc::new(MemoryJournal::new()), hands(Ok(json!("done"))));
    journal.set("golden", lines("failed.journal.jsonl"));
    let later = "2023-11-20T08:00:00Z".parse().unwrap();
    let options = ExecutionOptions {
        clock: Arc::new(VirtualClock::new(later)),
        ..options(&journal, &hands)
    };
    let outcome = redrive(machine(), hands, options).await.unwrap();
    write("redriven", &journal, &outcome);
}

#[tokio::test]
async fn what_ended_leads_to_the_same_history_and_calls_nothing() {
    for (name, status) in [
        ("succeeded", Status::Succeeded),
        ("failed", Status::Failed),
        ("redriven", Status::Succeeded),
    ] {
        let records = lines(&format!("{name}.journal.jsonl"));
        let told = lines(&format!("{name}.history.jsonl"));
        let replayed = replay(&machine(), &records, &ExecutionOptions::default()).unwrap();
        assert_eq!(replayed.status, Some(status));
        assert_eq!(events(&replayed.history), told);
        let journal = Arc::new(MemoryJournal::new());
        journal.set("golden", records);
        let hands = hands(Ok(json!("not asked")));
        let options = options(&journal, &hands);
        let outcome = run(machine(), json!(null), hands.clone(), options);
        let outcome = outcome.await.unwrap();
        assert_eq!(outcome.status, status);
        assert_eq!(history(&outcome), told);
        assert!(hands.called.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_failed_before_there_were_redrives_is_redriven() {
    let (journal, hands) = (Arc::new(MemoryJournal::new()), hands(Ok(json!("done"))));
    journal.set("golden", lines("failed.journal.jsonl"));
    let options = options(&journal, &hands);
    let outcome = redrive(machine(), hands.clone(), options).await.unwrap();
    assert_eq!(outcome.status, Status::Succeeded);
    assert_eq!(*hands.called.lock().unwrap(), ["Last"]);
}

#[tokio::test]
async fn a_journal_cut_short_says_what_it_waits_for() {
    let records = lines("succeeded.journal.jsonl");
    let cut = |kept: usize| replay(&machine(), &records[..kept], &ExecutionOptions::default());
    let calls = |kept: usize| -> Vec<String> {
        let calls = cut(kept).unwrap().calls.into_iter();
        calls.map(|call| call.state).collect()
    };
    assert_eq!(calls(1), ["First"]);
    let retrying = cut(2).unwrap();
    assert!(retrying.calls.is_empty() && retrying.status.is_none());
    // The time of its next attempt, and that of the whole execution.
    assert_eq!(retrying.timers.len(), 2);
    assert!(retrying.timers[0] < retrying.timers[1]);
    assert_eq!(calls(8), ["Work", "Work"]);
    let asking = cut(19).unwrap();
    assert_eq!(asking.tokens, ["Z29sZGVu.21.7ed90003f67f9e1d"]);
    assert_eq!(asking.calls[0].task_token, asking.tokens.first().cloned());
    assert_eq!(
        replay(&machine(), &[], &ExecutionOptions::default()).unwrap_err(),
        tdev_asl::ReplayError::NotStarted
    );
}
