//! Plans under the threshold, refined by the real state machine: each remedy is applied, what gets
//! good enough runs, and of what does not the best is kept for a person.

use serde_json::{Value, json};
use tdev_core::run::{Run, RunStatus};

use crate::generation_http::{Answer, answering};
use crate::workshop::{Equipment, Workshop};

fn workshop(port: u16, plans: Vec<Value>) -> Workshop {
    Workshop::new(Equipment {
        http: vec![format!("127.0.0.1:{port}")],
        plans,
        ..Equipment::default()
    })
}

/// A plan as the planner answers it.
fn plan(steps: &Value, output: &Value) -> Value {
    json!({
        "workflow": {
            "id": "drafted", "description": "drafted", "input_schema": {"text": "string"}, "steps": steps, "output": output,
        },
        "missing": [], "rationale": "as the test says", "confidence": 1.0,
    })
}

fn output(run: &Run) -> &Value {
    assert!(run.error.is_none(), "{:?}", run.error);
    run.output.as_ref().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_whose_first_plan_is_under_the_threshold_is_refined_and_the_retry_it_got_is_needed()
{
    let busy = Answer {
        status: 503,
        body: json!({}),
    };
    let done = Answer {
        status: 200,
        body: json!({"id": 7}),
    };
    let (port, told) = answering(vec![busy, done]);
    let workshop = workshop(port, Vec::new());
    let goal = format!("Post the report to the webhook http://127.0.0.1:{port}/hook");
    let first = workshop
        .ask(
            "planner",
            json!({"goal": goal, "inputs": {"body": {"state": "green"}}}),
        )
        .await
        .unwrap();
    let before = workshop
        .ask(
            "evaluator",
            json!({"workflow": first["workflow"], "goal": goal}),
        )
        .await
        .unwrap();
    assert!(before["score"].as_f64().unwrap() < 92.0, "{before}");
    let run = workshop
        .drive(json!({"goal": goal, "inputs": {"body": {"state": "green"}}, "threshold": 92.0}))
        .await;
    let output = output(&run);
    assert_eq!(output["rounds"], 2, "{output}");
    assert!(output["evaluation"]["score"].as_f64().unwrap() >= 92.0);
    assert_eq!(
        output["plan"]["workflow"]["steps"][0]["retry"]["max_attempts"],
        2
    );
    assert_eq!(output["trace"][0]["attempts"], 2, "{output}");
    let asked: Vec<String> = told.try_iter().collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1].contains(r#"{"state":"green"}"#), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_remedy_of_a_poor_plan_is_applied_and_its_steps_are_put_in_order_and_pinned() {
    let (port, _) = answering(vec![Answer {
        status: 200,
        body: json!({}),
    }]);
    let url = format!("http://127.0.0.1:{port}/page");
    let poor = plan(
        &json!([
            // Nothing comes of it.
            {"id": "noise", "agent": "HashTool", "input": {"text": "x"}},
            // It stands before what it refers to, and by a name that is not there.
            {"id": "words", "agent": "TextStatisticsTool", "input": {"text": "${page.txt}"}},
            {"id": "page", "agent": "HttpFetchTool", "input": {"url": url}},
            // It does again what was done.
            {"id": "again", "agent": "TextStatisticsTool", "input": {"text": "${page.txt}"}},
        ]),
        &json!({"words": "${words.words}", "same": "${again.words}"}),
    );
    let workshop = workshop(port, vec![poor]);
    let run = workshop
        .drive(json!({"goal": format!("Fetch {url} and count the words of its text"), "inputs": {"text": "x"}, "threshold": 95.0}))
        .await;
    let output = output(&run);
    // What a broken reference makes look unused is judged once the plan is whole.
    assert_eq!(output["rounds"], 3, "{output}");
    let score = output["evaluation"]["score"].as_f64().unwrap();
    let retry = json!({"max_attempts": 2, "interval_seconds": 1, "backoff_rate": 2.0});
    assert_eq!(
        output["plan"]["workflow"]["steps"],
        json!([
            {"id": "page", "agent": "HttpFetchTool@v1", "input": {"url": url}, "retry": retry},
            {"id": "words", "agent": "TextStatisticsTool@v1", "input": {"text": "${page.text}"}},
        ])
    );
    assert!(score >= 85.0, "{output}");
    assert_eq!(output["result"]["words"], output["result"]["same"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_gets_good_enough_ends_in_review_with_the_best_plan_kept() {
    let steps = |second: &str| {
        json!([
            {"id": "words", "agent": "TextStatisticsTool@v1", "input": {"text": "${input.text}"}},
            {"id": "more", "agent": second, "input": {"text": "${input.text}"}},
        ])
    };
    let good = plan(
        &steps("KeywordExtractorTool@v1"),
        &json!({"a": "${words.words}", "b": "${more.keywords}"}),
    );
    let poor = plan(
        &steps("NobodyKnowsTool@v1"),
        &json!({"a": "${words.words}", "b": "${more.keywords}"}),
    );
    let worse = plan(&json!([]), &json!(null));
    let goal = "Count the words of the text and extract its keywords";
    let workshop = workshop(1, vec![poor, good.clone(), worse]);
    let run = workshop
        .drive(json!({"goal": goal, "inputs": {"text": "some words"}, "threshold": 100.0}))
        .await;
    assert_eq!(run.status, RunStatus::NeedsReview);
    let output = output(&run);
    assert_eq!(output["rounds"], 3);
    assert_eq!(output["plan"]["workflow"], good["workflow"]);
    assert!(output["evaluation"]["score"].as_f64().unwrap() > 85.0);
    assert_eq!(output["trace"], json!([]), "nothing was run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_finds_no_plan_keeps_the_one_before_and_without_one_says_what_is_missing() {
    let odd = plan(
        &json!([{"id": "words", "agent": "TextStatisticsTool@v1", "input": {"text": "${input.text}"}}]),
        &json!("${words}"),
    );
    let goal = "Write a sonnet about autumn";
    let workshop = workshop(1, vec![odd.clone()]);
    let run = workshop
        .drive(json!({"goal": goal, "inputs": {"text": "some words"}}))
        .await;
    assert_eq!(run.status, RunStatus::NeedsReview, "{run:?}");
    assert_eq!(output(&run)["plan"]["workflow"], odd["workflow"]);
    // The same goal with nothing planned before it.
    let run = workshop.drive(json!({"goal": goal, "inputs": {}})).await;
    assert_eq!(run.status, RunStatus::Failed);
    let error = run.error.unwrap();
    assert_eq!(error.code.as_str(), "CapabilityMissing");
    assert!(error.message.contains(goal), "{error}");
    assert!(error.hint.is_some(), "{error:?}");
}
