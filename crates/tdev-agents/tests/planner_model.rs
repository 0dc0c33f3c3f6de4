//! Planning with a language model that answers by script, over the starter library.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_agents::planner::Planner;
use tdev_agents::{Agent, Deps};
use tdev_core::agent_io::{Mind, Plan, PlanRequest, Remedy, Suggestion};
use tdev_core::component::Component;
use tdev_core::model::{Content, ModelReply, ModelRequest, StopReason};
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

use crate::fakes::{Fakes, component};
use crate::planner::library;
use crate::scripted::{Scripted, reply, told};

/// A planner, its model, and how often it was asked.
pub(crate) struct Bench {
    pub(crate) planner: Planner,
    model: Arc<Scripted>,
}

pub(crate) fn bench(answers: Vec<Result<ModelReply>>) -> Bench {
    bench_over(library(), answers)
}

pub(crate) fn bench_over(components: Vec<Component>, answers: Vec<Result<ModelReply>>) -> Bench {
    let model = Scripted::of(answers);
    let deps = Deps {
        model: Some(model.clone()),
        ..Fakes::with(components).deps()
    };
    Bench {
        planner: Planner::new(deps),
        model,
    }
}

impl Bench {
    pub(crate) async fn plan(&self, request: PlanRequest) -> Result<Plan> {
        let scope = Scope {
            run_id: "run".into(),
            idempotency_token: "token".into(),
            ..Scope::default()
        };
        self.planner.run(request, scope).await
    }

    pub(crate) fn asked(&self) -> Vec<ModelRequest> {
        self.model.asked()
    }
}

pub(crate) const GOAL: &str = "Count the words of the text \"a rose is a rose\"";

pub(crate) fn goal(goal: &str) -> PlanRequest {
    PlanRequest {
        goal: goal.into(),
        ..PlanRequest::default()
    }
}

pub(crate) fn proposes(input: Value) -> Result<ModelReply> {
    let call = Content::ToolUse {
        id: "call-1".into(),
        name: "propose_plan".into(),
        input,
    };
    reply(vec![call], StopReason::ToolUse)
}

pub(crate) fn counting(agent: &str) -> Value {
    json!({
        "workflow": {
            "steps": [{"id": "count", "agent": agent, "input": {"text": "a rose is a rose"}}],
            "output": "${count.words}",
        },
        "rationale": "it counts words",
        "confidence": 0.9,
    })
}

pub(crate) fn good() -> Result<ModelReply> {
    proposes(counting("TextStatisticsTool"))
}

/// The components a plan calls or builds on.
pub(crate) fn called(plan: &Plan) -> Vec<String> {
    let steps = plan.workflow.steps.iter().filter_map(|s| s.component());
    let tools = plan.missing.iter().flat_map(|spec| spec.tools.clone());
    steps.map(|c| c.name.clone()).chain(tools).collect()
}

/// What every plan of the composer that stands in must say.
pub(crate) fn stands_in(plan: &Plan, why: &str) {
    let told = plan.provenance.as_ref().unwrap();
    assert_eq!(told.mind, Mind::Composer);
    assert!(!called(plan).is_empty());
    let said = format!("the language model's plan was not taken: {why}");
    assert!(plan.rationale.contains(&said), "{}", plan.rationale);
    assert!(told.stood_in.as_ref().unwrap().message.starts_with(why));
}

#[tokio::test]
async fn a_sound_plan_of_the_model_is_taken_pinned_and_says_where_it_comes_from() {
    let bench = bench(vec![good()]);
    let plan = bench.plan(goal(GOAL)).await.unwrap();
    insta::assert_json_snapshot!(plan);
}

#[tokio::test]
async fn what_the_model_is_told_reads_well() {
    let few = [
        component(
            "WordCountTool",
            "Counts the words of a text.",
            json!({"text": "string"}),
            json!({"words": "integer"}),
        ),
        component(
            "UpperCaseTool",
            "Writes a text in capital letters.",
            json!({"text": "string"}),
            json!({"text": "string"}),
        ),
    ];
    let refined = PlanRequest {
        inputs:
            json!({"text": "secret words", "badge": {"artifact": "00", "media_type": "image/png"}})
                .as_object()
                .cloned()
                .unwrap(),
        suggestions: vec![Suggestion {
            criterion: "robustness".into(),
            step: Some("count".into()),
            message: "give `count` a retry".into(),
            remedy: Some(Remedy::AddRetry),
        }],
        previous: Some(
            serde_json::from_value(json!({"steps": [{"id": "count", "agent": "WordCountTool"}]}))
                .unwrap(),
        ),
        generated: vec!["WordCountTool".into()],
        ..goal("Count the words")
    };
    let wrong = proposes(counting("WordCounter"));
    let right = proposes(counting("WordCountTool"));
    let bench = bench_over(few.to_vec(), vec![wrong, right]);
    bench.plan(refined).await.unwrap();
    let asked = bench.asked().pop().unwrap();
    let mut text = format!("SYSTEM\n{}\n", asked.system);
    for message in &asked.messages {
        for piece in &message.content {
            match piece {
                Content::Text(words) => text.push_str(&format!("{:?}\n{words}\n", message.role)),
                Content::ToolUse { input, .. } => text.push_str(&format!("PROPOSED {input}\n")),
                Content::ToolResult { content, .. } => {
                    text.push_str(&format!("CORRECTED\n{}\n", content.as_str().unwrap()));
                }
            }
        }
    }
    assert!(!text.contains("secret words"), "values stay here");
    insta::assert_snapshot!("the_prompts_of_the_planner", text);
    insta::assert_json_snapshot!("the_tool_of_the_planner", asked.tools);
}

#[tokio::test]
async fn an_unsound_plan_goes_back_with_the_checkers_words() {
    let mut unsound = counting("TextStatisticsTool");
    unsound["workflow"]["output"] = json!("${count.wrods}");
    let bench = bench(vec![proposes(unsound), good()]);
    let plan = bench.plan(goal(GOAL)).await.unwrap();
    let provenance = plan.provenance.unwrap();
    assert_eq!((provenance.mind, provenance.calls), (Mind::Model, 2));
    assert_eq!(provenance.usage.input_tokens, 2_000);
    assert_eq!(provenance.micro_dollars, 4_000);
    let back = told(&bench.asked()[1]);
    assert!(
        back.contains("wrods") && back.contains("did you mean"),
        "{back}"
    );
}

#[tokio::test]
async fn after_two_corrections_the_composer_stands_in_and_says_so() {
    let wrong = || proposes(counting("WordCounter"));
    let bench = bench(vec![wrong(), wrong(), wrong()]);
    let plan = bench.plan(goal(GOAL)).await.unwrap();
    stands_in(&plan, "it was still unsound after 2 corrections");
    assert_eq!(called(&plan), ["TextStatisticsTool"]);
    assert_eq!(plan.provenance.unwrap().calls, 3);
}

#[tokio::test]
async fn answers_that_are_no_plan_go_back() {
    let words = reply(
        vec![Content::Text("I would count.".into())],
        StopReason::EndTurn,
    );
    let cut = reply(
        vec![Content::ToolUse {
            id: "c".into(),
            name: "propose_plan".into(),
            input: json!("{\"workflow\": {\"st"),
        }],
        StopReason::MaxTokens,
    );
    for (answer, back) in [
        (words, "`propose_plan` was not called"),
        (cut, "the answer was cut off after 4096 tokens"),
        (proposes(json!("not JSON")), "is not JSON"),
        (proposes(json!({"plan": []})), "unknown field"),
        (
            proposes(json!({"rationale": "", "confidence": 1})),
            "nothing is proposed and nothing is missing",
        ),
    ] {
        let bench = bench(vec![answer, good()]);
        let plan = bench.plan(goal(GOAL)).await.unwrap();
        assert_eq!(plan.provenance.unwrap().mind, Mind::Model);
        let second = told(&bench.asked()[1]);
        assert!(second.contains(back), "{back}: {second}");
    }
}

#[tokio::test]
async fn where_the_model_fails_the_composer_stands_in_and_says_why() {
    let refused = reply(vec![Content::Text("No.".into())], StopReason::Refused);
    let error = |code, why: &str| Err(Error::new(code, why));
    for (answer, why) in [
        (refused, "it declined"),
        (
            error(Code::ModelUnavailable, "the model is gone"),
            "the model is gone",
        ),
        (error(Code::ModelThrottled, "too much"), "too much"),
        (error(Code::ModelInvalid, "unreadable"), "unreadable"),
        (
            error(Code::BudgetExceeded, "the run has $0.00 left"),
            "the run has $0.00 left",
        ),
    ] {
        let bench = bench(vec![answer]);
        let plan = bench.plan(goal(GOAL)).await.unwrap();
        stands_in(&plan, why);
        assert_eq!(called(&plan), ["TextStatisticsTool"]);
    }
}

#[tokio::test]
async fn a_budget_that_ends_between_corrections_ends_them() {
    let wrong = proposes(counting("WordCounter"));
    let spent = Err(Error::new(Code::BudgetExceeded, "the run has $0.01 left"));
    let bench = bench(vec![wrong, spent]);
    let plan = bench.plan(goal(GOAL)).await.unwrap();
    stands_in(&plan, "the run has $0.01 left");
    assert_eq!(
        plan.provenance.unwrap().calls,
        1,
        "what was answered is told"
    );
}

#[tokio::test]
async fn a_wrong_configuration_is_not_glossed_over() {
    for code in [
        Code::SecretNotFound,
        Code::InvalidConfig,
        Code::PermissionDenied,
    ] {
        let bench = bench(vec![Err(Error::new(code, "wrong"))]);
        assert_eq!(bench.plan(goal(GOAL)).await.unwrap_err().code, code);
    }
}

#[tokio::test]
async fn where_neither_mind_has_a_plan_both_reasons_are_told() {
    let refused = reply(Vec::new(), StopReason::Refused);
    let error = bench(vec![refused])
        .plan(goal("Brew a pot of coffee"))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::CapabilityMissing);
    assert!(error.message.starts_with("no component covers"), "{error}");
    assert!(
        error.message.ends_with("was not taken: it declined"),
        "{error}"
    );
}

#[tokio::test]
async fn the_model_may_say_what_is_missing_where_the_composer_has_nothing() {
    let spec = json!({
        "goal": "brew a pot of coffee",
        "input_schema": {"cups": "integer"},
        "output_schema": {"brewed": "boolean"},
        "tools": ["HttpFetchTool"],
    });
    let proposal = json!({"missing": [spec], "rationale": "nothing brews", "confidence": 0.5});
    let unlisted = json!({"missing": [{"goal": "x", "output_schema": {}, "tools": ["KettleTool"]}],
        "rationale": "", "confidence": 0.5});
    let bench = bench(vec![proposes(unlisted), proposes(proposal)]);
    let plan = bench
        .plan(goal(
            "Fetch the page http://kettle.example and brew a pot of coffee",
        ))
        .await
        .unwrap();
    assert!(plan.workflow.steps.is_empty());
    assert_eq!(plan.missing[0].goal, "brew a pot of coffee");
    let back = told(&bench.asked()[1]);
    assert!(
        back.contains("`KettleTool` is not among the listed components"),
        "{back}"
    );
    assert!(back.contains("returns nothing that is named"), "{back}");
}
