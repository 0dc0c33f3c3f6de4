//! The plans of runs that succeeded, numbered as they did and kept apart from the runs: outputs and
//! traces would have to be read with them.

use async_trait::async_trait;
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};
use tdev_core::Result;
use tdev_core::ports::{PastPlan, PastPlans};
use tdev_core::run::Run;
use tdev_core::workflow::Workflow;

use super::runs::Runs;
use super::shelf::{Order, Page, Shelf};
use super::{Item, string_in};

/// What the sort keys of plans begin with.
const PLAN: &str = "plan#";

/// A plan as it is stored; its place is its key.
#[derive(Serialize, Deserialize)]
struct Stored<W> {
    run_id: String,
    goal: String,
    workflow: W,
}

/// The newest first, at most so many.
const fn newest(limit: usize) -> Page<'static> {
    Page {
        prefix: PLAN,
        after: None,
        order: Order::Descending,
        limit,
    }
}

fn place_of(sort: &str) -> Option<i64> {
    sort.strip_prefix(PLAN)?.parse().ok()
}

/// The item that keeps the plan of a run that succeeded by one, in the next place. Two who take the
/// same place are told apart by a condition.
pub(super) async fn next_item(shelf: &Shelf, run: &Run) -> Result<Option<Item>> {
    let Some((goal, workflow)) = run.proven_plan() else {
        return Ok(None);
    };
    let last = shelf.sort_keys(newest(1)).await?;
    let place = last.first().and_then(|sort| place_of(sort)).unwrap_or(0) + 1;
    let stored = Stored {
        run_id: run.id.clone(),
        goal: goal.to_owned(),
        workflow,
    };
    let item = shelf.item(&format!("{PLAN}{place:020}"), &stored).await?;
    Ok(Some(item))
}

#[async_trait]
impl PastPlans for Runs {
    async fn after(&self, place: i64, limit: usize) -> Result<Vec<PastPlan>> {
        let shelf = self.shelf();
        let items = shelf.list(newest(limit)).await?;
        let read = items.iter().rev().filter_map(|item| {
            let at = string_in(item, "sk").and_then(place_of)?;
            (at > place).then_some(async move {
                let stored: Stored<Workflow> = shelf.record("past plan", item).await?;
                Ok(PastPlan {
                    place: at,
                    run_id: stored.run_id,
                    goal: stored.goal,
                    workflow: stored.workflow,
                })
            })
        });
        try_join_all(read).await
    }
}
