//! Every change of a service's record: pure, each with what must hold for it.

use chrono::{DateTime, Utc};

use super::record::{Claim, Failure, Service, ServiceStatus, ServiceVersion, Share, VersionState};
use super::request::{DeployRequest, Strategy};
use super::sealed::Sealed;
use crate::component::VersionId;
use crate::{Code, Error, Result};

/// What a deployment that failed leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Undone {
    /// The record as it is put back; none where there was nothing before.
    pub service: Option<Service>,
    /// The version that is taken away.
    pub removed: Option<ServiceVersion>,
}

/// What a deployment that succeeded leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// The record.
    pub service: Service,
    /// Versions that need not be kept ready any more.
    pub retired: Vec<ServiceVersion>,
}

impl Service {
    /// A service nobody deployed yet.
    pub fn new(request: &DeployRequest, project: &str, now: DateTime<Utc>) -> Self {
        Self {
            service_id: request.service_id.clone(),
            project: project.to_owned(),
            revision: 0,
            status: ServiceStatus::Deploying,
            target: request.target,
            workflow_id: String::new(),
            agents: Vec::new(),
            traffic: Vec::new(),
            versions: Vec::new(),
            newest: 0,
            previous: None,
            deploying: None,
            last_failure: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The record once a deployment has it in hand. Claiming again by the same deployment changes
    /// nothing.
    ///
    /// # Errors
    /// `Conflict` where another deployment has it, naming it; or where it runs elsewhere.
    pub fn claimed(
        mut self,
        deployment_id: &str,
        sealed: &Sealed,
        request: &DeployRequest,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        if let Some(claim) = &self.deploying {
            if claim.deployment_id == deployment_id {
                return Ok(self);
            }
            return Err(self.taken(claim));
        }
        if self.target != request.target {
            return Err(Error::new(
                Code::Conflict,
                format!(
                    "`{}` runs on {}, and this deployment is for {}",
                    self.service_id,
                    self.target.as_str(),
                    request.target.as_str()
                ),
            )
            .field("target")
            .hint("delete it first, or deploy under another service id"));
        }
        let definition = sealed.definition();
        let version_id = VersionId(self.newest + 1);
        self.newest = version_id.0;
        self.versions.push(ServiceVersion {
            version_id,
            definition: sealed.hash().to_owned(),
            workflow_id: definition.workflow_ref(),
            agents: definition.agents(),
            state: VersionState::Installing,
            deployment_id: deployment_id.to_owned(),
            strategy: request.strategy,
            created_at: now,
            by: request.by.clone(),
        });
        self.deploying = Some(Claim {
            deployment_id: deployment_id.to_owned(),
            version_id,
            before: self.traffic.clone(),
            since: now,
            shifted_at: None,
            by: request.by.clone(),
        });
        self.updated_at = now;
        Ok(self)
    }

    /// The claim of a deployment.
    ///
    /// # Errors
    /// `Conflict` where it is not, or no longer, that deployment's.
    pub fn claim_of(&self, deployment_id: &str) -> Result<&Claim> {
        match &self.deploying {
            Some(claim) if claim.deployment_id == deployment_id => Ok(claim),
            Some(claim) => Err(self.taken(claim)),
            None => Err(Error::new(
                Code::Cancelled,
                format!(
                    "the deployment of `{}` was ended by somebody else",
                    self.service_id
                ),
            )),
        }
    }

    /// The record once the new version is given calls. What a person has decided meanwhile stands.
    ///
    /// # Errors
    /// `Conflict` where the claim is another's.
    pub fn shifted(
        mut self,
        deployment_id: &str,
        request: &DeployRequest,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let claim = self.claim_of(deployment_id)?.clone();
        if claim.shifted_at.is_some() {
            return Ok(self);
        }
        let old = self.main().map(|v| v.version_id);
        self.traffic = match (request.strategy, old) {
            (Strategy::BlueGreen, Some(_)) if request.hold => self.traffic,
            (Strategy::Canary, Some(old)) => vec![
                Share {
                    version_id: old,
                    percent: 100 - request.percent,
                },
                Share {
                    version_id: claim.version_id,
                    percent: request.percent,
                },
            ],
            _ => whole(claim.version_id),
        };
        if let Some(claim) = &mut self.deploying {
            claim.shifted_at = Some(now);
        }
        self.settle(now);
        Ok(self)
    }

    /// The record once a canary is given every call.
    ///
    /// # Errors
    /// `Conflict` where the claim is another's.
    pub fn advanced(mut self, deployment_id: &str, now: DateTime<Utc>) -> Result<Self> {
        let version_id = self.claim_of(deployment_id)?.version_id;
        self.traffic = whole(version_id);
        self.settle(now);
        Ok(self)
    }

    /// The record once a deployment is done.
    ///
    /// # Errors
    /// `Conflict` where the claim is another's.
    pub fn finished(
        mut self,
        deployment_id: &str,
        strategy: Strategy,
        now: DateTime<Utc>,
    ) -> Result<Finished> {
        let claim = self.claim_of(deployment_id)?.clone();
        let answers = self.percent(claim.version_id) == 100;
        if answers {
            self.previous = main_of(&claim.before).or(self.previous);
        }
        let mut retired = Vec::new();
        for version in &mut self.versions {
            if version.version_id == claim.version_id && !answers {
                version.state = VersionState::Standby;
            }
            let ready = matches!(version.state, VersionState::Standby | VersionState::Active);
            let older = version.version_id != claim.version_id;
            if answers && older && ready && strategy == Strategy::AllAtOnce {
                version.state = VersionState::Retired;
                retired.push(version.clone());
            }
        }
        self.deploying = None;
        self.last_failure = None;
        self.settle(now);
        Ok(Finished {
            service: self,
            retired,
        })
    }

    /// The record with those answering who answered before a deployment, which still has it in hand.
    ///
    /// # Errors
    /// `Conflict` where the claim is another's.
    pub fn restored(mut self, deployment_id: &str, now: DateTime<Utc>) -> Result<Self> {
        let claim = self.claim_of(deployment_id)?.clone();
        if self.percent(claim.version_id) > 0 {
            self.traffic = claim.before;
            self.settle(now);
        }
        Ok(self)
    }

    /// The record as a failed deployment leaves it: those who answered before answer again, and what
    /// it made is taken away.
    ///
    /// # Errors
    /// `Conflict` where the claim is another's.
    pub fn undone(mut self, deployment_id: &str, failure: Failure) -> Result<Undone> {
        let claim = self.claim_of(deployment_id)?.clone();
        let at = failure.at;
        let place = self
            .versions
            .iter()
            .position(|v| v.version_id == claim.version_id);
        let removed = place.map(|at| self.versions.remove(at));
        if self.percent(claim.version_id) > 0 {
            self.traffic = claim.before;
        }
        self.deploying = None;
        self.last_failure = Some(failure);
        self.settle(at);
        let nothing = self.versions.is_empty();
        Ok(Undone {
            service: (!nothing).then_some(self),
            removed,
        })
    }

    /// The record once a version that is ready, or was, is given every call. While a canary is on
    /// its way this decides it.
    ///
    /// # Errors
    /// `ServiceNotFound` for a version that is not there; `Conflict` where it answers already, or
    /// has not shown yet that it works.
    pub fn pointed(mut self, version_id: VersionId, now: DateTime<Utc>) -> Result<Self> {
        let Some(version) = self.version(version_id) else {
            return Err(self.no_version(version_id));
        };
        if self.percent(version_id) == 100 {
            return Err(Error::new(
                Code::Conflict,
                format!(
                    "{version_id} of `{}` has every call already",
                    self.service_id
                ),
            ));
        }
        if version.state == VersionState::Installing && self.percent(version_id) == 0 {
            return Err(Error::new(
                Code::Conflict,
                format!(
                    "{version_id} of `{}` has not passed its health check yet",
                    self.service_id
                ),
            )
            .hint("wait for its deployment"));
        }
        let canary = self.deploying.is_some();
        if !canary {
            self.previous = self.main().map(|v| v.version_id);
        }
        self.traffic = whole(version_id);
        self.settle(now);
        Ok(self)
    }

    /// The version a rollback without a number goes back to: while a canary is on its way, the one
    /// before it.
    ///
    /// # Errors
    /// `Conflict` where there is none.
    pub fn earlier(&self) -> Result<VersionId> {
        let before = match &self.deploying {
            Some(claim) => main_of(&claim.before),
            None => self.previous.filter(|p| self.version(*p).is_some()),
        };
        before.ok_or_else(|| {
            Error::new(
                Code::Conflict,
                format!("`{}` has no version to go back to", self.service_id),
            )
            .hint("name one with `to`; `tdev status` lists them")
        })
    }

    /// The version a promotion is about: the canary, else the newest that stands by.
    ///
    /// # Errors
    /// `Conflict` where there is none.
    pub fn candidate(&self) -> Result<VersionId> {
        let canary = self.deploying.as_ref().map(|claim| claim.version_id);
        let main = self.main().map(|v| v.version_id);
        let newer = |v: &&ServiceVersion| {
            v.state == VersionState::Standby && main.is_none_or(|main| v.version_id > main)
        };
        canary
            .or_else(|| self.versions.iter().rev().find(newer).map(|v| v.version_id))
            .ok_or_else(|| {
                Error::new(
                    Code::Conflict,
                    format!(
                        "`{}` has no version that waits for promotion",
                        self.service_id
                    ),
                )
                .hint("deploy one with --strategy canary, or blue-green --hold")
            })
    }

    /// Whether the service may be taken away.
    ///
    /// # Errors
    /// `Conflict` while a deployment has it in hand.
    pub fn deletable(&self) -> Result<()> {
        match &self.deploying {
            Some(claim) => Err(self.taken(claim)),
            None => Ok(()),
        }
    }

    fn taken(&self, claim: &Claim) -> Error {
        Error::new(
            Code::Conflict,
            format!(
                "`{}` is being deployed by {} since {} (deployment `{}`)",
                self.service_id,
                if claim.by.who.is_empty() {
                    "somebody"
                } else {
                    &claim.by.who
                },
                claim.since.format("%H:%M:%S UTC"),
                claim.deployment_id
            ),
        )
        .hint("wait for it, or cancel its run, and deploy again")
    }

    /// Brings what follows from the shares up to date.
    fn settle(&mut self, now: DateTime<Utc>) {
        let claimed = self.deploying.as_ref().map(|claim| claim.version_id);
        let traffic = self.traffic.clone();
        for version in &mut self.versions {
            let answers = traffic
                .iter()
                .any(|s| s.version_id == version.version_id && s.percent > 0);
            version.state = match version.state {
                _ if answers && claimed != Some(version.version_id) => VersionState::Active,
                VersionState::Active => VersionState::Standby,
                VersionState::Installing if claimed.is_none() => VersionState::Standby,
                other => other,
            };
        }
        if let Some(main) = self.main().cloned() {
            self.workflow_id = main.workflow_id;
            self.agents = main.agents;
            self.status = ServiceStatus::Active;
        }
        self.updated_at = now;
    }
}

fn whole(version_id: VersionId) -> Vec<Share> {
    vec![Share {
        version_id,
        percent: 100,
    }]
}

fn main_of(traffic: &[Share]) -> Option<VersionId> {
    traffic
        .iter()
        .max_by_key(|share| share.percent)
        .map(|share| share.version_id)
}
