//! What the tester tries and how it judges.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_agents::Agent;
use tdev_agents::tester::{Case, CaseKind, Input, Tester, cases_of, contains, judge};
use tdev_core::agent_io::TestRun;
use tdev_core::component::{Component, Example};
use tdev_core::ports::{Scope, TestRunStore};
use tdev_core::{Code, Error};

use crate::fakes::{Fakes, component};

fn adder() -> Component {
    let mut adder = component(
        "AdderTool",
        "Adds",
        json!({"a": "integer", "b": "integer"}),
        json!({"sum": "integer"}),
    );
    adder.examples = vec![example(json!({"a": 1, "b": 2}), json!({"sum": 3}))];
    adder
}

fn example(input: Value, output: Value) -> Example {
    Example { input, output }
}

fn asked(component: &Component) -> Input {
    Input {
        component: Some(component.pinned()),
        candidate: None,
        seed: 7,
        cases: Vec::new(),
        kinds: Vec::new(),
    }
}

async fn tested(fakes: Fakes, input: Input) -> (Arc<Fakes>, TestRun) {
    let fakes = Arc::new(fakes);
    let run = Tester::new(Fakes::shared(&fakes))
        .run(input, Scope::default())
        .await
        .unwrap();
    (fakes, run)
}

fn add(input: &Value) -> Value {
    json!({"sum": input["a"].as_i64().unwrap_or(0) + input["b"].as_i64().unwrap_or(0)})
}

#[tokio::test]
async fn examples_hold_malformed_input_is_refused_and_the_run_is_recorded() {
    let adder = adder();
    let fakes = Fakes::with([adder.clone()]).doing("AdderTool", |input| Ok(add(input)));
    let (fakes, run) = tested(fakes, asked(&adder)).await;
    assert_eq!(
        (run.failed, run.component.as_str()),
        (0, "AdderTool@v1"),
        "{run:?}"
    );
    assert_eq!(run.cases.len(), 4);
    assert_eq!(
        fakes.of("AdderTool@v1", 9).await.unwrap(),
        std::slice::from_ref(&run)
    );
    assert_eq!(run.id.as_bytes()[14], b'7');
    insta::assert_json_snapshot!(run.cases);
}

#[tokio::test]
async fn what_a_model_answers_is_not_tested_without_one_and_that_is_no_pass() {
    let declared = |record: Value| Component::read(&record.to_string()).unwrap();
    let talker = declared(json!({
        "name": "TalkAgent", "input_schema": {"text": "string"}, "output_schema": {"reply": "string"},
        "prompt": {"instructions": "Answer."}, "examples": [{"input": {"text": "hi"}, "output": {}}]
    }));
    let pair = declared(json!({
        "name": "PairTeam", "input_schema": {"text": "string"}, "members": ["AdderTool", "TalkAgent"],
        "team": {"mode": "parallel"}
    }));
    for subject in [&talker, &pair] {
        let fakes = Arc::new(Fakes::with([adder(), talker.clone(), pair.clone()]));
        let error = Tester::new(Fakes::shared(&fakes))
            .run(asked(subject), Scope::default())
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::ModelNotConfigured);
        assert!(error.message.contains("cannot be tested"), "{error}");
        assert!(
            fakes.of(&subject.name, 9).await.unwrap().is_empty(),
            "nothing is recorded"
        );
        assert!(fakes.calls.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_team_without_a_model_gets_made_up_input_and_what_sends_by_another_never_does() {
    let declared = |record: Value| Component::read(&record.to_string()).unwrap();
    let pair = declared(json!({
        "name": "PairTeam", "input_schema": {"a": "integer", "b": "integer"}, "members": ["AdderTool", "MailTool"],
        "team": {"mode": "parallel"}
    }));
    let mail = |side_effects: bool| Component {
        side_effects,
        ..component(
            "MailTool",
            "Sends",
            json!({"a": "integer"}),
            json!({"id": "string"}),
        )
    };
    // A class that calls it, whose own record says nothing of that.
    let hand: Component = serde_json::from_value(json!({
        "name": "HandAgent", "type": "agent", "brain_count": 1, "description": "Sends", "runtime": "python",
        "input_schema": {"a": "integer"}, "tools": ["MailTool"], "class_path": "agents.hand.HandAgent",
    }))
    .unwrap();
    for (subject, sends, smoked) in [
        (&pair, false, true),
        (&pair, true, false),
        (&hand, false, true),
        (&hand, true, false),
    ] {
        let fakes = Fakes::with([adder(), mail(sends), pair.clone(), hand.clone()])
            .doing("PairTeam", |_| Ok(json!({})))
            .doing("HandAgent", |_| Ok(json!({})));
        let (fakes, run) = tested(fakes, asked(subject)).await;
        let made_up = run
            .cases
            .iter()
            .any(|c| c.name.starts_with("a value of its schema"));
        assert_eq!(made_up, smoked, "{} {sends}: {run:?}", subject.name);
        let whole =
            |call: &tdev_core::ports::Invocation| subject.input_schema.check(&call.input).is_ok();
        assert_eq!(fakes.calls.lock().unwrap().iter().any(whole), smoked);
    }
}

#[tokio::test]
async fn a_wrong_answer_fails_and_names_the_field() {
    let adder = adder();
    let fakes = Fakes::with([adder.clone()]).doing("AdderTool", |_| Ok(json!({"sum": 4})));
    let (_, run) = tested(
        fakes,
        Input {
            kinds: vec![CaseKind::Example],
            ..asked(&adder)
        },
    )
    .await;
    let error = run.cases[0].error.clone().unwrap();
    insta::assert_snapshot!(error, @"TestsFailed: expected 3, got 4 (at `sum`)");
}

#[tokio::test]
async fn without_examples_values_are_made_from_the_schema_the_same_for_a_seed() {
    let mut adder = adder();
    adder.examples.clear();
    let made = |seed| cases_of(&adder, &[], seed, &[CaseKind::Smoke]);
    assert_eq!(made(3), made(3));
    assert_ne!(made(3), made(4));
    assert!(!made(3).is_empty());
    let fakes = Fakes::with([adder.clone()]).doing("AdderTool", |input| Ok(add(input)));
    let (_, run) = tested(fakes, asked(&adder)).await;
    assert_eq!(run.failed, 0, "{run:?}");
}

#[tokio::test]
async fn a_crash_or_a_bug_on_made_up_input_fails_and_a_refusal_does_not() {
    for (code, message, holds) in [
        (Code::ComponentCrashed, "the sandbox ended", false),
        (Code::ComponentTimeout, "too slow", false),
        (
            Code::ComponentFailed,
            "NameError: name `x` is not defined",
            false,
        ),
        (Code::ComponentFailed, "ValueError: not a date", true),
        (Code::PermissionDenied, "host not granted", true),
        (Code::InvalidInput, "a must be even", true),
        (Code::SchemaMismatch, "no", true),
    ] {
        let mut adder = adder();
        adder.examples.clear();
        let fakes = Fakes::with([adder.clone()])
            .doing("AdderTool", move |_| Err(Error::new(code, message)));
        let (_, run) = tested(
            fakes,
            Input {
                kinds: vec![CaseKind::Smoke],
                ..asked(&adder)
            },
        )
        .await;
        assert_eq!(run.failed == 0, holds, "{code}: {run:?}");
        assert!(!run.cases.is_empty());
    }
}

#[tokio::test]
async fn side_effects_happen_for_given_examples_only() {
    let mut sender = component(
        "EmailSenderTool",
        "Sends",
        json!({"to": "email"}),
        json!({"sent": "boolean"}),
    );
    sender.side_effects = true;
    let fakes =
        Fakes::with([sender.clone()]).doing("EmailSenderTool", |_| Ok(json!({"sent": true})));
    let (fakes, run) = tested(fakes, asked(&sender)).await;
    assert_eq!((run.cases.len(), fakes.calls.lock().unwrap().len()), (0, 0));
    let given = vec![example(
        json!({"to": "a@example.com"}),
        json!({"sent": true}),
    )];
    let fakes =
        Fakes::with([sender.clone()]).doing("EmailSenderTool", |_| Ok(json!({"sent": true})));
    let (fakes, run) = tested(
        fakes,
        Input {
            cases: given,
            ..asked(&sender)
        },
    )
    .await;
    assert_eq!((run.passed, fakes.calls.lock().unwrap().len()), (1, 1));
}

#[tokio::test]
async fn files_are_never_made_up_and_components_that_take_anything_fail() {
    let scanner = component(
        "QrReaderTool",
        "Reads",
        json!("image"),
        json!({"text": "string"}),
    );
    assert!(cases_of(&scanner, &[], 0, &[CaseKind::Smoke]).is_empty());
    // A component whose invoker lets everything through is found out.
    let adder = adder();
    let case = cases_of(&adder, &[], 0, &[CaseKind::Malformed]).remove(0);
    let error =
        tdev_agents::tester::judge(&case, &adder.output_schema, Ok(json!({"sum": 1}))).unwrap_err();
    assert_eq!(error.code, Code::TestsFailed);
}

#[test]
fn expected_parts_match_and_everything_else_does_not() {
    let actual = json!({"a": 1, "b": {"c": [1, 2.0], "d": null}});
    for part in [
        json!({}),
        json!({"a": 1.0}),
        json!({"b": {"c": [1, 2]}}),
        json!({"b": {"d": null}}),
    ] {
        assert!(contains(&part, &actual), "{part}");
    }
    for other in [
        json!({"a": "1"}),
        json!({"x": null}),
        json!({"b": {"c": [1]}}),
        json!([]),
        json!({"b": {"c": [2, 1]}}),
    ] {
        assert!(!contains(&other, &actual), "{other}");
    }
}

mod made_values {
    use super::*;
    use proptest::prelude::*;
    use tdev_core::schema::Schema;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn fit_the_schema_they_are_made_from(seed: u64, which in 0usize..8) {
            let schemas = [
                json!({"text": "string", "n": "integer?"}), json!({"when": "datetime", "mail": "email", "link": "url", "id": "uuid", "day": "date", "at": "time"}),
                json!({"items": [{"id": "integer", "tags": "string[]"}]}), json!({"flag": "boolean", "rate": "number", "any": "any"}),
                json!({"mode": {"enum": ["a", "b"]}, "deep": {"deeper": {"deepest": "path"}}}),
                json!({"n": {"type": "integer", "minimum": 5, "maximum": 6}, "s": {"type": "string", "minLength": 30}}),
                json!({"type": "object", "properties": {"x": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "required": ["x"]}),
                json!({"f": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 2}, "l": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "integer"}}}),
            ];
            let tool = component("T", "t", schemas[which].clone(), json!({}));
            let cases = cases_of(&tool, &[], seed, &[CaseKind::Smoke]);
            prop_assert!(!cases.is_empty());
            let schema = Schema::new(schemas[which].clone()).unwrap();
            for case in cases {
                prop_assert!(schema.check(&case.input).is_ok(), "{}", case.input);
            }
        }
    }
}

#[test]
fn an_answer_that_breaks_the_output_schema_is_no_refusal_of_made_up_input() {
    let case = Case {
        kind: CaseKind::Smoke,
        name: "a value of its schema, 1".into(),
        input: json!({}),
        expected: None,
    };
    let judged = |code, field: &str| {
        judge(
            &case,
            &adder().output_schema,
            Err(Error::new(code, "it says no").field(field)),
        )
    };
    assert!(judged(Code::SchemaMismatch, "output").is_err());
    assert!(judged(Code::SchemaMismatch, "output.sum").is_err());
    assert!(judged(Code::SchemaMismatch, "input.a").is_ok());
    assert!(judged(Code::InvalidInput, "a").is_ok());
}
