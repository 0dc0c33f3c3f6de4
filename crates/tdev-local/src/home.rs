//! One project folder and every adapter on it.

use std::path::Path;
use std::sync::Arc;

use tdev_core::component::Component;
use tdev_core::ports::{
    ApprovalStore, ArtifactStore, AuditStore, Clock, Engine, EventStore, Ledger, Orchestrator,
    PastPlans, Registry, RunStore, ServiceLog, ServiceStore, SessionStore, SystemClock,
    TestRunStore, VectorStore, WorkflowStore,
};
use tdev_core::{Code, Error, Result};

use crate::artifacts::ArtifactFolder;
use crate::engine::{Driver, Invokers, Live, LocalEngine, Mode};
use crate::folder::Folder;
use crate::journals::Journals;
use crate::lease::Leases;
use crate::orchestrator::LocalOrchestrator;
use crate::registry::FileRegistry;
use crate::sqlite::Database;

/// The adapters of one project folder. Cheap to open, cheap to clone; `.tdev/` is made by the
/// first write.
#[derive(Clone)]
pub struct Home {
    live: Live,
    registry: FileRegistry,
    artifacts: ArtifactFolder,
    database: Database,
    journals: Journals,
    leases: Leases,
}

impl Home {
    /// Opens a project folder. `base` are the components that come with the program.
    ///
    /// # Errors
    /// `FileNotFound` where there is no such folder.
    pub fn open(root: &Path, base: Vec<Component>) -> Result<Self> {
        Self::with_clock(root, base, Arc::new(SystemClock))
    }

    /// The same, with time from `clock`.
    ///
    /// # Errors
    /// `FileNotFound` where there is no such folder.
    pub fn with_clock(root: &Path, base: Vec<Component>, clock: Arc<dyn Clock>) -> Result<Self> {
        if !root.is_dir() {
            return Err(Error::new(
                Code::FileNotFound,
                format!("there is no folder `{}`", root.display()),
            ));
        }
        let folder = Folder::of(root);
        let database = Database::new(folder.clone(), Arc::clone(&clock));
        Ok(Self {
            registry: FileRegistry::new(folder.clone(), base, clock),
            artifacts: ArtifactFolder::new(folder.clone()),
            journals: Journals::new(folder.clone(), database.clone()),
            leases: Leases::new(folder),
            database,
            live: Live::default(),
        })
    }

    /// Components.
    pub fn registry(&self) -> Arc<dyn Registry> {
        Arc::new(self.registry.clone())
    }

    /// Sources and files.
    pub fn artifacts(&self) -> Arc<dyn ArtifactStore> {
        Arc::new(self.artifacts.clone())
    }

    /// Stored workflows.
    pub fn workflows(&self) -> Arc<dyn WorkflowStore> {
        Arc::new(self.database.clone())
    }

    /// Runs.
    pub fn runs(&self) -> Arc<dyn RunStore> {
        Arc::new(self.database.clone())
    }

    /// The plans of those that succeeded.
    pub fn past_plans(&self) -> Arc<dyn PastPlans> {
        Arc::new(self.database.clone())
    }

    /// Their events.
    pub fn events(&self) -> Arc<dyn EventStore> {
        Arc::new(self.database.clone())
    }

    /// Questions that wait for a person.
    pub fn approvals(&self) -> Arc<dyn ApprovalStore> {
        Arc::new(self.database.clone())
    }

    /// The history of tests.
    pub fn test_runs(&self) -> Arc<dyn TestRunStore> {
        Arc::new(self.database.clone())
    }

    /// What prompt components remember.
    pub fn sessions(&self) -> Arc<dyn SessionStore> {
        Arc::new(self.database.clone())
    }

    /// What components mean, by their revision.
    pub fn vectors(&self) -> Arc<dyn VectorStore> {
        Arc::new(self.database.clone())
    }

    /// What runs spent on language models.
    pub fn ledger(&self) -> Arc<dyn Ledger> {
        Arc::new(self.database.clone())
    }

    /// Deployed services.
    pub fn services(&self) -> Arc<dyn ServiceStore> {
        Arc::new(self.database.clone())
    }

    /// What is kept of their calls.
    pub fn service_log(&self) -> Arc<dyn ServiceLog> {
        Arc::new(self.database.clone())
    }

    /// Who changed what.
    pub fn audit(&self) -> Arc<dyn AuditStore> {
        Arc::new(self.database.clone())
    }

    /// An engine whose executions survive this process.
    pub fn engine(&self, invokers: Invokers) -> Arc<dyn Engine> {
        Arc::new(LocalEngine::new(self.driver(invokers), Mode::Standard))
    }

    /// An engine that runs in memory.
    pub fn express_engine(&self, invokers: Invokers) -> Arc<dyn Engine> {
        Arc::new(LocalEngine::new(self.driver(invokers), Mode::Express))
    }

    /// An orchestrator by the state machine in `definition`, the text of `orchestrate.asl.json`
    /// or of the file the project names instead.
    ///
    /// # Errors
    /// `InvalidStateMachine` naming the first fault.
    pub fn orchestrator(
        &self,
        definition: &str,
        invokers: Invokers,
    ) -> Result<Arc<dyn Orchestrator>> {
        let driver = self.driver(invokers);
        Ok(Arc::new(LocalOrchestrator::new(driver, definition)?))
    }

    fn driver(&self, invokers: Invokers) -> Arc<Driver> {
        Arc::new(Driver::new(
            self.database.clone(),
            self.journals.clone(),
            self.leases.clone(),
            self.live.clone(),
            invokers,
        ))
    }
}
