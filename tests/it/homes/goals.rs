//! From a goal, a specification or code to a result.

use serde_json::{Value, json};

use super::home::{Home, fresh};
use super::sources;
use crate::flagship::{GOAL, SECOND};

pub(super) fn a_goal_whose_agent_is_missing_ends_with_it_written_tested_and_run(home: &Home) {
    let goal = json!({"goal": GOAL, "inputs": {"image": home.file("badge.png", "image/png")}});
    let run = home.orchestrate(&goal);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let result = &run["output"]["result"];
    assert!(result.to_string().contains("mira.okafor"), "{run:#}");
    let generated = run["output"]["generated"][0].as_str().unwrap();
    assert_eq!(generated, "QrCodeResolverAgent");
    let component = home.get(&format!("/api/components/{generated}"));
    assert_eq!(
        (component.status, &component.body["status"]),
        (200, &json!("experimental"))
    );
    // The same once more finds it.
    let again = home.orchestrate(&goal);
    assert_eq!(again["output"]["result"], *result, "{again:#}");
    let versions = home.get(&format!("/api/components/{generated}/versions"));
    assert_eq!(versions.body["items"].as_array().unwrap().len(), 1);
}

pub(super) fn a_list_a_loop_a_pair_and_a_condition_run_over_real_files(home: &Home) {
    let run = home.orchestrate(&json!({"goal": SECOND}));
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let result = run["output"]["result"].as_object().unwrap();
    assert_eq!(result.len(), 3, "languages, keywords and summaries");
    for list in result.values() {
        assert_eq!(list.as_array().unwrap().len(), 6, "{run:#}");
    }
    let languages = result["language_detector"].to_string();
    for language in ["en", "fr", "de", "es", "ja"] {
        assert!(
            languages.contains(&format!("\"{language}\"")),
            "{languages}"
        );
    }
}

pub(super) fn a_plan_under_the_threshold_is_refined_and_kept_for_a_person(home: &Home) {
    let goal = json!({
        "goal": "Detect the language of the text", "threshold": 100, "max_rounds": 3,
        "inputs": {"text": "Guten Morgen, wie geht es dir heute?"}
    });
    let run = home.orchestrate(&goal);
    assert_eq!(run["status"], "needs_review", "{run:#}");
    let output = &run["output"];
    assert_eq!(output["rounds"], 3, "{run:#}");
    assert!(output["evaluation"]["score"].as_f64().unwrap() < 100.0);
    assert!(output["plan"]["workflow"]["steps"][0]["agent"].is_string());
    assert_eq!(
        (&output["result"], &output["trace"]),
        (&Value::Null, &json!([]))
    );
    // Who waits is told that a person must decide, and which run keeps the plan.
    let told = home.post("/api/orchestrate", &[("prefer", "wait=20")], &goal);
    assert_eq!(
        (told.status, &told.body["code"]),
        (409, &json!("NeedsReview"))
    );
    assert!(told.body["run_id"].is_string(), "{told:?}");
}

pub(super) fn a_specification_becomes_a_component_that_holds_on_unseen_input(home: &Home) {
    // Nobody else's spices lie there.
    let shelf = fresh("");
    let spec = json!({
        "type": "tool", "goal": format!("Look up the shelf of a spice: saffron = 3, cumin = {shelf}, sumac = 9"),
        "input": {"key": "string"}, "output": {"shelf": "string"},
        "examples": [{"input": {"key": "cumin"}, "output": {"shelf": shelf}}]
    });
    let run = home.run("/api/generate", &spec);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let made = run["output"]["result"].clone();
    assert_eq!(made["reused"], false, "{run:#}");
    let name = made["name"].as_str().unwrap();
    let tried = home.post(
        &format!("/api/components/{name}/invoke"),
        &[],
        &json!({"key": "sumac"}),
    );
    assert_eq!(tried.body["output"], json!({"shelf": "9"}), "{tried:?}");
    let again = home.run("/api/generate", &spec);
    assert_eq!(again["output"]["result"]["name"], *name, "{again:#}");
    assert_eq!(again["output"]["result"]["reused"], true, "{again:#}");
}

pub(super) fn code_alone_is_classified(home: &Home) {
    let name = fresh("Shouter");
    let source = sources::of_text(&name, &["return {'text': text.upper()}"]);
    let run = home.orchestrate(&json!({"code": source}));
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let found = &run["output"]["result"];
    assert_eq!(
        (&found["name"], &found["component_type"]),
        (&json!(name), &json!("tool"))
    );
    // It was read, not kept.
    assert_eq!(home.get(&format!("/api/components/{name}")).status, 404);
}

pub(super) fn code_with_a_goal_is_registered_and_used(home: &Home) {
    let name = fresh("Backwards");
    let source = format!(
        "from tdev import tool\n\n\n@tool(name=\"{name}\", description=\"Spell the word backwards\", input={{\"word\": \"string\"}}, output={{\"spelled\": \"string\"}})\nclass {name}:\n    def run(self, word: str) -> dict:\n        return {{'spelled': word[::-1]}}\n"
    );
    let run = home.orchestrate(&json!({
        "goal": "Spell the word backwards", "code": source, "inputs": {"word": "drawer"}
    }));
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert!(
        run["output"]["result"].to_string().contains("reward"),
        "{run:#}"
    );
    assert_eq!(run["output"]["trace"][0]["agent"], format!("{name}@v1"));
}
