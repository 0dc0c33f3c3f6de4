//! Deployed services: their records, their calls, and the places they run in.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::audit::AuditEntry;
use crate::component::VersionId;
use crate::service::{
    CallKind, Metrics, Sealed, Service, ServiceAnswer, ServiceCall, ServiceVersion, TargetKind,
};
use crate::{Code, Error, Result};

/// Services by id. Every write is conditional on the revision that was read, and stands together
/// with its line of the audit or not at all.
#[async_trait]
pub trait ServiceStore: Send + Sync {
    /// All of them, by id.
    async fn list(&self) -> Result<Vec<Service>>;

    /// One service.
    ///
    /// # Errors
    /// `ServiceNotFound` with the nearest id.
    async fn get(&self, id: &str) -> Result<Service>;

    /// Stores a record whose `revision` is the one that was read, 0 for a new one, and returns it
    /// with the next.
    ///
    /// # Errors
    /// `Conflict` where somebody else wrote it first.
    async fn put(&self, service: Service, audit: &AuditEntry) -> Result<Service>;

    /// Takes away a record as it was read, with all that is kept of its calls.
    ///
    /// # Errors
    /// `Conflict` where somebody else wrote it first; `ServiceNotFound`.
    async fn remove(&self, service: &Service, audit: &AuditEntry) -> Result<()>;
}

/// Which calls of a service.
#[derive(Debug, Clone, Default)]
pub struct CallFilter {
    /// Only those a version answered.
    pub version_id: Option<VersionId>,
    /// Only those of this kind.
    pub kind: Option<CallKind>,
    /// Only those that began then or later.
    pub since: Option<DateTime<Utc>>,
    /// Only those after the call of this id, in the order of their ids.
    pub after: Option<String>,
}

impl CallFilter {
    /// Whether a call is let through.
    pub fn admits(&self, call: &ServiceCall) -> bool {
        self.version_id.is_none_or(|v| v == call.version_id)
            && self.kind.is_none_or(|k| k == call.kind)
            && self.since.is_none_or(|since| call.at >= since)
            && self.after.as_ref().is_none_or(|after| call.id > *after)
    }
}

/// What is kept of the calls of services.
#[async_trait]
pub trait ServiceLog: Send + Sync {
    /// Keeps a call; the same id again replaces it.
    async fn record(&self, call: &ServiceCall) -> Result<()>;

    /// The newest calls of a service that the filter lets through, oldest first.
    async fn calls(
        &self,
        service: &str,
        filter: &CallFilter,
        limit: usize,
    ) -> Result<Vec<ServiceCall>>;
}

/// The most calls metrics are made of.
const MEASURED: usize = 10_000;

/// What the calls of a service come to, of the newest ten thousand.
///
/// # Errors
/// Those of the log.
pub async fn measured(log: &dyn ServiceLog, service: &str, filter: &CallFilter) -> Result<Metrics> {
    let calls = log.calls(service, filter, MEASURED).await?;
    Ok(Metrics::of(&calls))
}

/// One call to be answered by one version.
#[derive(Debug, Clone)]
pub struct CallRequest {
    /// Its time-ordered id.
    pub id: String,
    /// The service.
    pub service_id: String,
    /// The version.
    pub version: ServiceVersion,
    /// The input: an object of fields.
    pub input: serde_json::Map<String, serde_json::Value>,
    /// Why it is called.
    pub kind: CallKind,
}

/// A place that services run in. Everything it is asked may be asked again.
#[async_trait]
pub trait Target: Send + Sync {
    /// Whether a definition could run there: its secrets are set, its runtimes are there.
    ///
    /// # Errors
    /// `SecretNotFound`, `InterpreterMissing`, `Unsupported`, naming what to do.
    async fn admit(&self, sealed: &Sealed) -> Result<()>;

    /// Puts what it takes to run a definition where the place finds it.
    async fn store(&self, sealed: &Sealed) -> Result<()>;

    /// Makes a version ready to be called.
    async fn install(&self, service: &str, version: &ServiceVersion) -> Result<()>;

    /// Calls a version, and keeps what came of it in the log.
    ///
    /// # Errors
    /// Only what kept the place from being reached; a failed call is an answer.
    async fn invoke(&self, call: CallRequest) -> Result<ServiceAnswer>;

    /// Gives calls to versions as the record says.
    async fn shift(&self, service: &Service) -> Result<()>;

    /// Lets go of a version. One that is not there is passed over.
    async fn remove(&self, service: &str, version: &ServiceVersion) -> Result<()>;
}

/// The places a home has.
#[derive(Clone, Default)]
pub struct Targets(BTreeMap<TargetKind, Arc<dyn Target>>);

impl Targets {
    /// Adds one.
    #[must_use]
    pub fn with(mut self, kind: TargetKind, target: Arc<dyn Target>) -> Self {
        self.0.insert(kind, target);
        self
    }

    /// The place of that kind.
    ///
    /// # Errors
    /// `Unsupported`, naming those there are.
    pub fn of(&self, kind: TargetKind) -> Result<&Arc<dyn Target>> {
        self.0.get(&kind).ok_or_else(|| {
            let known: Vec<&str> = self.0.keys().map(|kind| kind.as_str()).collect();
            let error = Error::new(
                Code::Unsupported,
                format!("services cannot be deployed to {} from here", kind.as_str()),
            )
            .field("target");
            if known.is_empty() {
                error.hint("deploy with `tdev` on your machine, to the target local")
            } else {
                error.hint(format!("targets here: {}", known.join(", ")))
            }
        })
    }
}
