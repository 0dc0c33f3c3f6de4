//! Goals of which the library covers only a part, through the real state machine and sandbox: the
//! other part is written, and the plan made again contains it; what nobody can write is told.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::run::RunStatus;

use crate::workshop::{Equipment, Workshop};

/// The components of a finished run's steps, in order.
fn steps(run: &Value) -> Vec<String> {
    let steps = run["plan"]["workflow"]["steps"].as_array();
    let names = steps
        .into_iter()
        .flatten()
        .filter_map(|s| s["agent"].as_str());
    names
        .map(|name| name.split('@').next().unwrap_or(name).to_owned())
        .collect()
}

const POST: &str = "Out now: #spring and #garden, says the HQ in its FAQ";

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_a_family_can_write_is_written_and_the_goal_reached() {
    let workshop = Workshop::new(Equipment::default());
    let run = workshop
        .drive(json!({
            "goal": "Count the words of the text and extract the hashtags",
            "inputs": {"text": POST},
        }))
        .await;
    assert_eq!(run.status, RunStatus::Succeeded, "{:?}", run.error);
    let output = run.output.unwrap();
    let made = workshop.generated().await;
    assert_eq!(made.len(), 1, "{made:?}");
    assert!(steps(&output).contains(&made[0]), "{output}");
    let result = output["result"].to_string();
    assert!(
        result.contains("#spring") && result.contains("#garden"),
        "{result}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn several_parts_of_one_plan_are_written_together() {
    let workshop = Workshop::new(Equipment::default());
    let run = workshop
        .drive(json!({
            "goal": "Count the words of the text, extract the hashtags and extract the acronyms",
            "inputs": {"text": POST},
        }))
        .await;
    assert_eq!(run.status, RunStatus::Succeeded, "{:?}", run.error);
    let output = run.output.unwrap();
    let made = workshop.generated().await;
    assert_eq!(made.len(), 2, "{made:?}");
    let result = output["result"].to_string();
    assert!(
        result.contains("#spring") && result.contains("FAQ"),
        "{result}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_nobody_can_write_ends_the_run_with_its_name_and_what_is_near() {
    let workshop = Workshop::new(Equipment::default());
    let run = workshop
        .drive(json!({
            "goal": "Summarize the text, extract the hashtags and sing them to the cat",
            "inputs": {"text": POST},
        }))
        .await;
    let error = run.error.unwrap();
    assert_eq!(error.code, Code::CapabilityMissing);
    assert!(error.message.contains("sing them to the cat"), "{error}");
    assert!(error.hint.is_some(), "{error}");
    assert!(workshop.generated().await.is_empty());
}
