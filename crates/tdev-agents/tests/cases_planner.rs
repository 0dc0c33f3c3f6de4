//! Planning by what worked: past runs and stored workflows are cases that similar goals reuse.

use serde_json::{Value, json};
use tdev_agents::Agent;
use tdev_agents::planner::Planner;
use tdev_core::agent_io::{Plan, PlanRequest};
use tdev_core::component::{Component, Status};
use tdev_core::ports::Scope;
use tdev_core::workflow::{Action, Workflow};
use tdev_core::{Code, Result};

use crate::fakes::{Fakes, component};

/// A shop's tools; no description says "restock" or "shelf", which is how people there speak.
fn shop() -> Vec<Component> {
    let agent = |name: &str, description: &str, input: Value, output: Value| Component {
        kind: tdev_core::component::Kind::Agent,
        brain_count: 1,
        ..component(name, description, input, output)
    };
    vec![
        agent(
            "InventoryAgent",
            "Counts the stock of a warehouse",
            json!({"warehouse": "string"}),
            json!({"stock": "integer"}),
        ),
        agent(
            "PurchaseAgent",
            "Orders goods from a supplier",
            json!({"stock": "integer"}),
            json!({"order_id": "string"}),
        ),
        agent(
            "TranslatorAgent",
            "Translates a text",
            json!({"text": "string"}),
            json!({"translation": "string"}),
        ),
    ]
}

fn restocking() -> Workflow {
    serde_json::from_value(json!({
        "id": "restocking", "description": "Refill the empty shelves of 'Porto'",
        "steps": [
            {"id": "count", "agent": "InventoryAgent@v1", "input": {"warehouse": "Porto"}},
            {"id": "buy", "agent": "PurchaseAgent@v1", "input": {"stock": "${count.stock}"}},
        ],
        "output": "${buy.order_id}",
    }))
    .unwrap()
}

async fn plan(fakes: Fakes, goal: &str) -> Result<Plan> {
    let request = PlanRequest {
        goal: goal.into(),
        ..PlanRequest::default()
    };
    Planner::new(fakes.deps())
        .run(request, Scope::default())
        .await
}

fn components(plan: &Plan) -> Vec<&str> {
    let calls = plan
        .workflow
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Call { component, .. } => Some(component.name.as_str()),
            _ => None,
        });
    calls.collect()
}

const LIKE_IT: &str = "Please refill all shelves that are empty in the shop of 'Lyon'";

#[tokio::test]
async fn a_goal_like_one_that_was_reached_is_planned_the_same_way_with_its_own_values() {
    let fresh = plan(Fakes::with(shop()), LIKE_IT).await.unwrap_err();
    assert_eq!(
        fresh.code,
        Code::CapabilityMissing,
        "without the past: {fresh}"
    );
    let fakes = Fakes::with(shop()).solved("Refill the empty shelves of 'Porto'", restocking());
    let plan = plan(fakes, LIKE_IT).await.unwrap();
    assert_eq!(components(&plan), ["InventoryAgent", "PurchaseAgent"]);
    insta::assert_json_snapshot!(plan);
}

#[tokio::test]
async fn a_stored_workflow_counts_as_what_worked() {
    let plan = plan(Fakes::with(shop()).storing(restocking()), LIKE_IT)
        .await
        .unwrap();
    assert_eq!(components(&plan), ["InventoryAgent", "PurchaseAgent"]);
    assert!(
        plan.rationale.contains("workflow `restocking@v1`"),
        "{}",
        plan.rationale
    );
}

#[tokio::test]
async fn a_past_plan_whose_component_may_not_be_used_any_more_is_no_plan() {
    for status in [
        Status::Deprecated,
        Status::Disabled,
        Status::Retired,
        Status::Experimental,
    ] {
        let mut components = shop();
        components[1].status = status;
        let fakes =
            Fakes::with(components).solved("Refill the empty shelves of 'Porto'", restocking());
        let error = plan(fakes, LIKE_IT).await.unwrap_err();
        assert_eq!(error.code, Code::CapabilityMissing, "{status:?}");
    }
}

#[tokio::test]
async fn a_goal_that_only_shares_a_word_is_not_answered_from_the_past() {
    let fakes = Fakes::with(shop()).solved("Refill the empty shelves of 'Porto'", restocking());
    let error = plan(fakes, "Paint the shelves green").await.unwrap_err();
    assert_eq!(error.code, Code::CapabilityMissing);
}

#[tokio::test]
async fn what_is_planned_well_without_the_past_stays_as_it_is() {
    let goal = "Translate the text 'hello'";
    let before = plan(Fakes::with(shop()), goal).await.unwrap();
    let fakes = Fakes::with(shop()).solved("Refill the empty shelves of 'Porto'", restocking());
    assert_eq!(plan(fakes, goal).await.unwrap(), before);
}

#[tokio::test]
async fn the_same_history_gives_the_same_plan() {
    let fakes = || {
        Fakes::with(shop())
            .solved("Refill the empty shelves of 'Porto'", restocking())
            .solved("Fill up every empty shelf of 'Nice'", restocking())
    };
    assert_eq!(
        plan(fakes(), LIKE_IT).await.unwrap(),
        plan(fakes(), LIKE_IT).await.unwrap()
    );
}
