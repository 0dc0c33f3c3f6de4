//! Planning goals over the starter library's own metadata.

use std::path::Path;

use serde_json::{Map, Value, json};
use tdev_agents::planner::Planner;
use tdev_agents::{Agent, Deps};
use tdev_core::agent_io::{Plan, PlanRequest};
use tdev_core::component::Component;
use tdev_core::ports::Scope;
use tdev_core::{Code, Result};

use crate::fakes::Fakes;

/// Every component the program ships with, as its metadata files say.
pub(crate) fn library() -> Vec<Component> {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tdev-runtime");
    let mut components = Vec::new();
    for folder in ["src/builtin", "library/agents", "library/teams"] {
        for entry in std::fs::read_dir(runtime.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "json") {
                let text = std::fs::read_to_string(&path).unwrap();
                components.push(
                    serde_json::from_str(&text)
                        .unwrap_or_else(|e| panic!("{}: {e}", path.display())),
                );
            }
        }
    }
    assert!(components.len() > 25, "the library is found");
    components
}

fn deps() -> Deps {
    Fakes::with(library()).deps()
}

async fn plan(goal: &str, inputs: Value) -> Result<Plan> {
    let inputs: Map<String, Value> = inputs.as_object().cloned().unwrap_or_default();
    Planner::new(deps())
        .run(
            PlanRequest {
                goal: goal.into(),
                inputs,
                ..PlanRequest::default()
            },
            Scope::default(),
        )
        .await
}

fn image() -> Value {
    json!({"artifact": "a".repeat(64), "media_type": "image/png", "name": "badge.png", "size": 500})
}

#[tokio::test]
async fn a_goal_no_agent_covers_becomes_the_spec_of_one_on_two_tools() {
    let plan = plan(
        "Scan the QR image and return the associated username",
        json!({"image": image()}),
    )
    .await
    .unwrap();
    insta::assert_json_snapshot!(plan);
}

#[tokio::test]
async fn a_goal_with_a_list_a_pair_and_a_condition_is_planned_whole() {
    let goal = "List the files in examples/articles, read each file, detect the language and extract the keywords of each text, and if there are more than 3 files, summarize each text";
    let plan = plan(goal, json!({})).await.unwrap();
    insta::assert_json_snapshot!(plan);
}

#[tokio::test]
async fn other_words_for_the_same_need_lead_to_the_same_tools() {
    for goal in [
        "Look up the username behind the QR code on this badge image",
        "Read the QR code in the image and find the username",
        "read the QR code of a badge and find the username of its user",
        "Take a QR image and return the username",
        "scan the QR code and look up the username",
    ] {
        let plan = plan(goal, json!({"image": image()})).await.unwrap();
        let spec = plan
            .missing
            .first()
            .unwrap_or_else(|| panic!("{goal}: {plan:#?}"));
        assert_eq!(spec.tools, ["QrCodeReaderTool", "UserLookupTool"], "{goal}");
        let outputs: Vec<String> = spec
            .output_schema
            .fields()
            .into_iter()
            .map(|f| f.name)
            .collect();
        assert_eq!(outputs, ["username"], "{goal}");
    }
}

#[tokio::test]
async fn a_goal_nothing_covers_says_what_is_near() {
    let error = plan("Brew a pot of coffee", json!({})).await.unwrap_err();
    assert_eq!(error.code, Code::CapabilityMissing);
    insta::assert_snapshot!(error);
}

#[tokio::test]
async fn the_same_goal_gives_the_same_plan() {
    let goal = "Read examples/sales.csv and count the words of it";
    assert_eq!(plan(goal, json!({})).await, plan(goal, json!({})).await);
}

#[tokio::test]
async fn a_part_that_a_family_can_write_becomes_a_spec_and_others_are_told_missing() {
    let text = json!({"text": "Out now: #spring"});
    let goal = "Count the words of the text, extract the hashtags and extract the acronyms";
    let found = plan(goal, text.clone()).await.unwrap();
    let told: Vec<Value> = found
        .missing
        .iter()
        .map(|spec| json!([spec.goal, spec.kind, spec.input_schema]))
        .collect();
    insta::assert_json_snapshot!(told);
    // What names a kind that texts hold is no reason to write an extractor for another deed.
    for goal in [
        "Count the words of the text, extract the hashtags and sing them to the cat",
        "Engrave the hashtags of the text in stone",
    ] {
        let error = plan(goal, text.clone()).await.unwrap_err();
        assert_eq!(error.code, Code::CapabilityMissing, "{goal}");
        assert!(error.hint.is_some(), "{goal}");
    }
}
