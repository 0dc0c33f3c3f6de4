//! Ports that live in memory, and a client for the router over them.

mod client;
mod doers;
mod history;
mod ledger;
mod orchestrator;
mod services;
mod store;

use std::sync::Arc;

use axum::Router;
use chrono::{DateTime, TimeZone, Utc};
use serde_json::{Value, json};
use tdev_api::{Deployments, ServerOptions, Services, router};
use tdev_core::component::Component;
use tdev_core::ports::{Clock, Registry, Revision, Targets};
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};
use tdev_core::service::TargetKind;

pub(crate) use client::Call;
pub(crate) use doers::{Agents, Components};
pub(crate) use orchestrator::{Driven, Script};
pub(crate) use services::Hall;
pub(crate) use store::Store;

/// A whole home in memory with its router.
pub(crate) struct World {
    pub(crate) app: Router,
    pub(crate) store: Arc<Store>,
    pub(crate) agents: Arc<Agents>,
    pub(crate) components: Arc<Components>,
    pub(crate) script: Arc<Script>,
    pub(crate) hall: Arc<Hall>,
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        noon()
    }
}

/// The moment at which all of this happens.
pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 2, 12, 0, 0).unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(ServerOptions::default()).await
    }

    pub(crate) async fn with(options: ServerOptions) -> Self {
        let store = Arc::new(Store::default());
        let agents = Arc::new(Agents::default());
        let components = Arc::new(Components::default());
        let script = Arc::new(Script::new(Arc::clone(&store)));
        for record in [
            json!({"name": "EchoTool", "type": "tool", "reusability": "A", "tags": ["text"],
                "description": "Says it again", "class_path": "tools.echo.EchoTool",
                "input_schema": {"text": "string"}, "output_schema": {"text": "string"}}),
            json!({"name": "UpperTool", "type": "tool", "reusability": "A",
                "description": "Says it louder", "class_path": "tools.upper.UpperTool",
                "input_schema": {"text": "string"}, "output_schema": {"text": "string"}}),
            json!({"name": "SummarizerAgent", "type": "agent", "brain_count": 1,
                "description": "Says less", "class_path": "agents.summarizer.SummarizerAgent",
                "tools": ["EchoTool"],
                "input_schema": {"text": "string"}, "output_schema": {"summary": "string"}}),
        ] {
            let component: Component = serde_json::from_value(record).unwrap();
            store.put(component, Revision::New).await.unwrap();
        }
        let hall = Arc::new(Hall::default());
        let services = Services {
            registry: store.clone(),
            artifacts: store.clone(),
            workflows: store.clone(),
            runs: store.clone(),
            events: store.clone(),
            ledger: store.clone(),
            approvals: store.clone(),
            test_runs: store.clone(),
            agents: agents.clone(),
            components: components.clone(),
            orchestrator: script.clone(),
            deployments: Deployments {
                services: hall.clone(),
                log: hall.clone(),
                targets: Targets::default().with(TargetKind::Local, hall.clone()),
                audit: hall.clone(),
            },
            clock: Arc::new(Noon),
            project: "demo".into(),
        };
        Self {
            app: router(services, options),
            store,
            agents,
            components,
            script,
            hall,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        Call::new(&self.app, "GET", path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Call {
        Call::new(&self.app, "POST", path).json(&body)
    }

    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        Call::new(&self.app, method, path)
    }

    /// A run that is stored already.
    pub(crate) fn has_run(&self, id: &str, project: &str, status: RunStatus) -> Run {
        let run = Run {
            id: id.into(),
            project: project.into(),
            kind: RunKind::Orchestrate,
            status,
            request: RunRequest {
                goal: Some("say hello".into()),
                ..RunRequest::default()
            },
            started_at: noon(),
            redrives: 0,
            ended_at: None,
            output: None,
            error: None,
        };
        self.store.set_run(run.clone());
        run
    }
}

/// A workflow of one step.
pub(crate) fn echo_flow(id: &str) -> Value {
    json!({"id": id, "input_schema": {"text": "string"},
        "steps": [{"id": "echo", "agent": "EchoTool", "input": {"text": "${input.text}"}}]})
}
