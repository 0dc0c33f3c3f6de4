//! One project's place in AWS: hands out the adapters.

use std::sync::Arc;

use aws_config::SdkConfig;
use tdev_core::component::Component;
use tdev_core::ports::{
    AgentInvoker, ApprovalStore, ArtifactStore, AuditStore, Clock, ComponentInvoker, Engine,
    EventStore, Ledger, Orchestrator, PastPlans, Registry, RunStore, ServiceLog, ServiceStore,
    SessionStore, TestRunStore, VectorStore, WorkflowStore,
};
use tdev_core::{Code, Error, Result};

use crate::connect::{Unmade, unmade};
use crate::dynamo::{
    Approvals, Audit, Charges, Components, Runs, Services, Sessions, Shelf, Tables, TestRuns,
    Vectors, Workflows,
};
use crate::lambda::{Functions, LambdaAgents, LambdaComponents};
use crate::s3::Artifacts;
use crate::step_functions::{
    Conductor, Executions, Followed, History, Machines, Parting, Workshop,
};

/// The longest name of a project, in bytes.
const LONGEST_NAME: usize = 100;

/// The stores of one project. Making one asks AWS nothing.
#[derive(Clone)]
pub struct Home {
    dynamo: aws_sdk_dynamodb::Client,
    sfn: aws_sdk_sfn::Client,
    lambda: Unmade<aws_sdk_lambda::Client>,
    tables: Tables,
    artifacts: Arc<dyn ArtifactStore>,
    project: String,
    clock: Arc<dyn Clock>,
}

impl Home {
    /// The home of a project in the tables of a stack and its bucket of artifacts.
    ///
    /// # Errors
    /// `InvalidInput` for a name that could reach beyond the project's keys.
    pub fn of(
        sdk: &SdkConfig,
        tables: Tables,
        bucket: &str,
        project: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if project.is_empty() || project.len() > LONGEST_NAME || !project.chars().all(plain) {
            return Err(Error::new(
                Code::InvalidInput,
                format!("`{project}` is not the name of a project"),
            )
            .field("project")
            .hint("use letters, digits, `-`, `_` and `.`, at most 100 of them"));
        }
        let s3 = unmade(sdk, aws_sdk_s3::Client::new);
        Ok(Self {
            dynamo: aws_sdk_dynamodb::Client::new(sdk),
            sfn: aws_sdk_sfn::Client::new(sdk),
            lambda: unmade(sdk, aws_sdk_lambda::Client::new),
            tables,
            artifacts: Arc::new(Artifacts::new(s3, bucket, project)),
            project: project.to_owned(),
            clock,
        })
    }

    fn shelf(&self, table: &str) -> Shelf {
        Shelf::new(
            self.dynamo.clone(),
            table,
            &self.project,
            Arc::clone(&self.artifacts),
        )
    }

    fn stored_runs(&self) -> Runs {
        Runs::new(self.shelf(&self.tables.runs), Arc::clone(&self.clock))
    }

    /// Components, over a read-only base layer.
    pub fn registry(&self, base: Vec<Component>) -> Arc<dyn Registry> {
        let shelf = self.shelf(&self.tables.components);
        Arc::new(Components::new(shelf, base, Arc::clone(&self.clock)))
    }

    /// Stored workflows.
    pub fn workflows(&self) -> Arc<dyn WorkflowStore> {
        let shelf = self.shelf(&self.tables.workflows);
        Arc::new(Workflows::new(shelf, Arc::clone(&self.clock)))
    }

    /// Runs as they are stored, for what runs inside of them.
    pub fn runs(&self) -> Arc<dyn RunStore> {
        Arc::new(self.stored_runs())
    }

    /// Questions to people.
    pub fn approvals(&self) -> Arc<dyn ApprovalStore> {
        let shelf = self.shelf(&self.tables.approvals);
        Arc::new(Approvals::new(
            shelf,
            self.stored_runs(),
            Arc::clone(&self.clock),
        ))
    }

    /// The history of tests.
    pub fn test_runs(&self) -> Arc<dyn TestRunStore> {
        Arc::new(TestRuns::new(self.shelf(&self.tables.test_runs)))
    }

    /// What components mean.
    pub fn vectors(&self) -> Arc<dyn VectorStore> {
        Arc::new(Vectors::new(self.shelf(&self.tables.vectors)))
    }

    /// What worked before.
    pub fn past_plans(&self) -> Arc<dyn PastPlans> {
        Arc::new(self.stored_runs())
    }

    /// What prompt components remember.
    pub fn sessions(&self) -> Arc<dyn SessionStore> {
        Arc::new(Sessions::new(self.shelf(&self.tables.sessions)))
    }

    /// What runs spent on language models.
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::new(Charges::new(self.shelf(&self.tables.charges)))
    }

    fn lines(&self) -> Audit {
        Audit::new(self.shelf(&self.tables.audit))
    }

    fn deployed(&self) -> Services {
        Services::new(self.shelf(&self.tables.services), self.lines())
    }

    /// Deployed services.
    pub fn services(&self) -> Arc<dyn ServiceStore> {
        Arc::new(self.deployed())
    }

    /// What is kept of their calls.
    pub fn service_log(&self) -> Arc<dyn ServiceLog> {
        Arc::new(self.deployed())
    }

    /// Who changed what.
    pub fn audit(&self) -> Arc<dyn AuditStore> {
        Arc::new(self.lines())
    }

    /// Sources and files.
    pub fn artifacts(&self) -> Arc<dyn ArtifactStore> {
        Arc::clone(&self.artifacts)
    }

    fn executions(&self, machines: &Machines) -> Executions {
        Executions::new(
            self.sfn.clone(),
            machines.clone(),
            self.stored_runs(),
            Arc::clone(&self.clock),
        )
    }

    /// Runs as they stand now, in the executions of these state machines.
    pub fn followed_runs(&self, machines: &Machines) -> Arc<dyn RunStore> {
        Arc::new(Followed(self.executions(machines)))
    }

    /// Events of runs, from the history of their executions.
    pub fn events(&self, machines: &Machines) -> Arc<dyn EventStore> {
        Arc::new(History::new(Followed(self.executions(machines))))
    }

    /// What drives runs.
    pub fn orchestrator(&self, machines: &Machines) -> Arc<dyn Orchestrator> {
        Arc::new(Conductor::new(self.executions(machines), self.approvals()))
    }

    /// An engine that runs what `inside` can, and has the rest run as executions of their own.
    pub fn parting(&self, inside: Arc<dyn Engine>, workshop: Workshop) -> Arc<dyn Engine> {
        Arc::new(Parting {
            inside,
            client: self.sfn.clone(),
            workshop,
            project: self.project.clone(),
        })
    }

    /// Core agents, by the functions of a stack.
    pub fn agents(&self, stack: &str) -> Arc<dyn AgentInvoker> {
        Arc::new(LambdaAgents(Functions::new(
            Arc::clone(&self.lambda),
            stack,
        )))
    }

    /// Components, by the function of a stack that runs them.
    pub fn components(&self, stack: &str) -> Arc<dyn ComponentInvoker> {
        Arc::new(LambdaComponents(Functions::new(
            Arc::clone(&self.lambda),
            stack,
        )))
    }
}
