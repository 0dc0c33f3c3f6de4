//! The contract of [`PastPlans`], beside a [`RunStore`] of the same home.

use serde_json::{Value, json};
use tdev_core::ports::{PastPlans, RunStore};
use tdev_core::run::{Run, RunStatus};

use super::run;

/// The whole contract, on an empty store.
pub(crate) async fn suite(runs: &dyn RunStore, past: &dyn PastPlans) {
    assert_eq!(past.after(0, 10).await.unwrap(), []);
    let plan = |id: &str| {
        let step = json!({"id": "read", "agent": "Reader@v1", "input": {"path": id}});
        json!({"plan": {"workflow": {"id": id, "steps": [step]}}, "result": "done"})
    };
    for id in ["p1", "p2", "p3"] {
        end(runs, id, RunStatus::Succeeded, plan(id)).await;
    }
    // What failed, what had no plan and what had an empty one is nothing to learn from.
    end(runs, "p4", RunStatus::Failed, plan("p4")).await;
    end(runs, "p5", RunStatus::Succeeded, json!({"result": 1})).await;
    let empty = json!({"plan": {"workflow": {"id": "p6", "steps": []}}});
    end(runs, "p6", RunStatus::Succeeded, empty).await;

    let all = past.after(0, 10).await.unwrap();
    let ids: Vec<&str> = all.iter().map(|p| p.run_id.as_str()).collect();
    assert_eq!(ids, ["p1", "p2", "p3"]);
    assert!(
        all.iter()
            .all(|p| p.goal == "do it" && p.workflow.steps.len() == 1)
    );
    let newest = past.after(0, 2).await.unwrap();
    assert_eq!(newest, all[1..]);
    assert_eq!(past.after(all[1].place, 10).await.unwrap(), all[2..]);
    assert_eq!(past.after(all[2].place, 10).await.unwrap(), []);
    // Told twice, as a driver that was cut off does, it is kept once.
    let again = Run {
        status: RunStatus::Succeeded,
        ..runs.get("p1").await.unwrap()
    };
    runs.update(&again).await.unwrap();
    assert_eq!(past.after(0, 10).await.unwrap(), all);
}

async fn end(runs: &dyn RunStore, id: &str, status: RunStatus, output: Value) {
    let run = runs.create(run(id), None).await.unwrap();
    runs.update(&Run {
        status,
        output: Some(output),
        ..run
    })
    .await
    .unwrap();
}
