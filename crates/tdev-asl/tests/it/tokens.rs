//! Task tokens, heartbeats and commands from outside.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_asl::{
    ExecutionOptions, HandleError, MemoryJournal, StateMachine, Status, TaskFailure, TaskHandler,
    TaskRequest, VirtualClock, execution_of_token, spawn,
};

/// Keeps the tokens it is given.
#[derive(Default)]
struct Keeper(Mutex<Vec<String>>);

#[async_trait]
impl TaskHandler for Keeper {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        assert_eq!(
            req.context["Task"]["Token"].as_str(),
            req.task_token.as_deref()
        );
        self.0.lock().unwrap().extend(req.task_token);
        Ok(Value::Null)
    }
}

impl Keeper {
    async fn token(&self) -> String {
        loop {
            if let Some(token) = self.0.lock().unwrap().last() {
                return token.clone();
            }
            tokio::task::yield_now().await;
        }
    }
}

fn machine(heartbeat: bool) -> Arc<StateMachine> {
    let mut definition = json!({
        "StartAt": "Ask",
        "States": {"Ask": {
            "Type": "Task", "Resource": "ask.waitForTaskToken",
            "Parameters": {"token.$": "$$.Task.Token"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "No"}],
            "End": true
        }, "No": {"Type": "Succeed"}}
    });
    if heartbeat {
        definition["States"]["Ask"]["HeartbeatSeconds"] = json!(10);
    }
    Arc::new(StateMachine::from_value(&definition).unwrap())
}

fn options(journal: &Arc<MemoryJournal>) -> ExecutionOptions {
    ExecutionOptions {
        name: "asking".to_owned(),
        clock: Arc::new(VirtualClock::default()),
        journal: Some(journal.clone()),
        keep_history: true,
        ..ExecutionOptions::default()
    }
}

#[tokio::test]
async fn only_the_answer_completes_a_task_that_waits_for_its_token() {
    let journal = Arc::new(MemoryJournal::new());
    let keeper = Arc::new(Keeper::default());
    let (handle, running) = spawn(machine(false), json!({}), keeper.clone(), options(&journal));
    let token = keeper.token().await;
    assert_eq!(execution_of_token(&token).as_deref(), Some("asking"));
    assert_eq!(
        handle.complete_token("nobody's", Ok(json!(1))).await,
        Err(HandleError::UnknownToken)
    );
    handle
        .complete_token(&token, Ok(json!({"yes": true})))
        .await
        .unwrap();
    let kept = journal.records("asking").join("\n");
    assert!(kept.contains("TokenSucceeded"), "acknowledged, so durable");
    let outcome = running.await.unwrap().unwrap();
    assert_eq!(outcome.output, Some(json!({"yes": true})));
    let types: Vec<_> = outcome.history.iter().map(|e| e.event_type()).collect();
    assert!(types.contains(&"TaskSubmitted"));
    assert_eq!(
        handle.complete_token(&token, Ok(json!(2))).await,
        Err(HandleError::NotRunning)
    );
}

#[tokio::test]
async fn a_call_that_was_made_is_not_made_again_while_its_answer_is_awaited() {
    let journal = Arc::new(MemoryJournal::new());
    let keeper = Arc::new(Keeper::default());
    let (handle, running) = spawn(machine(false), json!({}), keeper.clone(), options(&journal));
    let token = keeper.token().await;
    while journal.records("asking").len() < 2 {
        tokio::task::yield_now().await;
    }
    running.abort();
    let _ = running.await;
    drop(handle);
    let (handle, running) = spawn(machine(false), json!({}), keeper.clone(), options(&journal));
    let failure = TaskFailure::new("Refused", "by a person");
    handle.complete_token(&token, Err(failure)).await.unwrap();
    let outcome = running.await.unwrap().unwrap();
    assert_eq!(
        outcome.output,
        Some(json!({"Error": "Refused", "Cause": "by a person"}))
    );
    assert_eq!(keeper.0.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_answers_at_once_one_is_refused() {
    let journal = Arc::new(MemoryJournal::new());
    let keeper = Arc::new(Keeper::default());
    let (handle, running) = spawn(machine(false), json!({}), keeper.clone(), options(&journal));
    let token = keeper.token().await;
    let (first, second) = tokio::join!(
        handle.complete_token(&token, Ok(json!(1))),
        handle.complete_token(&token, Ok(json!(2))),
    );
    assert_eq!(first, Ok(()));
    assert!(second.is_err());
    assert_eq!(running.await.unwrap().unwrap().output, Some(json!(1)));
}

#[tokio::test]
async fn silence_is_a_heartbeat_timeout() {
    let journal = Arc::new(MemoryJournal::new());
    let keeper = Arc::new(Keeper::default());
    let (_handle, running) = spawn(machine(true), json!({}), keeper, options(&journal));
    let outcome = running.await.unwrap().unwrap();
    assert_eq!(outcome.output.unwrap()["Error"], "States.HeartbeatTimeout");
    let types: Vec<_> = outcome.history.iter().map(|e| e.event_type()).collect();
    assert!(types.contains(&"TaskTimedOut"));
}

#[tokio::test]
async fn an_execution_can_be_aborted() {
    let journal = Arc::new(MemoryJournal::new());
    let keeper = Arc::new(Keeper::default());
    let (handle, running) = spawn(machine(false), json!({}), keeper.clone(), options(&journal));
    keeper.token().await;
    handle.abort(Some("Stop".to_owned()), None).await.unwrap();
    let outcome = running.await.unwrap().unwrap();
    assert_eq!(outcome.status, Status::Aborted);
    assert_eq!(outcome.error.as_deref(), Some("Stop"));
    assert_eq!(
        outcome.history.last().unwrap().event_type(),
        "ExecutionAborted"
    );
}
