//! The record of one service: its versions, who answers its calls, and what is being done to it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::request::{By, Strategy, TargetKind};
use crate::component::VersionId;
use crate::{Code, Error};

/// One service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// Its id, unique in the project.
    pub service_id: String,
    /// The project that owns it.
    pub project: String,
    /// Counted up by every write; a write is conditional on the one that was read.
    pub revision: u64,
    /// How it stands.
    pub status: ServiceStatus,
    /// Where it runs.
    pub target: TargetKind,
    /// The workflow of the version that answers, `id@v1`.
    pub workflow_id: String,
    /// The components of that version, by name.
    pub agents: Vec<String>,
    /// Who answers its calls; the shares add up to 100, or there are none.
    pub traffic: Vec<Share>,
    /// Its versions, oldest first.
    pub versions: Vec<ServiceVersion>,
    /// The number of the newest version there ever was.
    pub newest: u32,
    /// The version that answered before: what a rollback goes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<VersionId>,
    /// The deployment under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploying: Option<Claim>,
    /// The last deployment that failed, until one succeeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<Failure>,
    /// When it was first deployed.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// How a service stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceStatus {
    /// Its first version is on its way; nothing answers yet.
    Deploying,
    /// It answers.
    Active,
}

/// A version's share of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The version.
    pub version_id: VersionId,
    /// Of a hundred calls.
    pub percent: u8,
}

/// One version of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceVersion {
    /// Counted up by each deployment, never used twice.
    pub version_id: VersionId,
    /// The SHA-256 of its definition, which is the artifact of that hash.
    pub definition: String,
    /// The workflow, `id@v1`.
    pub workflow_id: String,
    /// Its components, by name.
    pub agents: Vec<String>,
    /// Where it stands.
    pub state: VersionState,
    /// The deployment that made it: the run of that id.
    pub deployment_id: String,
    /// How calls came to it.
    pub strategy: Strategy,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who asked for it.
    pub by: By,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionState {
    /// On its way: a deployment has it in hand.
    Installing,
    /// Ready beside the one that answers.
    Standby,
    /// It answers calls.
    Active,
    /// Kept, not ready: a rollback makes it ready again.
    Retired,
}

/// A deployment under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The run.
    pub deployment_id: String,
    /// The version it makes.
    pub version_id: VersionId,
    /// Who answered before it began.
    pub before: Vec<Share>,
    /// When it began.
    pub since: DateTime<Utc>,
    /// When calls were given to the new version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shifted_at: Option<DateTime<Utc>>,
    /// Who asked for it.
    pub by: By,
}

/// A deployment that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The run.
    pub deployment_id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The stage that failed.
    pub stage: String,
    /// Why, in plain words, and what to do.
    pub error: Error,
}

impl Service {
    /// The version of that id.
    pub fn version(&self, version_id: VersionId) -> Option<&ServiceVersion> {
        self.versions.iter().find(|v| v.version_id == version_id)
    }

    /// The version that answers most calls.
    pub fn main(&self) -> Option<&ServiceVersion> {
        let share = self
            .traffic
            .iter()
            .rev()
            .max_by_key(|share| share.percent)?;
        self.version(share.version_id)
    }

    /// Of a hundred calls, how many a version answers.
    pub fn percent(&self, version_id: VersionId) -> u8 {
        self.traffic
            .iter()
            .find(|share| share.version_id == version_id)
            .map_or(0, |share| share.percent)
    }

    /// What is said where a version is not there.
    pub fn no_version(&self, version_id: VersionId) -> Error {
        let known: Vec<String> = self
            .versions
            .iter()
            .map(|v| format!("`{}`", v.version_id))
            .collect();
        Error::new(
            Code::ServiceNotFound,
            format!("`{}` has no version `{version_id}`", self.service_id),
        )
        .field("to")
        .hint(format!("it has {}", known.join(", ")))
    }
}
