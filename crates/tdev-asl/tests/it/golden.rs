//! Journals written long ago: they are read as they were written, whatever the engine became.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_asl::{
    ExecutionOptions, Handle, MemoryJournal, Outcome, StateMachine, Status, TaskFailure,
    TaskHandler, TaskRequest, VirtualClock, run,
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
            "read" => Ok(json!([1, 2, 3, 4, 5])),
            "second fails" if req.input["Items"][0] == 3 => {
                Err(TaskFailure::new("Odd", "three is too much"))
            }
            "last" => self.last.clone(),
            _ => Ok(req.input),
        }
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
        ..ExecutionOptions::default()
    }
}

fn history(outcome: &Outcome) -> Vec<String> {
    let lines = outcome.history.iter().map(serde_json::to_string);
    lines.collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
#[ignore = "writes the golden files anew, for a version of the format that has none yet"]
async fn write_the_golden_files() {
    for (name, status, last) in [
        ("succeeded", Status::Succeeded, Ok(json!("done"))),
        ("failed", Status::Failed, Err(refused())),
    ] {
        let journal = Arc::new(MemoryJournal::new());
        let hands = hands(last);
        let input = json!({"items": ["a", "b", "c"]});
        let options = options(&journal, &hands);
        let outcome = run(machine(), input, hands, options).await.unwrap();
        assert_eq!(outcome.status, status, "{outcome:#?}");
        let write = |kind: &str, lines: Vec<String>| {
            let file = folder().join(format!("{name}.{kind}.jsonl"));
            std::fs::write(file, lines.join("\n") + "\n").unwrap();
        };
        write("journal", journal.records("golden"));
        write("history", history(&outcome));
    }
}

#[tokio::test]
async fn what_ended_leads_to_the_same_history_and_calls_nothing() {
    for (name, status) in [("succeeded", Status::Succeeded), ("failed", Status::Failed)] {
        let journal = Arc::new(MemoryJournal::new());
        journal.set("golden", lines(&format!("{name}.journal.jsonl")));
        let hands = hands(Ok(json!("not asked")));
        let options = options(&journal, &hands);
        let outcome = run(machine(), json!(null), hands.clone(), options);
        let outcome = outcome.await.unwrap();
        assert_eq!(outcome.status, status);
        assert_eq!(history(&outcome), lines(&format!("{name}.history.jsonl")));
        assert!(hands.called.lock().unwrap().is_empty());
    }
}
