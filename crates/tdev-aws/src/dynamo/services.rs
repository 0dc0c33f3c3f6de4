//! Deployed services, each written together with its line of the audit, and what is kept of their
//! calls.

use async_trait::async_trait;
use chrono::TimeDelta;
use futures::future::try_join_all;
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::{AuditEntry, CallFilter, ServiceLog, ServiceStore};
use tdev_core::service::{Service, ServiceCall};
use tdev_core::{Code, Error, Result};

use super::audit::Audit;
use super::number;
use super::shelf::{Order, Page, Shelf};
use super::write::{Condition, Write, Written};

/// How long a call is kept.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Calls that are read at once.
const PAGE: usize = 200;

/// Services of one project.
pub(crate) struct Services {
    shelf: Shelf,
    audit: Audit,
}

impl Services {
    pub(crate) const fn new(shelf: Shelf, audit: Audit) -> Self {
        Self { shelf, audit }
    }

    async fn unknown(&self, id: &str) -> Result<Error> {
        let ids = self.shelf.sort_keys(Page::all("service#")).await?;
        let ids = ids.iter().filter_map(|key| key.strip_prefix("service#"));
        Ok(
            Error::new(Code::ServiceNotFound, format!("no service `{id}`"))
                .hint_opt(did_you_mean(id, ids)),
        )
    }
}

fn service_key(id: &str) -> String {
    format!("service#{id}")
}

fn calls_of(service: &str) -> String {
    format!("call#{service}#")
}

fn changed(id: &str) -> Error {
    Error::new(
        Code::Conflict,
        format!("`{id}` was changed by somebody else first"),
    )
    .hint("read it again and repeat the change")
}

/// That the record is the one that was read.
fn as_read(service: &Service) -> Condition {
    match service.revision {
        0 => Condition::absent(),
        revision => Condition::holds("revision = :read").with(":read", number(revision)),
    }
}

#[async_trait]
impl ServiceStore for Services {
    async fn list(&self) -> Result<Vec<Service>> {
        let items = self.shelf.list(Page::all("service#")).await?;
        let read = items.iter().map(|item| self.shelf.record("service", item));
        try_join_all(read).await
    }

    async fn get(&self, id: &str) -> Result<Service> {
        match self.shelf.get(&service_key(id)).await? {
            Some(item) => self.shelf.record("service", &item).await,
            None => Err(self.unknown(id).await?),
        }
    }

    async fn put(&self, service: Service, audit: &AuditEntry) -> Result<Service> {
        let condition = as_read(&service);
        let next = Service {
            revision: service.revision + 1,
            ..service
        };
        let key = service_key(&next.service_id);
        let mut item = self.shelf.item(&key, &next).await?;
        item.insert("revision".to_owned(), number(next.revision));
        let parts = vec![
            self.shelf.part(Write::Put(item, Some(condition)))?,
            self.audit.part(audit).await?,
        ];
        match self.shelf.transact(parts).await? {
            Written::All => Ok(next),
            Written::Nothing(_) => Err(changed(&next.service_id)),
        }
    }

    async fn remove(&self, service: &Service, audit: &AuditEntry) -> Result<()> {
        let id = service.service_id.as_str();
        let key = self.shelf.key(&service_key(id));
        let parts = vec![
            self.shelf
                .part(Write::Delete(key, Some(as_read(service))))?,
            self.audit.part(audit).await?,
        ];
        if self.shelf.transact(parts).await? != Written::All {
            self.get(id).await?;
            return Err(changed(id));
        }
        let calls = self.shelf.sort_keys(Page::all(&calls_of(id))).await?;
        self.shelf.delete_all(calls.into_iter()).await
    }
}

#[async_trait]
impl ServiceLog for Services {
    async fn record(&self, call: &ServiceCall) -> Result<()> {
        let key = format!("{}{}", calls_of(&call.service_id), call.id);
        let mut item = self.shelf.item(&key, call).await?;
        if let Some(forgotten) = call.at.checked_add_signed(KEPT) {
            item.insert("expires_at".to_owned(), number(forgotten.timestamp()));
        }
        self.shelf.put_all(vec![item]).await
    }

    async fn calls(
        &self,
        service: &str,
        filter: &CallFilter,
        limit: usize,
    ) -> Result<Vec<ServiceCall>> {
        let prefix = calls_of(service);
        let mut found = Vec::new();
        let mut last: Option<String> = None;
        loop {
            let page = Page {
                prefix: &prefix,
                after: last.as_deref(),
                order: Order::Descending,
                limit: PAGE,
            };
            let items = self.shelf.list(page).await?;
            let ended = items.len() < PAGE;
            let read = items
                .iter()
                .map(|item| self.shelf.record::<ServiceCall>("call of a service", item));
            for call in try_join_all(read).await? {
                last = Some(format!("{prefix}{}", call.id));
                let older = filter.after.as_ref().is_some_and(|after| call.id <= *after);
                if found.len() >= limit || older {
                    found.reverse();
                    return Ok(found);
                }
                if filter.admits(&call) {
                    found.push(call);
                }
            }
            if ended {
                found.reverse();
                return Ok(found);
            }
        }
    }
}
