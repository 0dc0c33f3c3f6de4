//! The history of tests, by component.

use async_trait::async_trait;
use tdev_core::Result;
use tdev_core::agent_io::TestRun;
use tdev_core::ports::TestRunStore;

use super::{Database, body, text};

#[async_trait]
impl TestRunStore for Database {
    async fn record(&self, run: &TestRun) -> Result<()> {
        let (id, component, body) = (run.id.clone(), run.component.clone(), text(run)?);
        self.write(move |conn| {
            let name = component.split('@').next().unwrap_or(&component);
            conn.prepare_cached(
                "INSERT INTO test_runs (id, name, component, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            )?
            .execute((&id, name, &component, &body))?;
            Ok(())
        })
        .await
    }

    async fn of(&self, component: &str, limit: usize) -> Result<Vec<TestRun>> {
        let component = component.to_owned();
        self.read(move |conn| {
            let name = component.split('@').next().unwrap_or(&component);
            let mut newest = conn.prepare_cached(
                "SELECT body FROM test_runs WHERE name = ?1 AND (?2 = ?1 OR component = ?2)
                 ORDER BY place DESC LIMIT ?3",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let bodies =
                newest.query_map((name, &component, limit), |row| row.get::<_, String>(0))?;
            bodies.map(|text| body("test run", &text?)).collect()
        })
        .await
    }
}
