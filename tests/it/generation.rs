//! Generation through the real state machine and sandbox: what every family writes does what its
//! spec says on input that the spec does not show, and what cannot be written says why.

use std::path::Path;

use serde_json::{Value, json};
use tdev_core::Code;

use crate::project::root;
use crate::workshop::{Equipment, Workshop};

fn cases() -> Vec<(String, Value)> {
    let mut all: Vec<(String, Value)> = std::fs::read_dir(root().join("tests/cases/generation"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, read(&path))
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Whether a value has all that is expected in it, numbers by their value.
fn same(expected: &Value, actual: &Value) -> bool {
    tdev_agents::tester::contains(expected, actual)
        && tdev_agents::tester::contains(actual, expected)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_family_writes_what_holds_on_input_it_has_not_seen() {
    let cases = cases();
    assert!(cases.len() >= 20, "the cases are found");
    let mut wrong = Vec::new();
    for (name, case) in cases {
        let workshop = Workshop::new(Equipment::default());
        let made = match workshop.generate(case["spec"].clone()).await {
            Ok(made) => made,
            Err(error) => {
                wrong.push(format!("{name}: {error} {:?}", error.details));
                continue;
            }
        };
        let provenance = made.provenance.clone().unwrap();
        for key in ["family", "mind"] {
            if case.get(key).is_some() && case[key] != provenance[key] {
                wrong.push(format!("{name}: {key} is {}", provenance[key]));
            }
        }
        let source = workshop.source(&made).await;
        for pair in case["holds"].as_array().into_iter().flatten() {
            match workshop.call(&made, pair[0].clone()).await {
                Ok(output) if same(&pair[1], &output) => {}
                other => wrong.push(format!(
                    "{name}: {} → {other:?}, not {}\n{source}",
                    pair[0], pair[1]
                )),
            }
        }
        for input in case["refuses"].as_array().into_iter().flatten() {
            match workshop.call(&made, input.clone()).await {
                Err(error) if error.code == Code::InvalidInput => {}
                other => wrong.push(format!("{name}: {input} → {other:?}\n{source}")),
            }
        }
        for text in case["source_has"].as_array().into_iter().flatten() {
            if !source.contains(text.as_str().unwrap()) {
                wrong.push(format!("{name}: there is no {text} in\n{source}"));
            }
        }
        if let Some(input) = case.get("runs")
            && let Err(error) = workshop.call(&made, input.clone()).await
        {
            wrong.push(format!("{name}: {error}\n{source}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_covered_already_is_reused_and_said_why() {
    let workshop = Workshop::new(Equipment::default());
    let spec = json!({
        "type": "tool", "goal": "Extract every e-mail address of a text",
        "input": {"text": "string"}, "output": {"emails": "string[]"},
    });
    let made = workshop.generate(spec.clone()).await.unwrap();
    let other = json!({
        "type": "tool", "goal": "extract the e-mail addresses from the text",
        "input": {"text": "string"}, "output": {"emails": "string[]"},
        "examples": [{"input": {"text": "to x@y.org"}, "output": {"emails": ["x@y.org"]}}],
    });
    let run = workshop.drive(json!({"spec": other, "inputs": {}})).await;
    let result = run.output.unwrap()["result"].clone();
    assert_eq!(result["name"], json!(made.name));
    assert_eq!(result["reused"], true);
    assert!(result["score"].as_f64().unwrap() > 0.7, "{result}");
    assert!(
        result["because"].to_string().contains("examples hold"),
        "{result}"
    );
    assert_eq!(workshop.generated().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_a_required_output_or_fails_an_example_is_never_reused() {
    let workshop = Workshop::new(Equipment::default());
    let spec = |output: Value, examples: Value| {
        json!({
            "type": "tool", "goal": "Extract every e-mail address of a text",
            "input": {"text": "string"}, "output": output, "examples": examples,
        })
    };
    workshop
        .generate(spec(json!({"emails": "string[]"}), json!([])))
        .await
        .unwrap();
    let more = workshop
        .generate(spec(
            json!({"emails": "string[]", "urls": "string[]"}),
            json!([]),
        ))
        .await
        .unwrap();
    assert!(more.output_schema.field("urls").is_some());
    let first = workshop
        .generate(spec(
            json!({"emails": "string"}),
            json!([{"input": {"text": "a@b.org c@d.org"}, "output": {"emails": "a@b.org"}}]),
        ))
        .await
        .unwrap();
    let answer = workshop
        .call(&first, json!({"text": "to q@r.org or s@t.org"}))
        .await
        .unwrap();
    assert_eq!(answer, json!({"emails": "q@r.org"}));
    assert_eq!(workshop.generated().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_registered_where_no_family_fits_and_no_model_is_there() {
    let bad = [
        json!({"type": "tool", "goal": "Write a sonnet about autumn"}),
        json!({"type": "tool", "goal": "Find the mood of a poem", "input": {"poem": "string"}, "output": {"mood": "string"},
               "examples": [{"input": {"poem": "O rose, thou art sick"}, "output": {"mood": "dark"}}]}),
        json!({"type": "tool", "goal": "Extract the serial", "input": {"text": "string"}, "output": {"serial": "string"},
               "examples": [{"input": {"text": "abc"}, "output": {"serial": "xyz"}}]}),
        json!({"type": "tool", "goal": "Look up: A = 1, B = 2", "input": {"key": "string"}, "output": {"value": "string"},
               "examples": [{"input": {"key": "A"}, "output": {"value": "3"}}]}),
        json!({"type": "tool", "goal": "Call the API", "attached": {"openapi": {"paths": {}}}}),
        json!({"type": "tool", "goal": "Convert JSON to JSON", "input": {"text": "string"}, "output": {"text": "string"}}),
    ];
    let workshop = Workshop::new(Equipment::default());
    for spec in bad {
        let error = workshop.generate(spec.clone()).await.unwrap_err();
        assert_eq!(error.code, Code::CapabilityMissing, "{spec}: {error}");
        assert!(error.hint.is_some(), "{error}");
        let details = error.details.as_ref().unwrap();
        let tried = details["tried"].as_array().unwrap();
        assert!(tried.len() >= 6, "{error}: {details}");
        assert!(
            tried
                .iter()
                .all(|t| t["why_not"].as_str().is_some_and(|w| !w.is_empty()))
        );
    }
    assert!(workshop.generated().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_example_that_contradicts_the_goal_names_itself() {
    let workshop = Workshop::new(Equipment::default());
    let error = workshop
        .generate(json!({
            "type": "tool", "goal": "Look up the room: A = attic, B = basement", "input": {"key": "string"}, "output": {"room": "string"},
            "examples": [{"input": {"key": "A"}, "output": {"room": "attic"}}, {"input": {"key": "B"}, "output": {"room": "balcony"}}],
        }))
        .await
        .unwrap_err();
    assert!(error.message.contains("example 2 at `room`"), "{error}");
    assert!(
        error.message.contains("balcony") && error.message.contains("basement"),
        "{error}"
    );
    // What was tried and not kept can be looked at, by the hash that the error names.
    let details = error.details.unwrap();
    let tried = details["tried"].as_array().unwrap();
    let lookup = tried.iter().find(|t| t["way"] == "family lookup").unwrap();
    let source = workshop
        .artifact(lookup["artifact"].as_str().unwrap())
        .await
        .unwrap();
    assert!(source.contains("basement"), "{source}");
    assert!(workshop.generated().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn specs_that_cannot_be_right_name_the_field() {
    let workshop = Workshop::new(Equipment::default());
    for (spec, field) in [
        (json!({"goal": "  "}), "spec.goal"),
        (json!({"goal": "count", "name": "no camel"}), "spec.name"),
        (
            json!({"goal": "count", "input": {"n": "integer"}, "examples": [{"input": {"n": "x"}, "output": {}}]}),
            "spec.examples[0].input.n",
        ),
        (
            json!({"goal": "count", "output": {"n": "integer"}, "examples": [{"input": {}, "output": {"n": "x"}}]}),
            "spec.examples[0].output.n",
        ),
        (
            json!({"goal": "count", "examples": [{"input": {"a": 1}, "output": {"b": 1}}, {"input": {"a": 1}, "output": {"b": 2}}]}),
            "spec.examples[1]",
        ),
        (
            json!({"goal": "count", "tools": ["NoSuchTool"]}),
            "spec.tools",
        ),
    ] {
        let error = workshop.generate(spec.clone()).await.unwrap_err();
        assert_eq!(error.field.as_deref(), Some(field), "{spec}: {error}");
    }
}
