//! The audit: lines in the order they came, never changed.

use async_trait::async_trait;
use rusqlite::Connection;
use tdev_core::ports::{AuditEntry, AuditFilter, AuditStore};
use tdev_core::{Code, Error, Result};

use super::{Database, body, text};
use crate::fault::Failed;

/// Adds a line in the transaction of the change it is about.
pub(super) fn add(conn: &Connection, entry: &AuditEntry) -> Result<(), Failed> {
    conn.prepare_cached(
        "INSERT INTO audit (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING",
    )?
    .execute((&entry.id, text(entry)?))?;
    Ok(())
}

#[async_trait]
impl AuditStore for Database {
    async fn append(&self, entry: &AuditEntry) -> Result<()> {
        let entry = entry.clone();
        self.write(move |conn| add(conn, &entry)).await
    }

    async fn list(
        &self,
        filter: &AuditFilter,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<AuditEntry>, Option<String>)> {
        let before: i64 = match cursor {
            None => i64::MAX,
            Some(cursor) => cursor.parse().map_err(|_| {
                Error::new(Code::InvalidInput, "this is not a cursor of this list")
                    .field("cursor")
                    .hint("pass `next_cursor` of the page before, unchanged")
            })?,
        };
        let filter = filter.clone();
        self.read(move |conn| {
            let mut newest = conn.prepare_cached(
                "SELECT place, body FROM audit WHERE place < ?1 ORDER BY place DESC",
            )?;
            let rows = newest.query_map([before], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })?;
            let (mut found, mut last) = (Vec::new(), before);
            for row in rows {
                let (place, text) = row?;
                let entry: AuditEntry = body("line of the audit", &text)?;
                if !filter.admits(&entry) {
                    continue;
                }
                if found.len() >= limit {
                    return Ok((found, Some(last.to_string())));
                }
                found.push(entry);
                last = place;
            }
            Ok((found, None))
        })
        .await
    }
}
