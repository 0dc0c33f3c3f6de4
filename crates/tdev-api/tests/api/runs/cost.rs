//! What a run's language models cost, as the run tells it.

use serde_json::json;
use tdev_core::model::Usage;
use tdev_core::ports::Charge;
use tdev_core::run::RunStatus;

use crate::fakes::World;

fn charge(run_id: &str, step: &str, micro_dollars: u64) -> Charge {
    Charge {
        run_id: run_id.into(),
        key: format!("{run_id}:{step}"),
        step: step.into(),
        model: "gpt-4o".into(),
        usage: Usage {
            input_tokens: 2_310,
            output_tokens: 204,
        },
        micro_dollars,
        priced: true,
        settled: true,
    }
}

#[tokio::test]
async fn a_run_tells_what_each_call_of_a_model_cost_and_all_of_them() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Succeeded);
    world.has_run("r2", "demo", RunStatus::Running);
    let plan = charge("r1", "plan", 7_815);
    let write = charge("r1", "write", 1_200);
    let under_way = Charge {
        settled: false,
        usage: Usage::default(),
        ..charge("r2", "plan", 54_000)
    };
    world
        .store
        .charges
        .lock()
        .unwrap()
        .extend([plan.clone(), under_way, write.clone()]);

    let run = world.get("/api/runs/r1").send().await.ok(200);
    assert_eq!(run["id"], "r1");
    assert_eq!(
        run["cost"],
        json!({"calls": 2, "input_tokens": 4_620, "output_tokens": 408,
            "micro_dollars": 9_015, "settled": true, "priced": true,
            "charges": [plan, write]})
    );
    let run = world.get("/api/runs/r2").send().await.ok(200);
    assert_eq!(run["cost"]["micro_dollars"], 54_000);
    assert_eq!(run["cost"]["settled"], false);
}

#[tokio::test]
async fn a_run_that_asked_no_model_cost_nothing() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Succeeded);
    let run = world.get("/api/runs/r1").send().await.ok(200);
    assert_eq!(
        run["cost"],
        json!({"calls": 0, "input_tokens": 0, "output_tokens": 0, "micro_dollars": 0,
            "settled": true, "priced": true, "charges": []})
    );
}

#[tokio::test]
async fn another_projects_costs_are_not_found_either() {
    let world = World::new().await;
    world.has_run("r1", "other", RunStatus::Succeeded);
    let spent = charge("r1", "plan", 7_815);
    world.store.charges.lock().unwrap().push(spent);
    let reply = world.get("/api/runs/r1").send().await;
    let body = reply.problem(404, "RunNotFound");
    assert!(body.get("cost").is_none(), "{body}");
}
