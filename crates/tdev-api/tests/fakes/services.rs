//! Services in memory, and a target that answers as it is told.

use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::json;
use tdev_core::ports::{
    AuditEntry, AuditFilter, AuditStore, CallFilter, CallRequest, ServiceLog, ServiceStore, Target,
};
use tdev_core::service::{CallKind, Sealed, Service, ServiceAnswer, ServiceCall, ServiceVersion};
use tdev_core::{Code, Error, Result};

use super::noon;

/// Everything about services in one place.
#[derive(Default)]
pub(crate) struct Hall {
    pub(crate) services: Mutex<Vec<Service>>,
    pub(crate) calls: Mutex<Vec<ServiceCall>>,
    pub(crate) lines: Mutex<Vec<AuditEntry>>,
    /// What the next call fails with.
    pub(crate) fails: Mutex<Option<Error>>,
}

impl Hall {
    /// A service as the store has it.
    pub(crate) fn has(&self, record: serde_json::Value) -> Service {
        let service: Service = serde_json::from_value(record).unwrap();
        self.services.lock().unwrap().push(service.clone());
        service
    }
}

#[async_trait]
impl ServiceStore for Hall {
    async fn list(&self) -> Result<Vec<Service>> {
        Ok(self.services.lock().unwrap().clone())
    }

    async fn get(&self, id: &str) -> Result<Service> {
        let held = self.services.lock().unwrap();
        let found = held.iter().find(|service| service.service_id == id);
        found
            .cloned()
            .ok_or_else(|| Error::new(Code::ServiceNotFound, format!("no service `{id}`")))
    }

    async fn put(&self, _: Service, _: &AuditEntry) -> Result<Service> {
        unreachable!("the API changes services through the deployer alone")
    }

    async fn remove(&self, _: &Service, _: &AuditEntry) -> Result<()> {
        unreachable!("the API changes services through the deployer alone")
    }
}

#[async_trait]
impl ServiceLog for Hall {
    async fn record(&self, call: &ServiceCall) -> Result<()> {
        self.calls.lock().unwrap().push(call.clone());
        Ok(())
    }

    async fn calls(
        &self,
        service: &str,
        filter: &CallFilter,
        limit: usize,
    ) -> Result<Vec<ServiceCall>> {
        let held = self.calls.lock().unwrap();
        let mut found: Vec<ServiceCall> = held
            .iter()
            .filter(|call| call.service_id == service && filter.admits(call))
            .cloned()
            .collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        let from = found.len().saturating_sub(limit);
        Ok(found.split_off(from))
    }
}

#[async_trait]
impl AuditStore for Hall {
    async fn append(&self, entry: &AuditEntry) -> Result<()> {
        self.lines.lock().unwrap().push(entry.clone());
        Ok(())
    }

    async fn list(
        &self,
        filter: &AuditFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<AuditEntry>, Option<String>)> {
        let held = self.lines.lock().unwrap();
        let before = cursor.and_then(|c| c.parse().ok()).unwrap_or(held.len());
        let mut rest = held.iter().enumerate().take(before).rev();
        let admitted: Vec<_> = rest
            .by_ref()
            .filter(|(_, l)| filter.admits(l))
            .take(limit)
            .collect();
        let last = admitted.last().map(|(at, _)| *at).filter(|at| *at > 0);
        let next = last
            .filter(|_| rest.next().is_some())
            .map(|at| at.to_string());
        Ok((admitted.into_iter().map(|(_, l)| l.clone()).collect(), next))
    }
}

#[async_trait]
impl Target for Hall {
    async fn admit(&self, _: &Sealed) -> Result<()> {
        Ok(())
    }

    async fn store(&self, _: &Sealed) -> Result<()> {
        Ok(())
    }

    async fn install(&self, _: &str, _: &ServiceVersion) -> Result<()> {
        Ok(())
    }

    async fn invoke(&self, call: CallRequest) -> Result<ServiceAnswer> {
        let fails = self.fails.lock().unwrap().clone();
        let version = call.version.version_id;
        let answer = ServiceAnswer {
            output: fails.map_or_else(|| Ok(json!({"by": version, "got": call.input})), Err),
            refused: false,
            trace: Vec::new(),
            duration_ms: 1.5,
        };
        self.record(&ServiceCall {
            id: call.id,
            service_id: call.service_id,
            version_id: version,
            kind: CallKind::Live,
            at: noon(),
            duration_ms: answer.duration_ms,
            refused: false,
            error: answer.output.as_ref().err().cloned(),
            steps: Vec::new(),
        })
        .await?;
        Ok(answer)
    }

    async fn shift(&self, _: &Service) -> Result<()> {
        Ok(())
    }

    async fn remove(&self, _: &str, _: &ServiceVersion) -> Result<()> {
        Ok(())
    }
}
