//! A project folder: runs driven by the orchestrator, a nested execution in each, and a person in
//! another process who answers questions.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use chrono::Utc;
use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::ports::{
    AgentInvoker, ApprovalStore, ComponentInvoker, Engine, EngineRequest, Invocation, Scope,
};
use tdev_core::run::{Answer, Approval, Run, RunKind, RunRequest, RunStatus};
use tdev_core::{Code, Error, Result};
use tdev_local::{Home, Invokers};

use crate::deeds::Doer;
use crate::machine::{inner, names, outer};

fn open(dir: &Path) -> Home {
    Home::open(dir, Vec::new()).unwrap()
}

pub(crate) fn prepare(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let runs = open(dir).runs();
        for id in names() {
            let run = Run {
                id,
                project: "torture".to_owned(),
                kind: RunKind::Orchestrate,
                status: RunStatus::Running,
                request: RunRequest::default(),
                started_at: Utc::now(),
                ended_at: None,
                output: None,
                error: None,
                redrives: 0,
            };
            runs.create(run, None).await.unwrap();
        }
    });
}

#[derive(Clone)]
struct Agents {
    doer: Arc<Doer>,
    approvals: Arc<dyn ApprovalStore>,
    engine: Arc<OnceLock<Arc<dyn Engine>>>,
}

pub(crate) async fn live(dir: &Path, _life: usize) -> Value {
    let home = open(dir);
    let agents = Agents {
        doer: Arc::new(Doer::new(dir)),
        approvals: home.approvals(),
        engine: Arc::default(),
    };
    let invokers = Invokers {
        components: Arc::new(agents.clone()),
        agents: Arc::new(agents.clone()),
    };
    let _first = agents.engine.set(home.engine(invokers.clone()));
    let orchestrator = home.orchestrator(&outer().to_string(), invokers).unwrap();
    let answering = tokio::spawn(answer(open(dir), Arc::clone(&orchestrator)));
    let driving = names().into_iter().map(|name| {
        let orchestrator = Arc::clone(&orchestrator);
        tokio::spawn(async move {
            let run = orchestrator.drive(&name).await.unwrap();
            assert_eq!(run.status, RunStatus::Succeeded, "{:?}", run.error);
            (name, run.output.unwrap())
        })
    });
    let mut outputs = json!({});
    for driving in driving.collect::<Vec<_>>() {
        let (name, output) = driving.await.unwrap();
        outputs[name] = output;
    }
    answering.abort();
    outputs
}

/// Answers whatever is asked, through adapters of its own as another process would.
async fn answer(home: Home, orchestrator: Arc<dyn tdev_core::ports::Orchestrator>) {
    let approvals = home.approvals();
    loop {
        for open in approvals.open().await.unwrap() {
            let answer = Answer {
                approved: true,
                by: "somebody".to_owned(),
                comment: String::new(),
                at: Utc::now(),
            };
            // Another life may have answered it.
            let _late = orchestrator.answer(&open.id, answer).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

#[async_trait]
impl ComponentInvoker for Agents {
    async fn invoke(&self, invocation: Invocation) -> Result<Value> {
        let Scope {
            run_id,
            step,
            idempotency_token,
            ..
        } = &invocation.scope;
        let done = self
            .doer
            .work(run_id, step, &invocation.input, idempotency_token)
            .await;
        done.ok_or_else(|| Error::new(Code::RemoteUnavailable, "no answer yet"))
    }

    async fn try_out(&self, candidate: &Component, _: Value, _: Scope) -> Result<Value> {
        Err(Error::new(
            Code::Unsupported,
            format!("`{}` is not tried", candidate.name),
        ))
    }
}

#[async_trait]
impl AgentInvoker for Agents {
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value> {
        match agent {
            "approval" => {
                let id = format!("{}-{}", scope.run_id, input["step"].as_str().unwrap());
                let question = Approval {
                    id,
                    run_id: scope.run_id,
                    step: "ask".to_owned(),
                    message: "go on?".to_owned(),
                    subject: Value::Null,
                    task_token: input["task_token"].as_str().unwrap().to_owned(),
                    created_at: Utc::now(),
                    expires_at: None,
                    answer: None,
                };
                self.approvals.ask(question).await?;
                Ok(Value::Null)
            }
            "executor" => {
                let request = EngineRequest {
                    execution: format!("{}:inner", scope.run_id),
                    definition: inner(),
                    input: input["inputs"].clone(),
                    scope,
                };
                let engine = Arc::clone(self.engine.get().unwrap());
                Ok(json!({"output": engine.run(request).await?.output?}))
            }
            _ => Err(Error::new(Code::Unsupported, format!("no agent `{agent}`"))),
        }
    }
}
