//! Workflows: composed, run, traced, scored.

use crate::project::Project;

const HASH: &str = r#"{"id": "hash-flow", "description": "Hashes a text",
  "input_schema": {"text": "string"},
  "steps": [{"id": "hash", "agent": "HashTool", "input": {"text": "${input.text}"}}],
  "output": "${hash}"}"#;

#[test]
fn a_workflow_is_pinned_run_and_traced() {
    let project = Project::new();
    project.write("workflows/hash-flow.json", HASH);
    let composed = project
        .tdev(&["compose", "workflows/hash-flow.json", "--json"])
        .json();
    assert_eq!(composed["workflow"]["steps"][0]["agent"], "HashTool@v1");
    assert_eq!(composed["workflow"]["version_id"], "v1");
    let ran = project.tdev(&["run", "hash-flow", "--test-input", "hello", "--json"]);
    assert_eq!(
        (ran.code, ran.last()["run"]["status"].as_str()),
        (0, Some("succeeded")),
        "{}",
        ran.out
    );
    let again = project.tdev(&["run", "workflows/hash-flow.json", "--input", "text=hello"]);
    assert_eq!(again.code, 0);
    assert!(
        again.err.contains("✓ execute › hash") && again.err.contains("HashTool@v1"),
        "{}",
        again.err
    );
    assert!(
        !again.out.contains('✓') && !again.out.contains('\u{1b}'),
        "{}",
        again.out
    );
    let traced = project.tdev(&["trace", "last", "--json"]).json();
    assert_eq!(traced["trace"][0]["agent"], "HashTool@v1");
    assert_eq!(
        project.tdev(&["runs", "--json"]).json()["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(project.tdev(&["resume", "last"]).code, 1);
}

#[test]
fn every_fault_of_a_workflow_is_named_with_the_nearest_right_name() {
    let project = Project::new();
    project.write(
        "bad.json",
        &HASH
            .replace("HashTool", "HahsTool")
            .replace("input.text}", "input.txet}"),
    );
    let refused = project.tdev(&["compose", "bad.json"]);
    assert_eq!(refused.code, 1);
    for part in [
        "steps.hash.agent",
        "did you mean `HashTool`?",
        "steps.hash.input.text",
        "did you mean `text`?",
    ] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert_eq!(refused.out, "");
}

#[test]
fn a_score_below_the_gate_is_exit_code_three() {
    let project = Project::new();
    project.write("workflows/hash-flow.json", HASH);
    let low = HASH
        .replace("hash-flow", "low")
        .replace("HashTool", "NoSuchTool");
    project.write("workflows/low.json", &low);
    assert_eq!(
        project
            .tdev(&["evaluate", "workflows/hash-flow.json", "--gate", "50"])
            .code,
        0
    );
    let scored = project.tdev(&["evaluate", "./workflows/*.json", "--json"]);
    assert_eq!(scored.code, 3);
    assert_eq!(scored.json()["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_goal_nothing_covers_fails_in_plain_words() {
    let project = Project::new();
    let failed = project.tdev(&["orchestrate", "fold proteins at home"]);
    assert_eq!(failed.code, 1);
    assert!(failed.err.contains("CapabilityMissing"), "{}", failed.err);
    assert_eq!(failed.out, "");
    let told = project.tdev(&["orchestrate", "fold proteins at home", "--json"]);
    assert_eq!(told.last()["run"]["error"]["code"], "CapabilityMissing");
}
