//! The plans of runs that succeeded, kept apart from the runs: traces and events would have to be
//! read with them.

use async_trait::async_trait;
use rusqlite::Connection;
use tdev_core::Result;
use tdev_core::ports::{PastPlan, PastPlans};
use tdev_core::run::Run;

use super::{Database, body};
use crate::fault::Failed;

#[async_trait]
impl PastPlans for Database {
    async fn after(&self, place: i64, limit: usize) -> Result<Vec<PastPlan>> {
        self.read(move |conn| {
            let mut newest = conn.prepare_cached(
                "SELECT place, run_id, goal, workflow FROM past_plans WHERE place > ?1
                 ORDER BY place DESC LIMIT ?2",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = newest.query_map((place, limit), |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get::<_, String>(3)?,
                ))
            })?;
            let mut plans = rows
                .map(|row| {
                    let (place, run_id, goal, workflow) = row?;
                    Ok(PastPlan {
                        place,
                        run_id,
                        goal,
                        workflow: body("past plan", &workflow)?,
                    })
                })
                .collect::<Result<Vec<_>, Failed>>()?;
            plans.reverse();
            Ok(plans)
        })
        .await
    }
}

/// Keeps the plan of a run that just succeeded by one.
pub(super) fn keep(conn: &Connection, run: &Run) -> Result<(), Failed> {
    let Some((goal, plan)) = run.proven_plan() else {
        return Ok(());
    };
    conn.prepare_cached(
        "INSERT INTO past_plans (run_id, goal, workflow) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
    )?
    .execute((&run.id, goal, plan.to_string()))?;
    Ok(())
}
