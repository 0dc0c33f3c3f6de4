//! Stored workflows: versions are only ever added.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};
use tdev_core::component::VersionId;
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::WorkflowStore;
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error, Result};

use super::{Database, body, text};
use crate::fault::Failed;

#[async_trait]
impl WorkflowStore for Database {
    async fn list(&self) -> Result<Vec<Arc<Workflow>>> {
        self.read(|conn| {
            let mut newest = conn.prepare_cached(
                "SELECT body, max(version) FROM workflows GROUP BY id ORDER BY id",
            )?;
            let bodies = newest.query_map([], |row| row.get::<_, String>(0))?;
            bodies
                .map(|text| Ok(Arc::new(body("workflow", &text?)?)))
                .collect()
        })
        .await
    }

    async fn get(&self, id: &str, version: Option<VersionId>) -> Result<Arc<Workflow>> {
        let id = id.to_owned();
        self.read(move |conn| {
            let found: Option<String> = conn
                .prepare_cached(
                    "SELECT body FROM workflows WHERE id = ?1 AND (?2 IS NULL OR version = ?2)
                     ORDER BY version DESC LIMIT 1",
                )?
                .query_row((&id, version.map(|v| v.0)), |row| row.get(0))
                .optional()?;
            match found {
                Some(text) => Ok(Arc::new(body("workflow", &text)?)),
                None => Err(unknown(conn, &id, version)?.into()),
            }
        })
        .await
    }

    async fn put(&self, workflow: Workflow) -> Result<Arc<Workflow>> {
        if workflow.id.is_empty() {
            return Err(
                Error::new(Code::InvalidWorkflow, "a stored workflow needs an id")
                    .field("id")
                    .hint("give it `id`, lowercase words joined by `-`"),
            );
        }
        let now = self.clock().now();
        self.write(move |conn| next_version(conn, workflow, now))
            .await
    }
}

fn next_version(
    conn: &Connection,
    mut workflow: Workflow,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Arc<Workflow>, Failed> {
    let newest: Option<String> = conn
        .prepare_cached("SELECT body FROM workflows WHERE id = ?1 ORDER BY version DESC LIMIT 1")?
        .query_row([&workflow.id], |row| row.get(0))
        .optional()?;
    workflow.version_id = VersionId::default();
    if let Some(text) = newest {
        let newest: Workflow = body("workflow", &text)?;
        let same = Workflow {
            version_id: newest.version_id,
            created_at: newest.created_at,
            ..workflow.clone()
        };
        if same == newest {
            return Ok(Arc::new(newest));
        }
        workflow.version_id = newest.version_id.next();
    }
    workflow.created_at = Some(now);
    conn.prepare_cached("INSERT INTO workflows (id, version, body) VALUES (?1, ?2, ?3)")?
        .execute((&workflow.id, workflow.version_id.0, text(&workflow)?))?;
    Ok(Arc::new(workflow))
}

fn unknown(conn: &Connection, id: &str, version: Option<VersionId>) -> Result<Error, Failed> {
    let mut statement =
        conn.prepare_cached("SELECT id, max(version) FROM workflows GROUP BY id")?;
    let ids = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))
    })?;
    let ids = ids.collect::<rusqlite::Result<Vec<_>>>()?;
    let newest = ids
        .iter()
        .find(|(known, _)| known == id)
        .map(|(_, newest)| VersionId(*newest));
    Ok(match (version, newest) {
        (Some(version), Some(newest)) => Error::new(
            Code::WorkflowNotFound,
            format!("no workflow `{id}@{version}`"),
        )
        .hint(format!("the newest is `{id}@{newest}`")),
        _ => Error::new(Code::WorkflowNotFound, format!("no workflow `{id}`")).hint_opt(
            did_you_mean(id, ids.iter().map(|(known, _)| known.as_str())),
        ),
    })
}
