//! One project whose services are deployed in this process.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use tdev_agents::Agents;
use tdev_agents::deployer::{Deployer, Ground, Settings};
use tdev_asl::{
    ExecutionOptions, StateMachine, Status, TaskFailure, TaskHandler, TaskRequest, run,
};
use tdev_core::component::{Component, VersionId};
use tdev_core::ports::{AgentInvoker, AuditFilter, CallRequest, Clock, Scope, Target, Targets};
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};
use tdev_core::service::{
    By, CallKind, DeployRequest, Granted, Sealed, Service, ServiceAnswer, TargetKind, route,
};
use tdev_core::workflow::{Catalog, Workflow, check};
use tdev_core::{Error, Result};
use tdev_local::Home;
use tdev_runtime::builtin;
use tdev_service::{LocalTarget, Place};
use tempfile::TempDir;

use super::hands::{Faulty, Pocket, Stopwatch};
use crate::project::root;

/// The function of the deployer.
const FUNCTION: &str = "arn:aws:lambda:local:000000000000:function:deployer";

/// The project.
pub(super) struct Bench {
    pub(super) dir: TempDir,
    pub(super) home: Home,
    pub(super) clock: Stopwatch,
    pub(super) target: Arc<Faulty>,
    pub(super) pocket: Arc<Pocket>,
    agents: Arc<Agents>,
    machine: Arc<StateMachine>,
    runs: AtomicU64,
    calls: AtomicU64,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::granting(Granted::default())
    }

    pub(super) fn granting(granted: Granted) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Stopwatch::new();
        let library = builtin::library().unwrap().to_vec();
        let home = Home::with_clock(dir.path(), library, Arc::new(clock.clone())).unwrap();
        let pocket = Arc::new(Pocket::default());
        let ground = tdev_service::Ground {
            project: "demo".to_owned(),
            root: dir.path().to_owned(),
            secrets: pocket.clone(),
            artifacts: home.artifacts(),
            interpreter: dir.path().join("no-interpreter"),
            model: None,
            sessions: None,
            clock: Arc::new(clock.clone()),
        };
        let place = Place {
            definitions: home.artifacts(),
            log: home.service_log(),
        };
        let target = Arc::new(Faulty {
            inner: LocalTarget::new(ground, place),
            fails: Mutex::default(),
            asked: Mutex::default(),
        });
        let settings = Settings {
            granted,
            ..Settings::default()
        };
        let deployer = Deployer::new(Ground {
            registry: home.registry(),
            artifacts: home.artifacts(),
            workflows: home.workflows(),
            runs: home.runs(),
            services: home.services(),
            log: home.service_log(),
            targets: Targets::default().with(TargetKind::Local, target.clone()),
            settings: Arc::new(settings),
            clock: Arc::new(clock.clone()),
            project: "demo".to_owned(),
        });
        let text = std::fs::read_to_string(root().join("statemachines/deploy.asl.json")).unwrap();
        let text = text.replace("${DeployerFunctionArn}", FUNCTION);
        let machine = StateMachine::from_value(&serde_json::from_str(&text).unwrap()).unwrap();
        Self {
            agents: Arc::new(Agents::default().with(deployer)),
            machine: Arc::new(machine),
            dir,
            home,
            clock,
            target,
            pocket,
            runs: AtomicU64::new(1),
            calls: AtomicU64::new(1),
        }
    }

    /// Checks and stores a workflow; its pinned name.
    pub(super) async fn workflow(&self, written: Value) -> String {
        let workflow: Workflow = serde_json::from_value(written).unwrap();
        let filter = tdev_core::ports::Filter::default();
        let mut components = Vec::new();
        for newest in self.home.registry().list(&filter).await.unwrap() {
            let versions = self.home.registry().versions(&newest.name).await.unwrap();
            components.extend(versions);
        }
        let catalog = Catalog::new(components, self.home.workflows().list().await.unwrap());
        let checked = check(&workflow, &catalog).unwrap();
        let stored = self.home.workflows().put(checked.workflow).await.unwrap();
        format!("{}@{}", stored.id, stored.version_id)
    }

    /// A workflow that counts words, of as many alike steps as that.
    pub(super) async fn counting(&self, steps: usize) -> String {
        let steps: Vec<Value> = (0..steps)
            .map(|at| {
                json!({"id": format!("count-{at}"), "agent": "TextStatisticsTool",
                    "input": {"text": "${input.text}"}})
            })
            .collect();
        self.workflow(json!({"id": "counting", "input_schema": {"text": "string"},
            "steps": steps, "output": "${count-0.words}"}))
            .await
    }

    /// A workflow whose call fails for units nobody knows.
    pub(super) async fn converting(&self) -> String {
        self.workflow(
            json!({"id": "converting", "input_schema": {"text": "string"},
            "steps": [{"id": "convert", "agent": "UnitConverterTool",
                "input": {"value": 1, "from_unit": "${input.text}", "to_unit": "m"}}],
            "output": "${convert.text}"}),
        )
        .await
    }

    pub(super) async fn register(&self, record: Value) -> Component {
        let component: Component = serde_json::from_value(record).unwrap();
        let known = self.home.registry().versions(&component.name).await;
        let condition = match known {
            Ok(_) => tdev_core::ports::Revision::NextVersion,
            Err(_) => tdev_core::ports::Revision::New,
        };
        let stored = self.home.registry().put(component, condition).await;
        (*stored.unwrap()).clone()
    }

    /// A deployment from its beginning to its end.
    pub(super) async fn deploy(&self, request: DeployRequest) -> Result<Value> {
        let id = self.begin(&request).await;
        self.drive(&id).await
    }

    /// The run of a deployment, which nobody drives yet.
    pub(super) async fn begin(&self, request: &DeployRequest) -> String {
        let run = Run {
            id: format!("run-{}", self.runs.fetch_add(1, Ordering::SeqCst)),
            project: "demo".to_owned(),
            kind: RunKind::Deploy,
            status: RunStatus::Running,
            request: RunRequest {
                deploy: Some(request.clone()),
                ..RunRequest::default()
            },
            started_at: Clock::now(&self.clock),
            redrives: 0,
            ended_at: None,
            output: None,
            error: None,
        };
        self.home.runs().create(run, None).await.unwrap().id
    }

    /// Drives a deployment to its end.
    pub(super) async fn drive(&self, id: &str) -> Result<Value> {
        let mut stored = self.home.runs().get(id).await.unwrap();
        let options = ExecutionOptions {
            clock: Arc::new(self.clock.clone()),
            ..ExecutionOptions::new(id)
        };
        let functions = Arc::new(Functions {
            agents: Arc::clone(&self.agents),
            clock: self.clock.clone(),
        });
        let input = stored.machine_input().unwrap();
        let outcome = run(Arc::clone(&self.machine), input, functions, options)
            .await
            .unwrap();
        let now = Clock::now(&self.clock);
        let ended = match outcome.status {
            Status::Succeeded => {
                let output = outcome.output.unwrap();
                stored.succeed(output.clone(), now);
                Ok(output)
            }
            _ => {
                let name = outcome.error.unwrap_or_default();
                let error = Error::from_failure(&name, &outcome.cause.unwrap_or_default());
                stored.fail(error.clone(), now);
                Err(error)
            }
        };
        self.home.runs().update(&stored).await.unwrap();
        ended
    }

    /// Ends a deployment's run as if its machine had been lost and a person cancelled it.
    pub(super) async fn lose(&self, id: &str) {
        let mut run = self.home.runs().get(id).await.unwrap();
        run.cancel("lost", Clock::now(&self.clock));
        self.home.runs().update(&run).await.unwrap();
    }

    /// Asks the deployer outside of any deployment.
    pub(super) async fn ask(&self, asked: Value) -> Result<Value> {
        self.ask_in("", asked).await
    }

    /// Asks the deployer for one stage of a deployment.
    pub(super) async fn ask_in(&self, run_id: &str, asked: Value) -> Result<Value> {
        let scope = Scope {
            project: "demo".to_owned(),
            run_id: run_id.to_owned(),
            ..Scope::default()
        };
        self.agents.invoke("deployer", asked, scope).await
    }

    pub(super) async fn service(&self) -> Service {
        self.home.services().get("words").await.unwrap()
    }

    /// One call as a client makes it; the draw decides which version answers.
    pub(super) async fn call(&self, text: &str, draw: u8) -> (VersionId, ServiceAnswer) {
        let service = self.service().await;
        let version_id = route(&service.traffic, draw).unwrap();
        let call = CallRequest {
            id: format!("call-{:06}", self.calls.fetch_add(1, Ordering::SeqCst)),
            service_id: service.service_id.clone(),
            version: service.version(version_id).unwrap().clone(),
            input: Map::from_iter([("text".to_owned(), json!(text))]),
            kind: CallKind::Live,
        };
        (version_id, self.target.invoke(call).await.unwrap())
    }

    /// Every line of the audit, oldest first.
    pub(super) async fn audit(&self) -> Vec<String> {
        let all = AuditFilter::default();
        let (lines, _) = self.home.audit().list(&all, None, 1000).await.unwrap();
        let line =
            |l: &tdev_core::ports::AuditEntry| format!("{} {} {}", l.who, l.action, l.subject);
        lines.iter().rev().map(line).collect()
    }

    /// How many definitions are kept.
    pub(super) fn artifacts(&self) -> usize {
        count(&self.dir.path().join(".tdev"))
    }

    pub(super) async fn sealed(&self, hash: &str) -> Sealed {
        let content = self.home.artifacts().get(hash).await.unwrap();
        Sealed::open(&content, hash).unwrap()
    }
}

fn count(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder.join("artifacts")) else {
        return 0;
    };
    entries.count()
}

/// A deployment of the service of most tests.
pub(super) fn words(workflow: &str) -> DeployRequest {
    DeployRequest {
        workflow_id: Some(workflow.to_owned()),
        health_input: Some(Map::from_iter([("text".to_owned(), json!("km"))])),
        by: By {
            who: "ada".to_owned(),
            from: "cli".to_owned(),
        },
        ..DeployRequest::of("words")
    }
}

/// Shares as they read: `v1 90%, v2 10%`.
pub(super) fn traffic(service: &Service) -> String {
    let share = |s: &tdev_core::service::Share| format!("{} {}%", s.version_id, s.percent);
    service
        .traffic
        .iter()
        .map(share)
        .collect::<Vec<_>>()
        .join(", ")
}

struct Functions {
    agents: Arc<Agents>,
    clock: Stopwatch,
}

#[async_trait]
impl TaskHandler for Functions {
    async fn run(&self, request: TaskRequest) -> Result<Value, TaskFailure> {
        assert_eq!(request.resource, FUNCTION);
        self.clock.busy.fetch_add(1, Ordering::SeqCst);
        let mut input = request.input;
        let said = input.as_object_mut().and_then(|f| f.shift_remove("scope"));
        let scope: Scope = serde_json::from_value(said.unwrap()).unwrap();
        let answer = self.agents.invoke("deployer", input, scope).await;
        self.clock.busy.fetch_sub(1, Ordering::SeqCst);
        answer.map_err(|error| TaskFailure::new(error.code.as_str(), error.to_cause()))
    }
}
