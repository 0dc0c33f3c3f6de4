//! Ports kept in memory, for tests only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tdev_agents::Deps;
use tdev_agents::retrieval::Retriever;
use tdev_core::agent_io::TestRun;
use tdev_core::component::{Component, ComponentRef, VersionId};
use tdev_core::ports::{
    ApprovalStore, ArtifactStore, Clock, ComponentInvoker, Engine, EngineOutcome, EngineRequest,
    Filter, Invocation, PastPlan, PastPlans, Registry, Revision, Scope, TestRunStore,
    WorkflowStore,
};
use tdev_core::run::{Answer, Approval};
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error, Result};

use crate::retrieval::Kept;

type Behaviour = Box<dyn Fn(&Value) -> Result<Value> + Send + Sync>;

/// Everything a core agent may touch, in memory.
#[derive(Default)]
pub(crate) struct Fakes {
    components: BTreeMap<String, Arc<Component>>,
    behaviours: BTreeMap<String, Behaviour>,
    test_runs: Mutex<Vec<TestRun>>,
    past: Vec<PastPlan>,
    workflows: Vec<Arc<Workflow>>,
    pub(crate) calls: Mutex<Vec<Invocation>>,
    /// The names of the executions the engine was asked to run.
    pub(crate) executions: Mutex<Vec<String>>,
}

/// A stable builtin tool.
pub(crate) fn component(name: &str, description: &str, input: Value, output: Value) -> Component {
    serde_json::from_value(json!({
        "name": name, "type": "tool", "description": description, "input_schema": input, "output_schema": output,
        "runtime": "builtin", "reusability": "A", "status": "stable",
    }))
    .unwrap()
}

impl Fakes {
    pub(crate) fn with(components: impl IntoIterator<Item = Component>) -> Self {
        let components = components
            .into_iter()
            .map(|c| (c.name.clone(), Arc::new(c)))
            .collect();
        Self {
            components,
            ..Self::default()
        }
    }

    /// What a component does when it is called.
    #[must_use]
    pub(crate) fn doing(
        mut self,
        name: &str,
        behaviour: impl Fn(&Value) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        self.behaviours.insert(name.into(), Box::new(behaviour));
        self
    }

    #[must_use]
    pub(crate) fn tested(self, run: TestRun) -> Self {
        self.test_runs.lock().unwrap().push(run);
        self
    }

    /// A run that reached a goal by a plan.
    #[must_use]
    pub(crate) fn solved(mut self, goal: &str, workflow: Workflow) -> Self {
        let place = self.past.len() as i64 + 1;
        self.past.push(PastPlan {
            place,
            run_id: format!("r{place}"),
            goal: goal.into(),
            workflow,
        });
        self
    }

    /// A stored workflow.
    #[must_use]
    pub(crate) fn storing(mut self, workflow: Workflow) -> Self {
        self.workflows.push(Arc::new(workflow));
        self
    }

    pub(crate) fn deps(self) -> Deps {
        Self::shared(&Arc::new(self))
    }

    pub(crate) fn shared(all: &Arc<Self>) -> Deps {
        Deps {
            registry: all.clone(),
            artifacts: all.clone(),
            workflows: all.clone(),
            past: all.clone(),
            test_runs: all.clone(),
            approvals: all.clone(),
            components: all.clone(),
            engine: all.clone(),
            retriever: Arc::new(Retriever::new(
                Err(Error::new(Code::FileNotFound, "there is no model here")),
                Arc::new(Kept::default()),
            )),
            model: None,
            clock: all.clone(),
        }
    }
}

#[async_trait]
impl Registry for Fakes {
    async fn list(&self, _: &Filter) -> Result<Vec<Arc<Component>>> {
        Ok(self.components.values().cloned().collect())
    }

    async fn get(&self, reference: &ComponentRef) -> Result<Arc<Component>> {
        self.components
            .get(&reference.name)
            .cloned()
            .ok_or_else(|| {
                Error::new(
                    Code::ComponentNotFound,
                    format!("no component named `{}`", reference.name),
                )
            })
    }

    async fn versions(&self, name: &str) -> Result<Vec<Arc<Component>>> {
        Ok(self.components.get(name).cloned().into_iter().collect())
    }

    async fn put(&self, _: Component, _: Revision) -> Result<Arc<Component>> {
        Err(Error::new(Code::Unsupported, "not in these tests"))
    }

    async fn remove(&self, _: &str) -> Result<()> {
        Err(Error::new(Code::Unsupported, "not in these tests"))
    }
}

#[async_trait]
impl ComponentInvoker for Fakes {
    async fn invoke(&self, invocation: Invocation) -> Result<Value> {
        let component = Registry::get(self, &invocation.component).await?;
        self.calls.lock().unwrap().push(invocation.clone());
        self.try_out(&component, invocation.input, invocation.scope)
            .await
    }

    async fn try_out(&self, component: &Component, input: Value, _: Scope) -> Result<Value> {
        component.input_schema.check(&input)?;
        let output = match self.behaviours.get(&component.name) {
            Some(behaviour) => behaviour(&input)?,
            None => json!({}),
        };
        component.output_schema.check(&output)?;
        Ok(output)
    }
}

#[async_trait]
impl PastPlans for Fakes {
    async fn after(&self, place: i64, limit: usize) -> Result<Vec<PastPlan>> {
        let new: Vec<PastPlan> = self
            .past
            .iter()
            .filter(|p| p.place > place)
            .cloned()
            .collect();
        Ok(new.into_iter().rev().take(limit).rev().collect())
    }
}

#[async_trait]
impl TestRunStore for Fakes {
    async fn record(&self, run: &TestRun) -> Result<()> {
        self.test_runs.lock().unwrap().push(run.clone());
        Ok(())
    }

    async fn of(&self, component: &str, limit: usize) -> Result<Vec<TestRun>> {
        let name = |text: &str| text.split('@').next().unwrap_or_default().to_owned();
        let runs = self.test_runs.lock().unwrap();
        Ok(runs
            .iter()
            .rev()
            .filter(|run| name(&run.component) == name(component))
            .take(limit)
            .cloned()
            .collect())
    }
}

#[async_trait]
impl WorkflowStore for Fakes {
    async fn list(&self) -> Result<Vec<Arc<Workflow>>> {
        Ok(self.workflows.clone())
    }

    async fn get(&self, id: &str, _: Option<VersionId>) -> Result<Arc<Workflow>> {
        Err(Error::new(
            Code::WorkflowNotFound,
            format!("no workflow `{id}`"),
        ))
    }

    async fn put(&self, workflow: Workflow) -> Result<Arc<Workflow>> {
        Ok(Arc::new(workflow))
    }
}

#[async_trait]
impl ArtifactStore for Fakes {
    async fn put(&self, _: &[u8]) -> Result<String> {
        Err(Error::new(Code::Unsupported, "not in these tests"))
    }

    async fn get(&self, hash: &str) -> Result<Vec<u8>> {
        Err(Error::new(
            Code::ArtifactNotFound,
            format!("no artifact `{hash}`"),
        ))
    }
}

#[async_trait]
impl ApprovalStore for Fakes {
    async fn ask(&self, approval: Approval) -> Result<Approval> {
        Ok(approval)
    }

    async fn get(&self, id: &str) -> Result<Approval> {
        Err(Error::new(
            Code::ApprovalNotFound,
            format!("no approval `{id}`"),
        ))
    }

    async fn open(&self) -> Result<Vec<Approval>> {
        Ok(Vec::new())
    }

    async fn answer(&self, id: &str, _: Answer) -> Result<Approval> {
        Err(Error::new(
            Code::ApprovalNotFound,
            format!("no approval `{id}`"),
        ))
    }
}

#[async_trait]
impl Engine for Fakes {
    async fn run(&self, request: EngineRequest) -> Result<EngineOutcome> {
        self.executions.lock().unwrap().push(request.execution);
        Ok(EngineOutcome {
            output: Ok(Value::Null),
            trace: Vec::new(),
        })
    }
}

impl Clock for Fakes {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }
}
