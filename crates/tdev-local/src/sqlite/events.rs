//! Events of runs: read in order, waited for without asking again and again.

use std::time::Duration;

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::ports::EventStore;
use tdev_core::run::RunEvent;

use super::{Database, body};

#[async_trait]
impl EventStore for Database {
    async fn after(&self, run_id: &str, seq: i64, limit: usize) -> Result<Vec<RunEvent>> {
        let run_id = run_id.to_owned();
        self.read(move |conn| {
            let mut page = conn.prepare_cached(
                "SELECT seq, body FROM run_events WHERE run_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = page.query_map((run_id, seq, limit), |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (seq, text) = row?;
                Ok(RunEvent { seq, ..body("event", &text)? })
            })
            .collect()
        })
        .await
    }

    async fn wait(&self, run_id: &str, seq: i64, patience: Duration) -> Result<()> {
        let mut changes = self.changes();
        let watch = async {
            while !self.has_news(run_id, seq).await? {
                self.changed(&mut changes).await;
            }
            Ok(())
        };
        // Running out of patience is an ordinary way to end.
        tokio::time::timeout(patience, watch)
            .await
            .unwrap_or(Ok(()))
    }
}

impl Database {
    async fn has_news(&self, run_id: &str, seq: i64) -> Result<bool> {
        let run_id = run_id.to_owned();
        self.read(move |conn| {
            let mut news = conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM run_events WHERE run_id = ?1 AND seq > ?2)
                     OR EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND status <> 'running')",
            )?;
            Ok(news.query_row((run_id, seq), |row| row.get(0))?)
        })
        .await
    }
}
