//! The engine by itself on its journal: executions, nested ones, and answers to task tokens.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_asl::{
    ExecutionOptions, FileJournal, Handle, StateMachine, Status, TaskFailure, TaskHandler,
    TaskRequest, run, spawn,
};

use crate::deeds::Doer;
use crate::machine::{inner, names, outer};

struct Tasks {
    doer: Doer,
    journal: Arc<FileJournal>,
    inner: Arc<StateMachine>,
    dir: PathBuf,
}

const TOKENS: &str = "tokens.log";

pub(crate) async fn live(dir: &Path, _life: usize) -> Value {
    let journal = Arc::new(FileJournal::open(dir.join("journal")).unwrap());
    let tasks = Arc::new(Tasks {
        doer: Doer::new(dir),
        journal: Arc::clone(&journal),
        inner: Arc::new(StateMachine::from_value(&inner()).unwrap()),
        dir: dir.to_path_buf(),
    });
    let machine = Arc::new(StateMachine::from_value(&outer()).unwrap());
    let mut running = Vec::new();
    for name in names() {
        let (handle, outcome) = spawn(
            Arc::clone(&machine),
            json!({}),
            Arc::clone(&tasks) as Arc<dyn TaskHandler>,
            options(&name, &journal),
        );
        let answering = tokio::spawn(answer(dir.join(TOKENS), name.clone(), handle));
        running.push((name, outcome, answering));
    }
    let mut outputs = json!({});
    for (name, outcome, answering) in running {
        let outcome = outcome.await.unwrap().unwrap();
        assert_eq!(
            outcome.status,
            Status::Succeeded,
            "{:?} {:?}",
            outcome.error,
            outcome.cause
        );
        outputs[name] = outcome.output.unwrap();
        answering.abort();
    }
    outputs
}

fn options(name: &str, journal: &Arc<FileJournal>) -> ExecutionOptions {
    ExecutionOptions {
        journal: Some(Arc::clone(journal) as Arc<_>),
        // A cut may take even the start away; what was done after it must still be recognised.
        seed: Some(name.bytes().map(u64::from).sum()),
        ..ExecutionOptions::new(name)
    }
}

/// Answers the questions that were asked in this life and in those before.
async fn answer(file: PathBuf, name: String, handle: Handle) {
    loop {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        for line in text.lines() {
            if let Some((of, token)) = line.split_once('\t')
                && of == name
            {
                let answer = json!({"approved": true, "by": "somebody"});
                // Asked and not under way any more, or not yet again: it is looked at again.
                let _unknown = handle.complete_token(token, Ok(answer)).await;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

#[async_trait]
impl TaskHandler for Tasks {
    async fn run(&self, request: TaskRequest) -> Result<Value, TaskFailure> {
        let execution = request.execution.to_string();
        match request.resource.as_str() {
            "${ApprovalFunctionArn}" => {
                let mut file = OpenOptions::new();
                let mut file = file
                    .create(true)
                    .append(true)
                    .open(self.dir.join(TOKENS))
                    .unwrap();
                let token = request.task_token.unwrap();
                file.write_all(format!("{execution}\t{token}\n").as_bytes())
                    .unwrap();
                Ok(Value::Null)
            }
            "${ExecutorFunctionArn}" => {
                let name = format!("{execution}:inner");
                let handler = Arc::new(Self {
                    doer: Doer::new(&self.dir),
                    journal: Arc::clone(&self.journal),
                    inner: Arc::clone(&self.inner),
                    dir: self.dir.clone(),
                });
                let input = request.input["inputs"].clone();
                let done = run(
                    Arc::clone(&self.inner),
                    input,
                    handler,
                    options(&name, &self.journal),
                );
                let done = done.await.unwrap();
                Ok(json!({"output": done.output.unwrap()}))
            }
            "${ComponentFunctionArn}" => {
                let step = request.input["step"].as_str().unwrap();
                let run = execution.split(':').next().unwrap();
                self.doer
                    .work(
                        run,
                        step,
                        &request.input["input"],
                        &request.idempotency_token,
                    )
                    .await
                    .ok_or_else(|| TaskFailure::new("RemoteUnavailable", "no answer yet"))
            }
            other => panic!("nobody runs `{other}`"),
        }
    }
}
