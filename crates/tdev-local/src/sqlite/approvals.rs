//! Questions that wait for a person: asked once, answered once.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};
use tdev_core::ports::ApprovalStore;
use tdev_core::run::{Answer, Approval};
use tdev_core::{Code, Error, Result};

use super::{Database, body, text};
use crate::fault::Failed;

#[async_trait]
impl ApprovalStore for Database {
    async fn ask(&self, approval: Approval) -> Result<Approval> {
        self.write(move |conn| {
            if let Some(first) = find(conn, &approval.id)? {
                return Ok(first);
            }
            conn.prepare_cached(
                "INSERT INTO approvals (id, run_id, answered, body) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((
                &approval.id,
                &approval.run_id,
                approval.answer.is_some(),
                text(&approval)?,
            ))?;
            Ok(approval)
        })
        .await
    }

    async fn get(&self, id: &str) -> Result<Approval> {
        let id = id.to_owned();
        self.read(move |conn| find(conn, &id)?.ok_or_else(|| unknown(&id).into()))
            .await
    }

    async fn open(&self) -> Result<Vec<Approval>> {
        self.read(|conn| {
            // What a run that has ended asked concerns nobody any more.
            let mut open = conn.prepare_cached(
                "SELECT approvals.body FROM approvals LEFT JOIN runs ON runs.id = approvals.run_id
                 WHERE answered = 0 AND ifnull(runs.status, 'running') = 'running'
                 ORDER BY approvals.place",
            )?;
            let bodies = open.query_map([], |row| row.get::<_, String>(0))?;
            bodies.map(|text| body("approval", &text?)).collect()
        })
        .await
    }

    async fn answer(&self, id: &str, answer: Answer) -> Result<Approval> {
        let (id, now) = (id.to_owned(), self.clock().now());
        self.write(move |conn| {
            let mut approval = find(conn, &id)?.ok_or_else(|| unknown(&id))?;
            approval.answerable(now)?;
            let ended: bool = conn
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND status <> 'running')",
                )?
                .query_row([&approval.run_id], |row| row.get(0))?;
            if ended {
                return Err(Error::new(
                    Code::Conflict,
                    format!("run `{}` has ended", approval.run_id),
                )
                .into());
            }
            approval.answer = Some(answer);
            conn.prepare_cached("UPDATE approvals SET answered = 1, body = ?2 WHERE id = ?1")?
                .execute((&id, text(&approval)?))?;
            Ok(approval)
        })
        .await
    }
}

fn find(conn: &Connection, id: &str) -> Result<Option<Approval>, Failed> {
    let found: Option<String> = conn
        .prepare_cached("SELECT body FROM approvals WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    found.map(|text| body("approval", &text)).transpose()
}

fn unknown(id: &str) -> Error {
    Error::new(Code::ApprovalNotFound, format!("no approval `{id}`"))
}
