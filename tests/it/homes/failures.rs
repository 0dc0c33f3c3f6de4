//! Failure in each agent, by natural means: each ends the run by its own code, in the agent's words.

use serde_json::{Value, json};

use super::home::{Home, fresh};
use super::sources;

/// The error of a run that failed.
fn error(run: &Value) -> &Value {
    assert_eq!(run["status"], "failed", "{run:#}");
    assert!(run["error"]["message"].is_string(), "{run:#}");
    &run["error"]
}

pub(super) fn the_classifier_refuses_code_that_is_none(home: &Home) {
    let run = home.orchestrate(&json!({"code": "from tdev import tool\n\n@tool\nclass Bad:\n    def run(self:\n        pass\n"}));
    let error = error(&run);
    assert_eq!(error["code"], "InvalidComponent", "{run:#}");
    assert!(error["details"]["line"].is_number(), "{run:#}");
}

pub(super) fn the_planner_says_what_is_missing(home: &Home) {
    let run = home.orchestrate(&json!({"goal": "Knit a pullover for the neighbour's cat"}));
    let error = error(&run);
    assert_eq!(error["code"], "CapabilityMissing", "{run:#}");
    assert!(error["hint"].is_string(), "{run:#}");
}

pub(super) fn the_evaluator_refuses_a_workflow_that_cannot_be_right(home: &Home) {
    let steps = json!([{"id": "a", "agent": "HashTol", "input": {"text": "x"}}]);
    let workflow = json!({"id": "wrong", "steps": steps});
    let refused = home.post("/api/evaluate", &[], &json!({"workflow": workflow}));
    assert!(refused.status < 500, "{refused:?}");
    assert!(refused.body.to_string().contains("HashTool"), "{refused:?}");
    let refused = home.post("/api/workflows", &[], &workflow);
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (422, &json!("InvalidWorkflow"))
    );
}

pub(super) fn agno_refuses_examples_that_contradict_each_other(home: &Home) {
    let run = home.run("/api/generate", &json!({
        "goal": "count", "examples": [{"input": {"a": 1}, "output": {"b": 1}}, {"input": {"a": 1}, "output": {"b": 2}}]
    }));
    let error = error(&run);
    assert_eq!(error["field"], "spec.examples[1]", "{run:#}");
}

pub(super) fn agno_says_what_it_tried(home: &Home) {
    let run = home.run(
        "/api/generate",
        &json!({"type": "tool", "goal": "Write a sonnet about autumn"}),
    );
    let error = error(&run);
    assert_eq!(error["code"], "CapabilityMissing", "{run:#}");
    assert!(
        error["details"]["tried"].as_array().unwrap().len() >= 6,
        "{run:#}"
    );
}

pub(super) fn the_registrar_refuses_a_name_that_is_taken(home: &Home) {
    // A name that comes with the program, for something else.
    let source = sources::of_text("HashTool", &["return {'text': text}"]);
    let run = home
        .orchestrate(&json!({"goal": "Hash the text", "code": source, "inputs": {"text": "x"}}));
    let error = error(&run);
    assert_eq!(error["code"], "AlreadyExists", "{run:#}");
}

pub(super) fn the_executor_names_the_step_that_raised(home: &Home) {
    let name = fresh("Raiser");
    home.register(&sources::of_text(
        &name,
        &["raise ValueError('no such thing')"],
    ));
    let steps = json!([
        {"id": "first", "agent": "LanguageDetectorTool", "input": {"text": "${input.text}"}},
        {"id": "second", "agent": name, "input": {"text": "${first.language}"}}
    ]);
    let workflow =
        json!({"id": fresh("raises"), "input_schema": {"text": "string"}, "steps": steps});
    let run = home.execute(
        &workflow,
        &json!({"text": "Guten Morgen, wie geht es dir heute?"}),
    );
    let error = error(&run);
    assert_eq!(error["code"], "ComponentFailed", "{run:#}");
    assert_eq!(error["field"], "steps.second", "{run:#}");
    assert!(
        error["message"].as_str().unwrap().contains("no such thing"),
        "{run:#}"
    );
}

pub(super) fn the_executor_names_the_input_that_is_missing(home: &Home) {
    let steps = json!([{"id": "detect", "agent": "LanguageDetectorTool", "input": {"text": "${input.text}"}}]);
    let workflow =
        json!({"id": fresh("lacks"), "input_schema": {"text": "string"}, "steps": steps});
    let run = home.execute(&workflow, &json!({}));
    let error = error(&run);
    assert_eq!(error["code"], "InvalidInput", "{run:#}");
    assert_eq!(error["field"], "inputs.text", "{run:#}");
}
