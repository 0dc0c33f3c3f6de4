//! A body that must be invented: the model writes it, what the sandbox finds goes back, and nothing
//! under a gate is registered. Several missing parts are generated together.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::model::StopReason;

use crate::workshop::{Equipment, Scripted, Workshop};

fn roman(body: &str) -> String {
    format!(
        r#"from tdev import Tool, ToolError, tool


@tool(name="RomanTool", description="Writes a number in Roman digits", input={{"number": "integer"}}, output={{"roman": "string"}})
class RomanTool(Tool):
    """Writes a number in Roman digits."""

    def run(self, number: int) -> dict:
        if not 0 < number < 4000:
            raise ToolError("InvalidInput", "only 1 to 3999 have Roman digits")
        digits = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
        text = ""
{body}
        return {{"roman": text}}
"#
    )
}

const RIGHT: &str = "        for value, sign in digits:\n            text += sign * (number // value)\n            number %= value";
const WRONG: &str =
    "        for value, sign in digits:\n            text += sign * (number // value)";

fn spec() -> Value {
    json!({
        "name": "RomanTool", "type": "tool", "goal": "Write a number as the ancients did", "input": {"number": "integer"},
        "output": {"roman": "string"}, "examples": [{"input": {"number": 1994}, "output": {"roman": "MCMXCIV"}}],
    })
}

fn workshop(replies: &[String]) -> (Workshop, std::sync::Arc<Scripted>) {
    let model = Scripted::new(replies.iter().map(|code| Scripted::code(code)));
    let workshop = Workshop::new(Equipment {
        model: Some(model.clone()),
        ..Equipment::default()
    });
    (workshop, model)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_example_that_fails_in_the_sandbox_goes_back_to_the_model() {
    let (workshop, model) = workshop(&[roman(WRONG), roman(RIGHT)]);
    let made = workshop.generate(spec()).await.unwrap();
    assert_eq!(made.provenance.as_ref().unwrap()["mind"], "model");
    assert_eq!(made.status.as_str(), "experimental");
    let answer = workshop.call(&made, json!({"number": 2026})).await.unwrap();
    assert_eq!(answer, json!({"roman": "MMXXVI"}));
    let asked = model.asked.lock().unwrap();
    let told = serde_json::to_string(&asked[1].messages).unwrap();
    assert!(told.contains("example 1 at `roman`: expected"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_never_gets_right_is_not_registered() {
    let (workshop, _) = workshop(&[roman(WRONG), roman(WRONG), roman(WRONG)]);
    let error = workshop.generate(spec()).await.unwrap_err();
    assert_eq!(error.code, Code::ModelInvalid, "{error}");
    assert!(error.message.contains("example 1 at `roman`"), "{error}");
    assert!(workshop.generated().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_scores_under_the_gate_is_not_registered_and_says_what_would_raise_it() {
    // It works, and says nothing of what it takes, gives or does.
    let poor = "from tdev import tool\n\n\n@tool(name=\"RomanTool\")\nclass RomanTool:\n    def run(self, number):\n        return dict(roman=\"MCMXCIV\")\n";
    let model = Scripted::new([Scripted::code(poor)]);
    let workshop = Workshop::new(Equipment {
        model: Some(model),
        ..Equipment::default()
    });
    let error = workshop.generate(spec()).await.unwrap_err();
    assert_eq!(error.code, Code::NeedsReview, "{error}");
    assert!(error.message.contains("`RomanTool` scores"), "{error}");
    assert!(
        error.message.contains("annotate `number` with its type"),
        "{error}"
    );
    assert!(
        error
            .hint
            .as_ref()
            .unwrap()
            .contains("nothing was registered"),
        "{error}"
    );
    assert!(workshop.generated().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn source_that_inspection_refuses_is_neither_run_nor_stored() {
    for (body, why) in [
        (
            "        key = \"AKIAABCDEFGHIJKLMNOP\"",
            "an AWS access key stands in the source",
        ),
        ("        text = eval(str(number))", "`eval` is not allowed"),
        (
            "        import urllib.request",
            "`urllib.request` is not a module",
        ),
        (
            "        text = getattr(__builtins__, \"ev\" + \"al\")(text)",
            "`__builtins__` is not allowed",
        ),
    ] {
        let code = roman(body);
        let (workshop, model) = workshop(&[code.clone(), code.clone(), code.clone()]);
        let error = workshop.generate(spec()).await.unwrap_err();
        assert_eq!(error.code, Code::ModelInvalid, "{error}");
        assert!(error.message.contains(why), "{why}: {error}");
        assert!(!error.to_string().contains("AKIA"), "{error}");
        let told = serde_json::to_string(&model.asked.lock().unwrap()[1].messages).unwrap();
        assert!(told.contains("line 13: "), "{told}");
        let hash = tdev_core::ports::content_hash(code.as_bytes());
        assert!(workshop.artifact(&hash).await.is_err(), "it is stored");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_ends_the_run_with_its_reason() {
    let model = Scripted::new([Scripted::stopped(StopReason::Refused, "I would rather not")]);
    let workshop = Workshop::new(Equipment {
        model: Some(model),
        ..Equipment::default()
    });
    let error = workshop.generate(spec()).await.unwrap_err();
    assert_eq!(error.code, Code::ModelRefused);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_missing_parts_of_one_goal_are_generated_together_and_nothing_more() {
    let emails = json!({
        "type": "tool", "goal": "Extract the e-mail addresses of a text", "input": {"text": "string"}, "output": {"emails": "string[]"},
    });
    let table = json!({
        "type": "tool", "goal": "Convert CSV text into a Markdown table", "input": {"text": "string"}, "output": {"table": "string"},
    });
    let plan = |missing: Value, steps: Value| {
        json!({"workflow": {"id": "both", "description": "both", "input_schema": {"note": "string", "csv": "string"},
                            "steps": steps, "output": {"emails": "${emails.emails}", "table": "${table.table}"}},
               "missing": missing, "rationale": "as the test says", "confidence": 1.0})
    };
    let steps = json!([
        {"id": "emails", "agent": "EmailsExtractorTool", "input": {"text": "${input.note}"}},
        {"id": "table", "agent": "CsvToMarkdownTool", "input": {"text": "${input.csv}"}},
    ]);
    let empty = json!({"workflow": {"id": "missing", "steps": []}, "missing": [emails, table, emails], "rationale": "", "confidence": 0.5});
    let workshop = Workshop::new(Equipment {
        plans: vec![empty, plan(json!([]), steps)],
        ..Equipment::default()
    });
    let run = workshop
        .drive(json!({
            "goal": "Extract the e-mail addresses of the note and convert the CSV into a Markdown table",
            "inputs": {"note": "ask ada@ex.org", "csv": "a,b\n1,2"}, "threshold": 50.0,
        }))
        .await;
    assert!(run.error.is_none(), "{:?}", run.error);
    let output = run.output.unwrap();
    assert_eq!(
        output["result"]["emails"],
        json!(["ada@ex.org"]),
        "{output}"
    );
    assert_eq!(
        output["result"]["table"],
        "| a | b |\n| --- | --- |\n| 1 | 2 |"
    );
    let mut made = workshop.generated().await;
    made.sort();
    assert_eq!(made, ["CsvToMarkdownTool", "EmailsExtractorTool"]);
    // Asked again, nothing more is made.
    let again = workshop.drive(json!({"spec": json!({
        "type": "tool", "goal": "Extract the e-mail addresses of a text", "input": {"text": "string"}, "output": {"emails": "string[]"},
    }), "inputs": {}})).await;
    assert_eq!(again.output.unwrap()["result"]["reused"], true);
    assert_eq!(workshop.generated().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_missing_parts_the_one_that_cannot_be_written_is_named_with_what_is_near() {
    let emails = json!({
        "type": "tool", "goal": "Extract the e-mail addresses of a text", "input": {"text": "string"}, "output": {"emails": "string[]"},
    });
    let mood = json!({
        "type": "agent", "goal": "Judge the mood of a customer's text", "input": {"text": "string"}, "output": {"mood": "string"},
    });
    let empty = json!({"workflow": {"id": "missing", "steps": []}, "missing": [emails, mood], "rationale": "", "confidence": 0.5});
    let workshop = Workshop::new(Equipment {
        plans: vec![empty],
        ..Equipment::default()
    });
    let run = workshop
        .drive(json!({"goal": "Extract the addresses and judge the mood", "inputs": {"text": "ask ada@ex.org"}}))
        .await;
    let error = run.error.unwrap();
    assert_eq!(error.code, Code::CapabilityMissing, "{error}");
    assert!(
        error
            .message
            .starts_with("nothing here can do “Judge the mood of a customer's text”"),
        "{error}"
    );
    assert!(!error.message.contains("e-mail"), "{error}");
    let details = error.details.as_ref().unwrap();
    let near = details["near"].as_array().unwrap();
    assert!((1..=3).contains(&near.len()), "{details}");
    let first = near[0].as_str().unwrap();
    let hint = error.hint.as_ref().unwrap();
    assert!(
        hint.contains(&format!("the nearest is `{first}`")),
        "{hint}"
    );
    // What could be written is there for the next time, or was not begun.
    let made = workshop.generated().await;
    assert!(
        made.iter().all(|name| name == "EmailsExtractorTool"),
        "{made:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refined_version_is_tested_stored_as_the_next_and_stays_experimental() {
    let workshop = Workshop::new(Equipment::default());
    let made = workshop
        .generate(json!({
            "type": "tool", "goal": "Look up the room: A = attic, B = basement", "input": {"key": "string"}, "output": {"room": "string"},
        }))
        .await
        .unwrap();
    assert!(made.examples.is_empty());
    let refined = workshop
        .ask(
            "refiner",
            json!({"component": made.pinned(), "suggestions": ["set a time limit of its own"]}),
        )
        .await
        .unwrap();
    assert_eq!(refined["changes"], json!(["it may run 30 seconds at most"]));
    let code = refined["code"].clone();
    let metadata = refined["metadata"].clone();
    let found = workshop
        .ask("classifier", json!({"code": code}))
        .await
        .unwrap();
    let tested = workshop
        .ask("tester", json!({"candidate": metadata}))
        .await
        .unwrap();
    let scored = workshop
        .ask("evaluator", json!({"code": code}))
        .await
        .unwrap();
    let stored = workshop
        .ask("registrar", json!({"code": code, "metadata": metadata, "classification": found, "test_run": tested, "evaluation": scored}))
        .await
        .unwrap();
    assert_eq!(stored["version_id"], "v2");
    assert_eq!(stored["status"], "experimental");
    assert_eq!(stored["timeout_seconds"], 30);
    assert_eq!(workshop.versions(&made.name).await.len(), 2);
}
