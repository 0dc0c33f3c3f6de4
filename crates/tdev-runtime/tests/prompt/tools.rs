//! Calling components: checked first, several at once, failures as data, effects under one token.

use serde_json::{Value, json};
use tdev_core::Code;

use crate::builtin::project::project;
use crate::builtin::server::{Server, answer};
use crate::fakes::{Home, Scripted, agent, asks, says};

/// What a model is told of one call of a text tool by an agent that has two.
async fn told(name: &str, input: Value) -> Value {
    let (name, given) = (name.to_owned(), input);
    let model = Scripted::by(move |at, _| {
        Ok(if at == 0 {
            asks([(&name, given.clone())])
        } else {
            says("done")
        })
    });
    let tools = json!({"tools": ["TextStatisticsTool", "TemplateRenderTool", "HttpFetchTool"]});
    let home = Home::of(Some(&model), [agent("TextAgent", &tools)]);
    home.run("TextAgent", json!({"text": "x"})).await.unwrap();
    model.told()[0]["tool_result"].clone()
}

#[tokio::test]
async fn a_call_that_cannot_be_right_is_told_the_field_and_the_nearest_right_thing() {
    insta::assert_json_snapshot!(told("TextStatisticsTool", json!({"txt": "a b"})).await["content"], @r#"
    {
      "error": "SchemaMismatch",
      "message": "`TextStatisticsTool` takes no field `txt`",
      "retryable": false,
      "field": "input.txt",
      "hint": "did you mean `text`?"
    }
    "#);
    insta::assert_json_snapshot!(told("TextStatisticsTool", json!({"text": 7})).await["content"], @r#"
    {
      "error": "SchemaMismatch",
      "message": "the input of `TextStatisticsTool` does not fit: 7 is not of type \"string\"",
      "retryable": false,
      "field": "input.text"
    }
    "#);
    insta::assert_json_snapshot!(told("TextStatistics", json!({"text": "a b"})).await["content"], @r#"
    {
      "error": "PermissionDenied",
      "message": "you have no tool `TextStatistics`",
      "retryable": false,
      "hint": "did you mean `TextStatisticsTool`?"
    }
    "#);
    assert_eq!(
        told("TextStatisticsTool", json!("a b")).await["failed"],
        true
    );
}

#[tokio::test]
async fn a_failure_is_told_with_whether_it_may_pass() {
    let failed = told("TemplateRenderTool", json!({"template": "{% if %}"})).await;
    assert_eq!(failed["failed"], true);
    assert_eq!(failed["content"]["error"], "InvalidInput");
    assert_eq!(failed["content"]["retryable"], false);

    // The tool is granted to the agent, and the host to nobody.
    let denied = told("HttpFetchTool", json!({"url": "https://example.com/"})).await;
    assert_eq!(denied["content"]["error"], "PermissionDenied");
    assert_eq!(denied["content"]["retryable"], false);

    let server = Server::http(|_| answer("503 Service Unavailable", "", b""));
    let place = format!("127.0.0.1:{}", server.port);
    let builtins = project(&std::env::temp_dir(), json!({"http": [place]}));
    let url = format!("http://{place}/");
    let model = Scripted::by(move |at, _| {
        let call = [("WebhookTool", json!({"url": url, "body": {}}))];
        Ok(if at == 0 {
            asks(call)
        } else {
            says("later, then")
        })
    });
    let caller = agent("CallerAgent", &json!({"tools": ["WebhookTool"]}));
    let home = Home::on(builtins, Some(&model), [caller]);
    home.run("CallerAgent", json!({"text": "x"})).await.unwrap();
    let told = &model.told()[0]["tool_result"]["content"];
    assert_eq!(
        (&told["error"], &told["retryable"]),
        (&json!("RemoteUnavailable"), &json!(true))
    );
}

#[tokio::test]
async fn calls_of_one_turn_are_all_answered_in_their_order() {
    let model = Scripted::says([
        asks([
            ("TextStatisticsTool", json!({"text": "one"})),
            ("NobodyTool", json!({})),
            ("TextStatisticsTool", json!({"text": "one two three"})),
            ("TextStatisticsTool", json!({"text": "one two"})),
            ("TextStatisticsTool", json!({"text": "a b c d"})),
            ("TextStatisticsTool", json!({"text": "a b c d e"})),
        ]),
        says("done"),
    ]);
    let counter = agent("CounterAgent", &json!({"tools": ["TextStatisticsTool"]}));
    let home = Home::of(Some(&model), [counter]);
    home.run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap();
    let told = model.told();
    let seen: Vec<(&str, Option<i64>)> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let result = &one["tool_result"];
            (
                result["id"].as_str().unwrap(),
                result["content"]["words"].as_i64(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("call-0", Some(1)),
            ("call-1", None),
            ("call-2", Some(3)),
            ("call-3", Some(2)),
            ("call-4", Some(4)),
            ("call-5", Some(5))
        ]
    );
}

#[tokio::test]
async fn a_turn_has_only_so_many_calls() {
    let model = Scripted::by(|at, _| {
        let call = |n: usize| ("TextStatisticsTool", json!({"text": format!("{n}")}));
        Ok(if at == 0 {
            asks::<20>(std::array::from_fn(call))
        } else {
            says("done")
        })
    });
    let counter = agent("CounterAgent", &json!({"tools": ["TextStatisticsTool"]}));
    let home = Home::of(Some(&model), [counter]);
    home.run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap();
    let told = model.told();
    let failed = told
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["tool_result"]["failed"] == true);
    assert_eq!(failed.count(), 4);
}

#[tokio::test]
async fn an_answer_beside_other_calls_waits_for_them() {
    let model = Scripted::says([
        asks([
            ("TextStatisticsTool", json!({"text": "one two"})),
            ("answer", json!({"words": 1})),
        ]),
        asks([("answer", json!({"words": 2}))]),
    ]);
    let counter = agent(
        "CounterAgent",
        &json!({"tools": ["TextStatisticsTool"], "output_schema": {"words": "integer"}}),
    );
    let home = Home::of(Some(&model), [counter]);
    let output = home
        .run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap();
    assert_eq!(output, json!({"words": 2}));
    let told = model.told();
    assert_eq!(told[0]["tool_result"]["content"]["words"], 2);
    assert_eq!(
        told[1]["tool_result"]["content"]["message"],
        "an answer stands alone"
    );
}

#[tokio::test]
async fn a_long_result_is_cut_and_says_so() {
    let told = told(
        "TemplateRenderTool",
        json!({"template": "{% for a in items %}{{ a }}{% endfor %}", "values": {"items": vec!["x".repeat(1_000); 60]}}),
    )
    .await;
    assert_eq!(told["failed"], false);
    assert!(
        told["content"]["omitted_bytes"].as_u64().unwrap() > 30_000,
        "{told}"
    );
}

#[tokio::test]
async fn a_call_made_over_and_over_is_refused_and_then_ends_it() {
    let model = Scripted::by(|_, _| Ok(asks([("TextStatisticsTool", json!({"text": "again"}))])));
    let circle = agent(
        "CircleAgent",
        &json!({"tools": ["TextStatisticsTool"], "prompt": {"max_turns": 20}}),
    );
    let home = Home::of(Some(&model), [circle]);
    let error = home
        .run("CircleAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ModelInvalid);
    insta::assert_snapshot!(error, @"ModelInvalid: `CircleAgent`: the model asked for `TextStatisticsTool` with the same input 5 times; make the instructions say when it is done");
    assert_eq!(model.requests().len(), 5);
    let message = &model.told()[0]["tool_result"]["content"]["message"];
    assert_eq!(
        message,
        "you called `TextStatisticsTool` with this very input 3 times and have its answers"
    );
    let trace = error.details.unwrap()["trace"].as_array().unwrap().len();
    assert_eq!(trace, 9, "five turns and four calls");
}

#[tokio::test]
async fn an_attempt_made_again_repeats_its_effects_under_the_same_tokens() {
    let server = Server::http(|_| answer("200 OK", "", b"{}"));
    let place = format!("127.0.0.1:{}", server.port);
    let builtins = project(&std::env::temp_dir(), json!({"http": [place]}));
    let url = format!("http://{place}/");
    // The second attempt asks in another order, and writes its fields in another.
    let post = |body: Value| ("WebhookTool", json!({"url": url, "body": body}));
    let again = |body: Value| ("WebhookTool", json!({"body": body, "url": url}));
    let (one, two) = (json!({"n": 1, "to": "a"}), json!({"n": 2}));
    let model = Scripted::says([
        asks([post(one.clone())]),
        asks([post(two.clone())]),
        asks([post(two.clone())]),
        says("done"),
        asks([
            again(two.clone()),
            again(json!({"to": "a", "n": 1})),
            again(two.clone()),
        ]),
        says("done"),
        asks([post(one)]),
        says("done"),
    ]);
    let caller = agent("CallerAgent", &json!({"tools": ["WebhookTool"]}));
    let home = Home::on(builtins, Some(&model), [caller]);
    let tokens = || -> Vec<String> {
        let mut tokens: Vec<String> = server
            .asked()
            .iter()
            .map(|request| {
                let line = request
                    .lines()
                    .find(|l| l.starts_with("idempotency-key:"))
                    .unwrap();
                let body: Value = serde_json::from_str(request.lines().last().unwrap()).unwrap();
                format!("{} {line}", body["n"])
            })
            .collect();
        tokens.sort();
        tokens
    };
    for token in ["t1", "t1", "t2"] {
        home.run_as(token, "CallerAgent", json!({"text": "x"}))
            .await
            .unwrap();
    }
    let tokens = tokens();
    // Of 1: twice the same, and another under the other token. Of 2: two effects, twice each.
    assert_eq!(tokens.len(), 7);
    let count = |n: usize| tokens.iter().filter(|token| **token == tokens[n]).count();
    assert_eq!([count(3), count(5)], [2, 2], "{tokens:#?}");
    let ones: std::collections::BTreeSet<_> = tokens[..3].iter().collect();
    assert_eq!(ones.len(), 2, "{tokens:#?}");
}
