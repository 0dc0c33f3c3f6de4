//! What the deployer is asked: a stage of a deployment, or a change of who answers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tdev_core::component::VersionId;
use tdev_core::service::{By, DeployRequest};
use tdev_core::workflow::Workflow;

/// One call of the deployer. The deployment is the run it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Ask {
    /// What a deployment would do, without doing any of it.
    Plan {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Stores the workflow a run reached its goal by, and asks for its deployment.
    Keep {
        /// What is asked for.
        request: DeployRequest,
        /// The workflow.
        workflow: Box<Workflow>,
        /// What the run was given.
        #[serde(default)]
        inputs: Map<String, Value>,
    },
    /// Makes and keeps the definition.
    Package {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Puts it where its target finds it.
    Store {
        /// What is asked for.
        request: DeployRequest,
        /// The hash of the definition.
        definition: String,
    },
    /// Takes the service in hand, and makes the next version of it.
    Claim {
        /// What is asked for.
        request: DeployRequest,
        /// The hash of the definition.
        definition: String,
    },
    /// Makes the version ready.
    Install {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Calls the version once.
    Check {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Gives it calls.
    Shift {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Judges a canary.
    Watch {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Gives it every call.
    Advance {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Writes down that it is done.
    Record {
        /// What is asked for.
        request: DeployRequest,
    },
    /// Puts everything back as it was.
    Undo {
        /// What is asked for.
        request: DeployRequest,
        /// The stage that failed.
        failed_at: String,
        /// `{"Error", "Cause"}` as the state machine caught it.
        failure: Value,
    },
    /// Tells what failed where it could not be put back.
    Tell {
        /// What is asked for.
        request: DeployRequest,
        /// The stage that failed.
        failed_at: String,
        /// Why, as the state machine caught it.
        failure: Value,
        /// Why it could not be put back.
        undoing: Value,
    },
    /// Gives every call to an earlier version.
    Rollback {
        /// The service.
        service_id: String,
        /// The version; the one that answered before where absent.
        #[serde(default)]
        to: Option<VersionId>,
        /// Who asks.
        by: By,
    },
    /// Gives every call to the version that waits for it.
    Promote {
        /// The service.
        service_id: String,
        /// Who asks.
        by: By,
    },
    /// Takes a service away.
    Delete {
        /// The service.
        service_id: String,
        /// Who asks.
        by: By,
    },
}
