//! The composition root: every adapter is chosen here, and opened by the first one who needs it.

mod deploying;
mod later;
pub(crate) mod model;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tdev_agents::Deps;
use tdev_agents::deployer::Deployer;
use tdev_agents::retrieval::Retriever;
use tdev_core::audit::{AuditedOrchestrator, AuditedRegistry, Auditor};
use tdev_core::ports::{
    AgentInvoker, ApprovalStore, ArtifactStore, AuditStore, Clock, ComponentInvoker, EventStore,
    LanguageModel, Ledger, Orchestrator, Registry, RunStore, Scope, ServiceLog, ServiceStore,
    SystemClock, Targets, TestRunStore, WorkflowStore,
};
use tdev_core::service::By;
use tdev_core::workflow::Catalog;
use tdev_core::{Code, Error, Result};
use tdev_local::{Home, Invokers};
use tdev_runtime::builtin::Builtins;
use tdev_runtime::library::WithLibrary;
use tdev_runtime::runner::{Mind, Quota, Runner};
use uuid::Uuid;

use crate::config::{self, Config, EnvSecrets};
use crate::files;
use later::LaterAgents;

/// The orchestration that comes with the program.
const ORCHESTRATION: &str = include_str!("../../../statemachines/orchestrate.asl.json");

/// One project with everything that works on it.
pub(crate) struct App {
    pub(crate) config: Config,
    /// Through what changes are made, as the audit tells it.
    through: &'static str,
    home: OnceLock<Result<Home>>,
    minds: OnceLock<Result<Minds>>,
    orchestrator: OnceLock<Result<Arc<dyn Orchestrator>>>,
}

/// What runs components and core agents.
struct Minds {
    deps: Deps,
    invokers: Invokers,
    /// Where services run.
    targets: Targets,
}

impl App {
    /// The project of a folder, or of the current one. Nothing but `tdev.toml` is read.
    ///
    /// # Errors
    /// What is wrong with `tdev.toml`.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self> {
        Ok(Self {
            config: Config::load(folder)?,
            through: "cli",
            home: OnceLock::new(),
            minds: OnceLock::new(),
            orchestrator: OnceLock::new(),
        })
    }

    /// The same project, worked on through something else than the command line.
    #[must_use]
    pub(crate) fn through(self, through: &'static str) -> Self {
        Self { through, ..self }
    }

    /// Who works on the project, and through what.
    pub(crate) fn by(&self) -> By {
        By {
            who: config::person(),
            from: self.through.to_owned(),
        }
    }

    fn auditor(&self) -> Result<Auditor> {
        Ok(Auditor {
            store: self.home()?.audit(),
            by: self.by(),
            clock: self.clock(),
        })
    }

    fn home(&self) -> Result<&Home> {
        let home = self.home.get_or_init(|| {
            let library = tdev_runtime::library::components()?;
            Home::open(&self.config.root, library)
        });
        home.as_ref().map_err(Clone::clone)
    }

    /// Components; whatever changes them is told to the audit.
    pub(crate) fn registry(&self) -> Result<Arc<dyn Registry>> {
        Ok(Arc::new(AuditedRegistry {
            inner: self.home()?.registry(),
            auditor: self.auditor()?,
        }))
    }

    pub(crate) fn services(&self) -> Result<Arc<dyn ServiceStore>> {
        self.home().map(Home::services)
    }

    pub(crate) fn service_log(&self) -> Result<Arc<dyn ServiceLog>> {
        self.home().map(Home::service_log)
    }

    pub(crate) fn audit(&self) -> Result<Arc<dyn AuditStore>> {
        self.home().map(Home::audit)
    }

    /// Where services run.
    pub(crate) fn targets(&self) -> Result<Targets> {
        self.minds().map(|minds| minds.targets.clone())
    }

    /// Stored files and sources, and the sources that come with the program.
    pub(crate) fn artifacts(&self) -> Result<Arc<dyn ArtifactStore>> {
        self.home()
            .map(|home| Arc::new(WithLibrary(home.artifacts())) as Arc<dyn ArtifactStore>)
    }

    pub(crate) fn workflows(&self) -> Result<Arc<dyn WorkflowStore>> {
        self.home().map(Home::workflows)
    }

    pub(crate) fn runs(&self) -> Result<Arc<dyn RunStore>> {
        self.home().map(Home::runs)
    }

    pub(crate) fn events(&self) -> Result<Arc<dyn EventStore>> {
        self.home().map(Home::events)
    }

    pub(crate) fn approvals(&self) -> Result<Arc<dyn ApprovalStore>> {
        self.home().map(Home::approvals)
    }

    pub(crate) fn test_runs(&self) -> Result<Arc<dyn TestRunStore>> {
        self.home().map(Home::test_runs)
    }

    pub(crate) fn ledger(&self) -> Result<Arc<dyn Ledger>> {
        self.home().map(Home::ledger)
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(SystemClock)
    }

    pub(crate) fn components(&self) -> Result<Arc<dyn ComponentInvoker>> {
        self.minds()
            .map(|minds| Arc::clone(&minds.invokers.components))
    }

    pub(crate) fn agents(&self) -> Result<Arc<dyn AgentInvoker>> {
        self.minds().map(|minds| Arc::clone(&minds.invokers.agents))
    }

    /// What is registered and stored, for rules to look things up in.
    pub(crate) async fn catalog(&self) -> Result<Catalog> {
        self.minds()?.deps.catalog().await
    }

    /// Asks a core agent outside of any run.
    ///
    /// # Errors
    /// Whatever the agent says.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, agent: &str, question: Value) -> Result<T> {
        let scope = Scope {
            project: self.config.project(),
            idempotency_token: Uuid::now_v7().to_string(),
            ..Scope::default()
        };
        let answer = self.agents()?.invoke(agent, question, scope).await?;
        serde_json::from_value(answer).map_err(|fault| {
            Error::new(
                Code::Internal,
                format!("the answer of the {agent} makes no sense: {fault}"),
            )
        })
    }

    /// What drives runs: the project's own orchestration where it names one.
    ///
    /// # Errors
    /// `InvalidStateMachine`; `FileNotFound`.
    pub(crate) fn orchestrator(&self) -> Result<Arc<dyn Orchestrator>> {
        let orchestrator = self.orchestrator.get_or_init(|| {
            let own = self.config.manifest.project.orchestration.as_ref();
            let own = own
                .map(|file| files::read_text(&self.config.root.join(file)))
                .transpose()?;
            let definition = own.as_deref().unwrap_or(ORCHESTRATION);
            let inner = self
                .home()?
                .orchestrator(definition, self.minds()?.invokers.clone())?;
            let auditor = self.auditor()?;
            Ok(Arc::new(AuditedOrchestrator { inner, auditor }) as Arc<dyn Orchestrator>)
        });
        orchestrator.clone()
    }

    fn minds(&self) -> Result<&Minds> {
        self.minds
            .get_or_init(|| self.assemble())
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Agents run workflows, workflows ask agents: the engine knows the agents by a place that is
    /// filled once they are there.
    fn assemble(&self) -> Result<Minds> {
        let home = self.home()?;
        let model = model::language_model(
            &self.config.models()?,
            model::Ground {
                secrets: EnvSecrets::of(&self.config.root),
                clock: self.clock(),
                ledger: home.ledger(),
                runs: home.runs(),
            },
        )?;
        let components = self.runner(model.clone())?;
        let later = Arc::new(LaterAgents::default());
        let asked: Arc<dyn AgentInvoker> = Arc::clone(&later) as Arc<dyn AgentInvoker>;
        let engine = home.engine(Invokers {
            components: Arc::clone(&components),
            agents: asked,
        });
        let deps = Deps {
            registry: self.registry()?,
            artifacts: self.artifacts()?,
            workflows: home.workflows(),
            past: home.past_plans(),
            test_runs: home.test_runs(),
            approvals: home.approvals(),
            components: Arc::clone(&components),
            engine,
            retriever: Arc::new(Retriever::new(config::embedder(), home.vectors())),
            model,
            clock: self.clock(),
        };
        let targets = self.local_target(deps.model.clone())?;
        let deployer = Deployer::new(self.deploying_ground(targets.clone())?);
        let agents: Arc<dyn AgentInvoker> = Arc::new(tdev_agents::all(deps.clone()).with(deployer));
        later.fill(&agents);
        Ok(Minds {
            deps,
            invokers: Invokers { components, agents },
            targets,
        })
    }

    fn runner(&self, model: Option<Arc<dyn LanguageModel>>) -> Result<Arc<dyn ComponentInvoker>> {
        let home = self.home()?;
        let manifest = &self.config.manifest;
        let builtins = Builtins {
            root: self.config.root.clone(),
            permissions: manifest.permissions.clone(),
            settings: manifest.components.clone(),
            secrets: Arc::new(EnvSecrets::of(&self.config.root)),
            artifacts: self.artifacts()?,
            clock: self.clock(),
        };
        let usual = Quota::default();
        let limits = &manifest.limits;
        let bytes = |given: Option<u64>, unit: usize| {
            given.and_then(|n| usize::try_from(n).ok()?.checked_mul(unit))
        };
        let quota = Quota {
            time: limits.time_seconds.map_or(usual.time, Duration::from_secs),
            memory: bytes(limits.memory_mib, 1 << 20).unwrap_or(usual.memory),
            output: bytes(limits.output_kib, 1 << 10).unwrap_or(usual.output),
        };
        Ok(Arc::new(Runner::new(
            self.config.project(),
            home.registry(),
            builtins,
            config::interpreters(),
            quota,
            Mind {
                model,
                sessions: Some(home.sessions()),
            },
        )))
    }
}
