//! Scores of plans and sources, and the sound plans that damage is measured against.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tdev_agents::Agents;
use tdev_agents::evaluator::{Evaluator, Plan, Record, evaluate_plan, evaluate_source};
use tdev_core::agent_io::{AgentSpec, Evaluation, Remedy, TestCase, TestRun};
use tdev_core::component::{Component, Status};
use tdev_core::ports::{AgentInvoker, Scope};
use tdev_core::workflow::{Catalog, Workflow};

use crate::fakes::{Fakes, component};

/// What a chain of steps is made of: name, what it does, input, output field, and what the goal
/// says for it.
pub(crate) const CHAIN: &[(&str, &str, &str, &str, &str)] = &[
    (
        "PageFetcherTool",
        "Fetches a web page",
        "url",
        "html",
        "fetch the page",
    ),
    (
        "TextExtractorTool",
        "Extracts plain text out of html",
        "html",
        "text",
        "extract plain text",
    ),
    (
        "SummarizerAgent",
        "Summarizes long articles",
        "text",
        "summary",
        "summarize the articles",
    ),
    (
        "TranslatorAgent",
        "Translates into another language",
        "summary",
        "translation",
        "translate into another language",
    ),
    (
        "SpeechTool",
        "Speaks aloud as audio",
        "translation",
        "audio",
        "speak aloud as audio",
    ),
    (
        "EmailSenderTool",
        "Sends an email to somebody",
        "audio",
        "receipt",
        "send an email to somebody",
    ),
];

pub(crate) fn registered() -> Vec<Component> {
    let mut all = Vec::new();
    for (at, (name, description, input, output, _)) in CHAIN.iter().enumerate() {
        let mut one = component(
            name,
            description,
            json!({*input: "string"}),
            json!({*output: "string"}),
        );
        one.runtime = tdev_core::component::Runtime::Python;
        match *name {
            "PageFetcherTool" => one.permissions = vec!["net.http".into()],
            "EmailSenderTool" => {
                one.permissions = vec!["net.smtp".into()];
                one.side_effects = true;
            }
            _ => {}
        }
        if name.ends_with("Agent") {
            one.kind = tdev_core::component::Kind::Agent;
            one.brain_count = 1;
        }
        let mut old = one.clone();
        old.name = format!("Old{name}");
        old.status = Status::Deprecated;
        let stranger = component(
            &format!("Stranger{at}"),
            "Unrelated",
            json!({*input: "string"}),
            json!({*output: "string"}),
        );
        all.extend([one, old, stranger]);
    }
    all.push(component(
        "CounterTool",
        "Counts",
        json!({"value": "string"}),
        json!({"count": "integer"}),
    ));
    all
}

/// A sound plan: the first steps of the chain.
pub(crate) fn chain(length: usize, with_output: bool) -> Value {
    let mut steps: Vec<Value> = Vec::new();
    for (at, (name, _, input, _, _)) in CHAIN.iter().enumerate().take(length) {
        let given = match at.checked_sub(1).and_then(|before| CHAIN.get(before)) {
            None => "${input.url}".to_owned(),
            Some((_, _, _, output, _)) => format!("${{s{}.{output}}}", at - 1),
        };
        let mut step = json!({"id": format!("s{at}"), "agent": name, "input": {*input: given}});
        if ["PageFetcherTool", "EmailSenderTool"].contains(name) {
            step["retry"] = json!({"max_attempts": 3});
            step["timeout_seconds"] = json!(30);
        }
        steps.push(step);
    }
    let mut plan = json!({"id": "p", "input_schema": {"url": "string"}, "steps": steps});
    if with_output {
        plan["output"] = json!(format!("${{s{}.{}}}", length - 1, CHAIN[length - 1].3));
    }
    plan
}

pub(crate) fn goal(length: usize) -> String {
    CHAIN
        .iter()
        .take(length)
        .map(|(.., phrase)| *phrase)
        .collect::<Vec<_>>()
        .join(", then ")
}

pub(crate) struct World {
    pub(crate) catalog: Catalog,
    records: BTreeMap<String, Record>,
    allow_experimental: bool,
}

impl World {
    pub(crate) fn score(&self, plan: &Value, goal: &str, missing: &[AgentSpec]) -> Evaluation {
        let workflow: Workflow = serde_json::from_value(plan.clone()).unwrap();
        evaluate_plan(&Plan {
            workflow: &workflow,
            catalog: &self.catalog,
            goal: Some(goal),
            missing,
            generated: &[],
            allow_experimental: self.allow_experimental,
            records: &self.records,
        })
    }
}

pub(crate) fn world(tested: [bool; 6], experimental: Option<usize>) -> World {
    let mut components = registered();
    let mut records = BTreeMap::new();
    for ((name, ..), tested) in CHAIN.iter().zip(tested) {
        if tested {
            records.insert(
                (*name).to_owned(),
                Record {
                    passed: 4,
                    failed: 0,
                },
            );
        }
    }
    if let Some((name, ..)) = experimental.and_then(|at| CHAIN.get(at)) {
        for one in components.iter_mut().filter(|c| c.name == *name) {
            one.status = Status::Experimental;
        }
        records.insert(
            (*name).to_owned(),
            Record {
                passed: 4,
                failed: 0,
            },
        );
    }
    World {
        catalog: Catalog::new(components.into_iter().map(Arc::new), []),
        records,
        allow_experimental: experimental.is_some(),
    }
}

#[test]
fn a_sound_plan_of_two_proven_steps_scores_at_least_ninety() {
    let world = world([true; 6], None);
    let plan = chain(2, true);
    for goal in [
        "fetch the page and extract plain text",
        "Please fetch the web page at https://a.example and give me its text",
    ] {
        let found = world.score(&plan, goal, &[]);
        assert!(found.score >= 90.0, "{goal}: {found:?}");
    }
}

#[tokio::test]
async fn a_plan_of_an_agent_just_generated_and_tested_can_pass_the_threshold() {
    let mut generated = component(
        "InvoiceTotalAgent",
        "Adds up the lines of an invoice to a total",
        json!({"lines": "string[]"}),
        json!({"total": "number"}),
    );
    generated.status = Status::Experimental;
    let case = TestCase {
        name: "example 1".into(),
        ok: true,
        duration_ms: 1.0,
        error: None,
    };
    let run = TestRun {
        id: "1".into(),
        component: "InvoiceTotalAgent@v1".into(),
        started_at: "2024-01-01T00:00:00Z".into(),
        duration_ms: 1.0,
        passed: 1,
        failed: 0,
        cases: vec![case],
    };
    let agents =
        Agents::default().with(Evaluator::new(Fakes::with([generated]).tested(run).deps()));
    let request = json!({
        "workflow": {"id": "p", "input_schema": {"lines": "string[]"}, "steps": [{"id": "total", "agent": "InvoiceTotalAgent", "input": {"lines": "${input.lines}"}}], "output": "${total}"},
        "goal": "add up the invoice lines to a total", "generated": ["InvoiceTotalAgent"],
    });
    let found = agents
        .invoke("evaluator", request.clone(), Scope::default())
        .await
        .unwrap();
    assert!(found["score"].as_f64().unwrap() >= 85.0, "{found}");
    let criteria = found["criteria"].as_object().unwrap();
    assert_eq!(criteria.len(), 9);
    insta::assert_json_snapshot!(found);
}

#[test]
fn suggestions_say_what_a_planner_can_do() {
    let world = world([true; 6], None);
    let mut plan = chain(6, true);
    plan["steps"][5].as_object_mut().unwrap().remove("retry");
    plan["steps"][0]
        .as_object_mut()
        .unwrap()
        .remove("timeout_seconds");
    plan["steps"][2]["agent"] = json!("OldSummarizerAgent@v1");
    plan["steps"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "extra", "agent": "CounterTool", "input": {"value": "x"}}));
    let found = world.score(&plan, &goal(6), &[]);
    let remedies: Vec<(&str, Remedy)> = found
        .suggestions
        .iter()
        .filter_map(|s| Some((s.step.as_deref()?, s.remedy.clone()?)))
        .collect();
    for expected in [
        ("s5", Remedy::AddRetry),
        ("s0", Remedy::AddTimeout),
        ("extra", Remedy::RemoveStep),
        (
            "s2",
            Remedy::ReplaceComponent {
                by: Some("SummarizerAgent".into()),
            },
        ),
    ] {
        assert!(remedies.contains(&expected), "{expected:?} in {remedies:?}");
    }
}

#[test]
fn nested_steps_count_as_used_where_their_container_is() {
    let world = world([true; 6], None);
    let plan = json!({
        "id": "p", "input_schema": {"urls": "string[]"},
        "steps": [
            {"id": "each", "for_each": "${input.urls}", "steps": [
                {"id": "get", "agent": "PageFetcherTool", "input": {"url": "${item}"}, "retry": {"max_attempts": 2}, "timeout_seconds": 9},
                {"id": "text", "agent": "TextExtractorTool", "input": {"html": "${get.html}"}},
            ]},
            {"id": "both", "parallel": [
                [{"id": "count", "agent": "CounterTool", "input": {"value": "a"}}],
                [{"id": "talk", "agent": "SpeechTool", "input": {"translation": "b"}}],
            ]},
        ],
        "output": {"texts": "${each}", "both": "${both}"},
    });
    let found = world.score(&plan, "fetch the pages and extract plain text", &[]);
    assert_eq!(found.criteria["dead_steps"], 6.0, "{found:?}");
    assert!(found.score >= 85.0, "{found:?}");
    let mut unused = plan.clone();
    unused["output"] = json!("${each}");
    assert!(
        world
            .score(&unused, "fetch the pages and extract plain text", &[])
            .score
            < found.score
    );
}

#[test]
fn a_source_is_scored_by_what_stands_in_it() {
    let good = "from tdev import tool\n\n@tool(description=\"Counts the words of a text\")\ndef count_words(text: str) -> dict:\n    return {\"count\": len(text.split())}\n";
    let example =
        serde_json::from_value(json!({"input": {"text": "a b"}, "output": {"count": 2}})).unwrap();
    let found = evaluate_source(
        good,
        None,
        &[example],
        Record {
            passed: 3,
            failed: 0,
        },
    );
    assert_eq!(found.rating, "A+", "{found:?}");
    let untyped = good.replace("text: str", "text").replace(" -> dict", "");
    assert!(evaluate_source(&untyped, None, &[], Record::default()).score < found.score);
    let sly = good.replace("len(text.split())", "eval(text)");
    assert!(
        evaluate_source(
            &sly,
            None,
            &[],
            Record {
                passed: 3,
                failed: 0
            }
        )
        .score
            < 70.0
    );
    let broken = evaluate_source("def f(:", None, &[], Record::default());
    assert_eq!((broken.score, broken.rating.as_str()), (0.0, "F"));
    insta::assert_json_snapshot!(broken.suggestions);
}
