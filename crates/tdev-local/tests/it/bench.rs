//! Components and agents that do what a test needs, and remember what they were asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::ports::{
    AgentInvoker, ApprovalStore, ComponentInvoker, Engine, EngineRequest, Invocation, Scope,
};
use tdev_core::{Code, Error, Result};
use tdev_local::{Home, Invokers};
use tokio::sync::Semaphore;

use crate::contract::approvals::question;

/// One call of a component or agent.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    pub(crate) name: String,
    pub(crate) input: Value,
    pub(crate) scope: Scope,
}

/// The components and agents of one test. Clones share them.
#[derive(Clone)]
pub(crate) struct Bench {
    shared: Arc<Shared>,
}

struct Shared {
    called: Mutex<Vec<Called>>,
    /// How often `FlakyAgent` failed in the lives before this one.
    failures: AtomicUsize,
    /// Calls of `SlowAgent` end as permits come.
    gate: Semaphore,
    approvals: Arc<dyn ApprovalStore>,
    /// Where `executor` runs its one workflow.
    engine: Mutex<Option<(Arc<dyn Engine>, Value)>>,
}

impl Bench {
    pub(crate) fn of(home: &Home) -> Self {
        Self {
            shared: Arc::new(Shared {
                called: Mutex::default(),
                failures: AtomicUsize::new(0),
                gate: Semaphore::new(0),
                approvals: home.approvals(),
                engine: Mutex::default(),
            }),
        }
    }

    pub(crate) fn invokers(&self) -> Invokers {
        Invokers {
            components: Arc::new(self.clone()),
            agents: Arc::new(self.clone()),
        }
    }

    /// Gives `executor` an engine, and the workflow it runs.
    pub(crate) fn with_workflow(self, home: &Home, workflow: Value) -> Self {
        *self.shared.engine.lock().unwrap() = Some((home.engine(self.invokers()), workflow));
        self
    }

    /// Goes on after a life in which `FlakyAgent` failed this often.
    pub(crate) fn after_failures(self, count: usize) -> Self {
        self.shared.failures.store(count, Ordering::SeqCst);
        self
    }

    /// Lets one call of `SlowAgent` end.
    pub(crate) fn open_gate(&self) {
        self.shared.gate.add_permits(1);
    }

    pub(crate) fn called(&self) -> Vec<Called> {
        self.shared.called.lock().unwrap().clone()
    }

    /// The names called, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.called().into_iter().map(|c| c.name).collect()
    }

    /// Remembers a call; says how many there were of that name and input before.
    fn note(&self, name: &str, input: &Value, scope: Scope) -> usize {
        let mut called = self.shared.called.lock().unwrap();
        let before = called
            .iter()
            .filter(|c| c.name == name && c.input == *input)
            .count();
        called.push(Called {
            name: name.to_owned(),
            input: input.clone(),
            scope,
        });
        before
    }
}

#[async_trait]
impl ComponentInvoker for Bench {
    async fn invoke(&self, invocation: Invocation) -> Result<Value> {
        let Invocation {
            component,
            input,
            scope,
        } = invocation;
        let before = self.note(&component.name, &input, scope);
        match component.name.as_str() {
            "SlowAgent" => {
                self.shared.gate.acquire().await.unwrap().forget();
                Ok(json!({"slow": input}))
            }
            "FlakyAgent" if before + self.shared.failures.load(Ordering::SeqCst) < 2 => {
                Err(Error::new(Code::RemoteUnavailable, "no answer yet"))
            }
            "BrokenAgent" => Err(Error::new(Code::PermissionDenied, "host not granted")
                .field("url")
                .hint("grant it")),
            _ => Ok(json!({"by": component.name, "got": input})),
        }
    }

    async fn try_out(&self, candidate: &Component, input: Value, scope: Scope) -> Result<Value> {
        ComponentInvoker::invoke(
            self,
            Invocation {
                component: candidate.pinned(),
                input,
                scope,
            },
        )
        .await
    }
}

#[async_trait]
impl AgentInvoker for Bench {
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value> {
        self.note(agent, &input, scope.clone());
        match agent {
            "approval" => {
                let token = input["task_token"].as_str().unwrap();
                let id = format!("{}-{}", scope.run_id, input["step"].as_str().unwrap());
                self.shared
                    .approvals
                    .ask(question(&id, &scope.run_id, token))
                    .await?;
                Ok(Value::Null)
            }
            "planner" => Ok(json!({"workflow": input["goal"]})),
            "critic" => {
                Err(Error::new(Code::CapabilityMissing, "nothing reads minds")
                    .hint("add a component"))
            }
            "executor" => {
                let engine = self.shared.engine.lock().unwrap().clone();
                let Some((engine, definition)) = engine else {
                    return Ok(json!({"output": input, "trace": []}));
                };
                let request = EngineRequest {
                    execution: format!("{}:flow", scope.run_id),
                    definition,
                    input: input["inputs"].clone(),
                    scope,
                };
                let outcome = engine.run(request).await?;
                Ok(json!({"output": outcome.output?, "trace": outcome.trace}))
            }
            _ => Err(Error::new(Code::Unsupported, format!("no agent `{agent}`"))),
        }
    }
}

/// A task that calls a component, as the compiler writes it.
pub(crate) fn task(step: &str, component: &str, input: &Value) -> Value {
    json!({
        "Type": "Task",
        "Resource": "${ComponentFunctionArn}",
        "Arguments": {"component": format!("{component}@v1"), "step": step, "input": input},
    })
}

/// A workflow of tasks in a row; the last one's output is its output.
pub(crate) fn chain(tasks: &[(&str, Value)]) -> Value {
    let mut states = json!({});
    for (i, (name, task)) in tasks.iter().enumerate() {
        states[name] = task.clone();
        match tasks.get(i + 1) {
            Some((next, _)) => states[name]["Next"] = json!(next),
            None => states[name]["End"] = json!(true),
        }
    }
    json!({"QueryLanguage": "JSONata", "StartAt": tasks[0].0, "States": states})
}

/// The same as a branch of a Parallel state.
pub(crate) fn branch(tasks: &[(&str, Value)]) -> Value {
    let mut machine = chain(tasks);
    machine.as_object_mut().unwrap().remove("QueryLanguage");
    machine
}

/// A task that asks a person, as the compiler writes it.
pub(crate) fn approval(step: &str) -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {
            "FunctionName": "${ApprovalFunctionArn}",
            "Payload": {"step": step, "message": "go on?", "task_token": "{% $states.context.Task.Token %}"}
        }
    })
}
