//! A project in this very process: the real stores, sandbox, agents and state machine, with a
//! scripted model or planner where a test wants one.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_agents::retrieval::Retriever;
use tdev_agents::{Agents, Deps};
use tdev_core::component::Component;
use tdev_core::model::{Content, ModelReply, ModelRequest, Price, StopReason, Usage};
use tdev_core::ports::{
    AgentInvoker, Clock, ComponentInvoker, LanguageModel, Listener, ModelCard, Scope, SystemClock,
};
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};
use tdev_core::{Code, Error, Result};
use tdev_local::{Home, Invokers};
use tdev_runtime::builtin::Builtins;
use tdev_runtime::grants::{Permissions, SecretSource};
use tdev_runtime::library::WithLibrary;
use tdev_runtime::runner::{Mind, Quota, Runner};
use tempfile::TempDir;

use crate::project::root;

/// Where set-up puts interpreters, by the same rule as `scripts/build-interpreter.sh`.
fn interpreters() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    variable("TDEV_INTERPRETER_DIR").map_or_else(
        || {
            variable("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".cache")))
                .expect("neither TDEV_INTERPRETER_DIR, XDG_CACHE_HOME nor HOME is set")
                .join("tdev/interpreter")
        },
        PathBuf::from,
    )
}

/// What a workshop is equipped with.
#[derive(Default)]
pub(crate) struct Equipment {
    pub(crate) model: Option<Arc<Scripted>>,
    /// Plans in the order in which they are asked for, in place of the planner's.
    pub(crate) plans: Vec<Value>,
    /// Hosts that may be called.
    pub(crate) http: Vec<String>,
    pub(crate) secrets: BTreeMap<String, String>,
}

/// A project.
pub(crate) struct Workshop {
    _folder: TempDir,
    home: Home,
    pub(crate) agents: Arc<dyn AgentInvoker>,
    components: Arc<dyn ComponentInvoker>,
    runs: Mutex<u32>,
}

impl Workshop {
    pub(crate) fn new(equipment: Equipment) -> Self {
        let folder = TempDir::new().unwrap();
        let home = Home::open(folder.path(), tdev_runtime::library::components().unwrap()).unwrap();
        let artifacts = Arc::new(WithLibrary(home.artifacts()));
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let builtins = Builtins {
            root: folder.path().to_owned(),
            permissions: Permissions {
                http: equipment.http,
                ..Permissions::default()
            },
            settings: BTreeMap::new(),
            secrets: Arc::new(Drawer(equipment.secrets)),
            artifacts: artifacts.clone(),
            clock: clock.clone(),
        };
        let model = equipment.model.map(|model| model as Arc<dyn LanguageModel>);
        let components: Arc<dyn ComponentInvoker> = Arc::new(Runner::new(
            "workshop".into(),
            home.registry(),
            builtins,
            interpreters(),
            Quota::default(),
            Mind {
                model: model.clone(),
                sessions: Some(home.sessions()),
            },
        ));
        let engine = home.engine(Invokers {
            components: components.clone(),
            agents: Arc::new(Agents::default()),
        });
        let deps = Deps {
            registry: home.registry(),
            artifacts,
            workflows: home.workflows(),
            past: home.past_plans(),
            test_runs: home.test_runs(),
            approvals: home.approvals(),
            components: components.clone(),
            engine,
            retriever: Arc::new(Retriever::new(
                Err(Error::new(Code::FileNotFound, "no model of meanings")),
                home.vectors(),
            )),
            model,
            clock,
        };
        let agents: Arc<dyn AgentInvoker> = Arc::new(Staged {
            agents: tdev_agents::all(deps),
            plans: Mutex::new(equipment.plans.into()),
        });
        Self {
            _folder: folder,
            home,
            agents,
            components,
            runs: Mutex::new(0),
        }
    }

    /// Drives a request through `orchestrate.asl.json`.
    pub(crate) async fn drive(&self, request: Value) -> Run {
        let definition =
            std::fs::read_to_string(root().join("statemachines/orchestrate.asl.json")).unwrap();
        let orchestrator = self
            .home
            .orchestrator(
                &definition,
                Invokers {
                    components: self.components.clone(),
                    agents: self.agents.clone(),
                },
            )
            .unwrap();
        let id = {
            let mut runs = self.runs.lock().unwrap();
            *runs += 1;
            format!("run-{runs}")
        };
        let request: RunRequest = serde_json::from_value(request).unwrap();
        let run = Run {
            id: id.clone(),
            project: "workshop".into(),
            kind: RunKind::Orchestrate,
            status: RunStatus::Running,
            request,
            started_at: SystemClock.now(),
            redrives: 0,
            ended_at: None,
            output: None,
            error: None,
        };
        self.home.runs().create(run, None).await.unwrap();
        orchestrator.drive(&id).await.unwrap()
    }

    /// Generates what a spec asks for: what is registered, or why nothing is.
    pub(crate) async fn generate(&self, spec: Value) -> Result<Arc<Component>> {
        let run = self.drive(json!({"spec": spec, "inputs": {}})).await;
        if let Some(error) = run.error {
            return Err(error);
        }
        let output = run.output.unwrap();
        let name = output["result"]["name"].as_str().unwrap().to_owned();
        let mut versions = self.versions(&name).await;
        Ok(versions.pop().unwrap())
    }

    pub(crate) async fn versions(&self, name: &str) -> Vec<Arc<Component>> {
        self.home.registry().versions(name).await.unwrap()
    }

    /// The names of all that was generated.
    pub(crate) async fn generated(&self) -> Vec<String> {
        let all = self
            .home
            .registry()
            .list(&Default::default())
            .await
            .unwrap();
        all.iter()
            .filter(|c| c.provenance.is_some())
            .map(|c| c.name.clone())
            .collect()
    }

    pub(crate) async fn source(&self, component: &Component) -> String {
        let hash = component.code_hash.clone().unwrap();
        String::from_utf8(self.home.artifacts().get(&hash).await.unwrap()).unwrap()
    }

    /// What is stored under a hash.
    pub(crate) async fn artifact(&self, hash: &str) -> Result<String> {
        let bytes = self.home.artifacts().get(hash).await?;
        Ok(String::from_utf8(bytes).unwrap())
    }

    pub(crate) async fn call(&self, component: &Component, input: Value) -> Result<Value> {
        self.components
            .try_out(component, input, Scope::default())
            .await
    }

    pub(crate) async fn ask(&self, agent: &str, question: Value) -> Result<Value> {
        self.agents.invoke(agent, question, Scope::default()).await
    }
}

struct Drawer(BTreeMap<String, String>);

impl SecretSource for Drawer {
    fn secret(&self, name: &str) -> Result<Option<String>> {
        Ok(self.0.get(name).cloned())
    }
}

/// The core agents, with plans that were written before.
struct Staged {
    agents: Agents,
    plans: Mutex<VecDeque<Value>>,
}

#[async_trait]
impl AgentInvoker for Staged {
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value> {
        if agent == "planner"
            && let Some(plan) = self.plans.lock().unwrap().pop_front()
        {
            return Ok(plan);
        }
        self.agents.invoke(agent, input, scope).await
    }
}

/// A model that says what it was told to say, and keeps what it was asked.
pub(crate) struct Scripted {
    card: ModelCard,
    replies: Mutex<VecDeque<Result<ModelReply>>>,
    pub(crate) asked: Mutex<Vec<ModelRequest>>,
}

impl Scripted {
    pub(crate) fn new(replies: impl IntoIterator<Item = Result<ModelReply>>) -> Arc<Self> {
        Arc::new(Self {
            card: ModelCard {
                id: "scripted-1".into(),
                price: Price::default(),
            },
            replies: Mutex::new(replies.into_iter().collect()),
            asked: Mutex::default(),
        })
    }

    /// A reply that hands in this source.
    pub(crate) fn code(code: &str) -> Result<ModelReply> {
        Ok(ModelReply {
            content: vec![Content::ToolUse {
                id: "use-1".into(),
                name: "write_component".into(),
                input: json!({"code": code, "explanation": "as asked"}),
            }],
            stop: StopReason::ToolUse,
            usage: Usage {
                input_tokens: 100,
                output_tokens: 50,
            },
        })
    }

    pub(crate) fn stopped(stop: StopReason, text: &str) -> Result<ModelReply> {
        Ok(ModelReply {
            content: vec![Content::Text(text.into())],
            stop,
            usage: Usage::default(),
        })
    }
}

#[async_trait]
impl LanguageModel for Scripted {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    async fn converse(
        &self,
        request: &ModelRequest,
        _: &Scope,
        _: &dyn Listener,
    ) -> Result<ModelReply> {
        self.asked.lock().unwrap().push(request.clone());
        let next = self.replies.lock().unwrap().pop_front();
        next.unwrap_or_else(|| panic!("the model is asked more often than the test expects"))
    }
}
