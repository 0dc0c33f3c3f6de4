//! Stored workflows: their traces, what they do about failure, how much they carry.

use serde_json::{Value, json};

use super::home::{Histories, Home, fresh};
use super::sources;

pub(super) fn a_stored_workflow_runs_with_its_trace(home: &Home) {
    let steps = json!([
        {"id": "detect", "agent": "LanguageDetectorTool", "for_each": "${input.texts}", "input": {"text": "${item}"}},
        {"id": "count", "agent": "KeywordExtractorTool", "input": {"text": "${input.texts[0]}"}, "if": "${detect[0].language} == \"xx\""}
    ]);
    let workflow = json!({
        "id": fresh("traced"), "input_schema": {"texts": "string[]"}, "steps": steps,
        "output": {"languages": "${detect.language}", "skipped": "${count}"}
    });
    let texts = [
        "Guten Morgen, wie geht es dir heute?",
        "Good morning, how are you all today?",
    ];
    let run = home.execute(&workflow, &json!({"texts": texts}));
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert_eq!(
        run["output"]["result"],
        json!({"languages": ["de", "en"], "skipped": null})
    );
    let trace = run["output"]["trace"].as_array().unwrap();
    let mut told: Vec<(Value, Value)> = trace
        .iter()
        .map(|step| (step["id"].clone(), step["input"]["text"].clone()))
        .collect();
    told.sort_by_key(|(_, text)| text.to_string());
    let mut wanted = texts.map(|text| (json!("detect"), json!(text)));
    wanted.sort_by_key(|(_, text)| text.to_string());
    assert_eq!(told, wanted, "{run:#}");
    for step in trace {
        assert_eq!(step["agent"], "LanguageDetectorTool@v1");
        assert_eq!(step["attempts"], 1);
        assert!(step["started_at"].is_string() && step["duration_ms"].is_number());
    }
}

pub(super) fn a_failing_step_is_tried_again_and_its_default_taken(home: &Home) {
    let name = fresh("Refuser");
    home.register(&sources::of_text(&name, &["raise ValueError('never')"]));
    let steps = json!([{
        "id": "try", "agent": name, "input": {"text": "${input.text}"},
        "retry": {"max_attempts": 2, "interval_seconds": 1, "backoff_rate": 1.0},
        "on_error": {"default": {"text": "instead"}}
    }]);
    let workflow = json!({
        "id": fresh("retried"), "input_schema": {"text": "string"}, "steps": steps, "output": "${try.text}"
    });
    let run = home.execute(&workflow, &json!({"text": "x"}));
    assert_eq!(run["output"]["result"], "instead", "{run:#}");
    let step = &run["output"]["trace"][0];
    assert_eq!(step["attempts"], 3, "{run:#}");
    assert_eq!(step["error"]["code"], "ComponentFailed", "{run:#}");
}

pub(super) fn a_result_beyond_what_a_state_carries_fails_by_its_code(home: &Home) {
    let name = fresh("Flood");
    home.register(&sources::component(
        &name,
        "\"size\": \"integer\"",
        "\"text\": \"string\"",
        "size: int",
        &["return {'text': 'x' * size}"],
    ));
    let steps = json!([{"id": "flood", "agent": name, "input": {"size": "${input.size}"}}]);
    let workflow =
        json!({"id": fresh("floods"), "input_schema": {"size": "integer"}, "steps": steps});
    let path = format!(
        "/api/workflows/{}/execute",
        workflow["id"].as_str().unwrap()
    );
    let over = home.execute(&workflow, &json!({"size": 300_000}));
    assert_eq!(over["error"]["code"], "PayloadTooLarge", "{over:#}");
    // What one state carries arrives whole, though the run keeps more than its item may hold.
    let under = home.run(&path, &json!({"size": 230_000}));
    let text = under["output"]["result"]["text"].as_str();
    assert_eq!(text.map(str::len), Some(230_000), "{}", under["error"]);
}

/// A workflow that asks a person between two steps.
fn asking(last: &str) -> Value {
    let steps = json!([
        {"id": "detect", "agent": "LanguageDetectorTool", "input": {"text": "${input.text}"}},
        {"id": "ask", "approval": {"message": "Send it in ${detect.language}?"}},
        {"id": "send", "agent": last, "input": {"text": "${input.text}"}, "if": "${ask.approved}"}
    ]);
    json!({
        "id": fresh("asks"), "input_schema": {"text": "string"}, "steps": steps,
        "output": {"by": "${ask.by}", "sent": "${send}"}
    })
}

const TEXT: &str = "Guten Morgen, wie geht es dir heute?";

/// Begins it; its run and the question.
fn asked(home: &Home, workflow: &Value) -> (String, Value) {
    let stored = home.post("/api/workflows", &[], workflow);
    assert!(stored.status < 300, "{stored:?}\n{workflow:#}");
    let path = format!(
        "/api/workflows/{}/execute",
        workflow["id"].as_str().unwrap()
    );
    let run_id = home.begin(&path, &json!({"text": TEXT}));
    let question = home.asked(&run_id);
    assert_eq!(question["message"], "Send it in de?", "{question:#}");
    assert_eq!(question["step"], "ask", "{question:#}");
    (run_id, question)
}

pub(super) fn a_workflow_asks_a_person_and_goes_on_with_the_answer(home: &Home) {
    let (run_id, question) = asked(home, &asking("LanguageDetectorTool"));
    assert_eq!(
        home.get(&format!("/api/runs/{run_id}")).body["status"],
        "running"
    );
    let answered = home.answer(&question, true);
    assert!(answered.status < 300, "{answered:?}");
    let run = home.ended(&run_id);
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert_eq!(run["output"]["result"]["sent"]["language"], "de", "{run:#}");
    let by = answered.body["answer"]["by"].clone();
    assert_eq!(run["output"]["result"]["by"], by, "{run:#}");
    if home.histories() == Histories::Partial {
        return;
    }
    let trace = run["output"]["trace"].as_array().unwrap();
    let told: Vec<_> = trace
        .iter()
        .map(|s| (&s["step"], &s["id"], &s["input"]["text"]))
        .collect();
    let text = json!(TEXT);
    assert_eq!(
        told,
        [
            (&json!(1), &json!("detect"), &text),
            (&json!(2), &json!("send"), &text)
        ]
    );
}

pub(super) fn a_workflow_whose_question_is_refused_ends_by_it(home: &Home) {
    let (run_id, question) = asked(home, &asking("LanguageDetectorTool"));
    let answered = home.answer(&question, false);
    assert!(answered.status < 300, "{answered:?}");
    let run = home.ended(&run_id);
    assert_eq!(run["status"], "failed", "{run:#}");
    assert_eq!(run["error"]["code"], "ApprovalRejected", "{run:#}");
    assert!(
        run["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("ask was rejected by "),
        "{run:#}"
    );
}

pub(super) fn a_workflow_that_fails_after_its_question_names_the_step(home: &Home) {
    let name = fresh("Bouncer");
    home.register(&sources::of_text(
        &name,
        &["raise ValueError('no such door')"],
    ));
    let (run_id, question) = asked(home, &asking(&name));
    let answered = home.answer(&question, true);
    assert!(answered.status < 300, "{answered:?}");
    let run = home.ended(&run_id);
    assert_eq!(run["status"], "failed", "{run:#}");
    assert_eq!(run["error"]["code"], "ComponentFailed", "{run:#}");
    if home.histories() == Histories::Whole {
        assert_eq!(run["error"]["field"], "steps.send", "{run:#}");
    }
}

pub(super) fn a_workflow_that_waits_for_a_person_can_be_cancelled(home: &Home) {
    let (run_id, question) = asked(home, &asking("LanguageDetectorTool"));
    let path = format!("/api/runs/{run_id}/cancel");
    let cancelled = home.post(&path, &[], &json!({"reason": "never mind"}));
    assert!(cancelled.status < 300, "{cancelled:?}");
    let run = home.ended(&run_id);
    assert_eq!(
        (&run["status"], &run["error"]["message"]),
        (&json!("cancelled"), &json!("never mind"))
    );
    let late = home.answer(&question, true);
    assert!((400..500).contains(&late.status), "{late:?}");
}
