//! Deployed services and what is kept of their calls.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::{AuditEntry, CallFilter, ServiceLog, ServiceStore};
use tdev_core::service::{Service, ServiceCall};
use tdev_core::{Code, Error, Result};

use super::{Database, audit, body, text};
use crate::fault::Failed;

/// Calls of one service that are kept.
const KEPT: u32 = 20_000;

#[async_trait]
impl ServiceStore for Database {
    async fn list(&self) -> Result<Vec<Service>> {
        self.read(|conn| {
            let mut all = conn.prepare_cached("SELECT body FROM services ORDER BY id")?;
            let bodies = all.query_map([], |row| row.get::<_, String>(0))?;
            bodies.map(|text| body("service", &text?)).collect()
        })
        .await
    }

    async fn get(&self, id: &str) -> Result<Service> {
        let id = id.to_owned();
        self.read(move |conn| match find(conn, &id)? {
            Some(service) => Ok(service),
            None => Err(unknown(conn, &id)?.into()),
        })
        .await
    }

    async fn put(&self, service: Service, audit: &AuditEntry) -> Result<Service> {
        let entry = audit.clone();
        self.write(move |conn| {
            let there = find(conn, &service.service_id)?.map_or(0, |found| found.revision);
            if there != service.revision {
                return Err(changed(&service.service_id).into());
            }
            let next = Service {
                revision: there + 1,
                ..service
            };
            conn.prepare_cached(
                "INSERT INTO services (id, body) VALUES (?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            )?
            .execute((&next.service_id, text(&next)?))?;
            audit::add(conn, &entry)?;
            Ok(next)
        })
        .await
    }

    async fn remove(&self, service: &Service, audit: &AuditEntry) -> Result<()> {
        let (id, read, entry) = (service.service_id.clone(), service.revision, audit.clone());
        self.write(move |conn| {
            let Some(there) = find(conn, &id)? else {
                return Err(unknown(conn, &id)?.into());
            };
            if there.revision != read {
                return Err(changed(&id).into());
            }
            conn.prepare_cached("DELETE FROM services WHERE id = ?1")?
                .execute([&id])?;
            conn.prepare_cached("DELETE FROM service_calls WHERE service = ?1")?
                .execute([&id])?;
            audit::add(conn, &entry)?;
            Ok(())
        })
        .await
    }
}

#[async_trait]
impl ServiceLog for Database {
    async fn record(&self, call: &ServiceCall) -> Result<()> {
        let (id, service, body) = (call.id.clone(), call.service_id.clone(), text(call)?);
        self.write(move |conn| {
            conn.prepare_cached(
                "INSERT INTO service_calls (service, id, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (service, id) DO UPDATE SET body = excluded.body",
            )?
            .execute((&service, &id, &body))?;
            conn.prepare_cached(
                "DELETE FROM service_calls WHERE service = ?1 AND id <= (
                   SELECT id FROM service_calls WHERE service = ?1
                   ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute((&service, KEPT))?;
            Ok(())
        })
        .await
    }

    async fn calls(
        &self,
        service: &str,
        filter: &CallFilter,
        limit: usize,
    ) -> Result<Vec<ServiceCall>> {
        let (service, filter) = (service.to_owned(), filter.clone());
        self.read(move |conn| {
            let mut newest = conn.prepare_cached(
                "SELECT body FROM service_calls WHERE service = ?1 AND id > ?2 ORDER BY id DESC",
            )?;
            let after = filter.after.clone().unwrap_or_default();
            let bodies = newest.query_map((&service, &after), |row| row.get::<_, String>(0))?;
            let mut found = Vec::new();
            for text in bodies {
                let call: ServiceCall = body("call of a service", &text?)?;
                if filter.admits(&call) {
                    found.push(call);
                }
                if found.len() >= limit {
                    break;
                }
            }
            found.reverse();
            Ok(found)
        })
        .await
    }
}

fn find(conn: &Connection, id: &str) -> Result<Option<Service>, Failed> {
    let found: Option<String> = conn
        .prepare_cached("SELECT body FROM services WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    found.map(|text| body("service", &text)).transpose()
}

fn changed(id: &str) -> Error {
    Error::new(
        Code::Conflict,
        format!("`{id}` was changed by somebody else first"),
    )
    .hint("read it again and repeat the change")
}

fn unknown(conn: &Connection, id: &str) -> Result<Error, Failed> {
    let mut statement = conn.prepare_cached("SELECT id FROM services")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
    let ids = ids.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(
        Error::new(Code::ServiceNotFound, format!("no service `{id}`"))
            .hint_opt(did_you_mean(id, ids.iter().map(String::as_str))),
    )
}
