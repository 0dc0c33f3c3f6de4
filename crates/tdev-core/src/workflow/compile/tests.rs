//! What workflows compile to, as a person would read it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::component::Component;
use crate::workflow::{Catalog, Checked, Workflow, check, compile};

#[expect(
    clippy::needless_pass_by_value,
    reason = "reads as a table at the call"
)]
fn component(name: &str, input: Value, output: Value) -> Arc<Component> {
    Arc::new(
        serde_json::from_value(json!({
            "name": name, "type": "tool", "reusability": "A", "runtime": "builtin",
            "input_schema": input, "output_schema": output
        }))
        .unwrap(),
    )
}

pub(crate) fn catalog() -> Catalog {
    let nested: Workflow = serde_json::from_value(json!({
        "id": "shout", "input_schema": {"text": "string"},
        "steps": [{"id": "upper", "agent": "UpperTool", "input": {"text": "${input.text}"}}],
        "output": {"loud": "${upper.text}!"}
    }))
    .unwrap();
    Catalog::new(
        [
            component(
                "UpperTool",
                json!({"text": "string"}),
                json!({"text": "string"}),
            ),
            component(
                "SplitTool",
                json!({"text": "string"}),
                json!({"words": "string[]", "note": "string?"}),
            ),
            component(
                "JoinTool",
                json!({"left": "string", "right": "string?"}),
                json!({"text": "string"}),
            ),
            component(
                "CountTool",
                json!({"text": "string"}),
                json!({"count": "integer"}),
            ),
        ],
        [Arc::new(nested)],
    )
}

fn checked(workflow: Value) -> Result<Checked, String> {
    let workflow: Workflow = serde_json::from_value(workflow).map_err(|e| e.to_string())?;
    check(&workflow, &catalog()).map_err(|faults| {
        faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    })
}

fn faults(workflow: Value) -> String {
    checked(workflow)
        .map(|_| "no fault".to_owned())
        .unwrap_or_else(|text| text)
}

#[test]
fn a_diamond_compiles_to_a_parallel_between_two_tasks() {
    let checked = checked(json!({
        "id": "diamond", "input_schema": {"text": "string"},
        "steps": [
            {"id": "split", "agent": "SplitTool", "input": {"text": "${input.text}"}},
            {"id": "upper", "agent": "UpperTool", "input": {"text": "${split.words[0]}"}},
            {"id": "count", "agent": "CountTool", "input": {"text": "${split.words[1]}"}, "retry": {"max_attempts": 2}, "on_error": {"default": {"count": 0}}},
            {"id": "join", "agent": "JoinTool", "input": {"left": "${upper.text} has ${count.count}", "right": "${split.note}"}, "if": "${count.count} > 0"}
        ],
        "output": "${join.text ?? upper.text}"
    }))
    .unwrap();
    assert_eq!(
        checked.workflow.steps[0].component().unwrap().to_string(),
        "SplitTool@v1"
    );
    insta::assert_json_snapshot!(compile(&checked));
}

#[test]
fn a_loop_an_approval_and_a_nested_workflow_compile() {
    let checked = checked(json!({
        "id": "each", "input_schema": {"texts": "string[]"},
        "steps": [
            {"id": "ask", "approval": {"message": "shout ${input.texts}?", "expires_seconds": 60, "on_expiry": "approve"}},
            {"id": "loud", "workflow": "shout", "for_each": "${input.texts}", "if": "${item} != \"\" and ${ask.approved}", "max_concurrency": 2, "input": {"text": "${item}"}}
        ]
    }))
    .unwrap();
    insta::assert_json_snapshot!(compile(&checked));
}

#[test]
fn every_fault_names_step_field_and_nearest_right_name() {
    insta::assert_snapshot!(faults(json!({
        "id": "bad", "input_schema": {"text": "string"},
        "steps": [
            {"id": "Split it", "agent": "SplitTol", "input": {"text": "${input.text}"}},
            {"id": "upper", "agent": "UpperTool", "input": {"txt": "${input.tex}"}},
            {"id": "count", "agent": "CountTool@v9", "input": {"text": "${uper.text}"}},
            {"id": "join", "agent": "JoinTool", "input": {"left": ["a"], "right": "${item}"}}
        ]
    })));
}

#[test]
fn a_cycle_a_maybe_missing_value_and_a_loop_over_text_are_refused() {
    insta::assert_snapshot!(faults(json!({"id": "x", "steps": [
        {"id": "a", "agent": "UpperTool", "input": {"text": "${b.text}"}},
        {"id": "b", "agent": "UpperTool", "input": {"text": "${a.text}"}}]})));
    insta::assert_snapshot!(faults(
        json!({"id": "x", "input_schema": {"text": "string"}, "steps": [
        {"id": "a", "agent": "UpperTool", "input": {"text": "x"}, "if": "${input.text} == 'y'"},
        {"id": "b", "agent": "UpperTool", "input": {"text": "${a.text}"}},
        {"id": "c", "agent": "UpperTool", "for_each": "${input.text}", "input": {"text": "${item}"}}]})
    ));
}

#[test]
fn steps_that_share_a_condition_may_feed_each_other() {
    let workflow = json!({"id": "x", "input_schema": {"text": "string"}, "steps": [
        {"id": "a", "agent": "UpperTool", "input": {"text": "x"}, "if": "${input.text} == 'y'"},
        {"id": "b", "agent": "UpperTool", "input": {"text": "${a.text}"}, "if": "${input.text} == 'y'"},
        {"id": "c", "agent": "UpperTool", "input": {"text": "${a.text}"}, "if": "${a} != null"}]});
    assert_eq!(faults(workflow), "no fault");
}

#[test]
fn the_seeds_spelling_compiles_to_the_same_graph() {
    let checked = checked(
        json!({"id": "seed", "input_schema": {"user_text": "string"}, "steps": [
        {"agent": "SplitTool", "input": "{user_text}"},
        {"agent": "JoinTool", "input": {"left": "Hello {note} {user_text}"}}]}),
    );
    // `note` is optional, so text cannot be made of it: the checker says so rather than print nothing.
    insta::assert_snapshot!(checked.map(|_| String::new()).unwrap_or_else(|e| e));
    let checked = self::checked(
        json!({"id": "seed", "input_schema": {"user_text": "string"}, "steps": [
        {"agent": "UpperTool", "input": "{user_text}"},
        {"agent": "CountTool", "input": "{text}"}]}),
    )
    .unwrap();
    insta::assert_json_snapshot!(checked.workflow);
}

#[test]
fn a_field_of_every_item_of_a_loop_is_a_list() {
    let checked = checked(json!({"id": "x", "input_schema": {"texts": "string[]"}, "steps": [
        {"id": "upper", "agent": "UpperTool", "for_each": "${input.texts}", "input": {"text": "${item}"}}],
        "output": {"all": "${upper.text}"}}))
    .unwrap();
    assert_eq!(
        checked.output["properties"]["all"],
        json!({"type": "array", "items": {"type": "string"}})
    );
    assert_eq!(
        compile(&checked)["States"]["end workflow"]["Output"]["all"],
        "{% [$step_upper.text] %}"
    );
    insta::assert_snapshot!(
        faults(json!({"id": "x", "input_schema": {"texts": "string[]"}, "steps": [
            {"id": "upper", "agent": "UpperTool", "for_each": "${input.texts}", "input": {"text": "${item}"}}],
            "output": "${upper.txt}"})),
        @"InvalidWorkflow: the items of upper have no field `txt` (at `output`); did you mean `text`?"
    );
}
