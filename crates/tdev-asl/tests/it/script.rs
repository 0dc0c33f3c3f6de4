//! Tasks that answer what a test wrote down, and count how often they were asked.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::Value;
use tdev_asl::{TaskFailure, TaskHandler, TaskRequest};

/// Answers by resource, in order; the last one repeats.
#[derive(Default)]
pub(crate) struct Script {
    answers: HashMap<String, Vec<Value>>,
    asked: Mutex<HashMap<String, usize>>,
    /// Every idempotency token seen, with how often.
    pub(crate) tokens: Mutex<HashMap<String, usize>>,
    /// Task tokens nobody has taken yet.
    task_tokens: Mutex<Vec<String>>,
}

impl Script {
    pub(crate) fn new(tasks: &Value) -> Self {
        let answers = tasks
            .as_object()
            .into_iter()
            .flatten()
            .map(|(resource, answers)| (resource.clone(), answers.as_array().unwrap().clone()))
            .collect();
        Self {
            answers,
            ..Self::default()
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.asked.lock().unwrap().values().sum()
    }

    /// How often a resource was asked.
    pub(crate) fn asked(&self, resource: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.get(resource).copied().unwrap_or_default()
    }

    /// The next task token given out.
    pub(crate) async fn task_token(&self) -> String {
        loop {
            if let Some(token) = self.task_tokens.lock().unwrap().pop() {
                return token;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl TaskHandler for Script {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        *self
            .tokens
            .lock()
            .unwrap()
            .entry(req.idempotency_token.clone())
            .or_default() += 1;
        self.task_tokens.lock().unwrap().extend(req.task_token);
        let n = {
            let mut asked = self.asked.lock().unwrap();
            let n = asked.entry(req.resource.clone()).or_default();
            *n += 1;
            *n - 1
        };
        let answers = self
            .answers
            .get(&req.resource)
            .unwrap_or_else(|| panic!("nothing written down for {}", req.resource));
        let answer = answers.get(n).or(answers.last()).unwrap();
        match answer.as_str() {
            Some("echo") => return Ok(req.input),
            Some("busy with 2 at first") => {
                let busy = req.input == 2 && req.attempt == 0;
                return if busy {
                    Err(TaskFailure::new("Busy", ""))
                } else {
                    Ok(req.input)
                };
            }
            Some("never") => std::future::pending::<()>().await,
            _ => {}
        }
        match answer.get("error") {
            Some(error) => Err(TaskFailure::new(
                error.as_str().unwrap(),
                answer["cause"].as_str().unwrap_or_default(),
            )),
            None => Ok(answer["ok"].clone()),
        }
    }
}
