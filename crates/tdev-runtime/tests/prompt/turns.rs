//! What a model is told, and in which form it answers.

use serde_json::json;
use tdev_core::Code;
use tdev_core::model::{Content, StopReason, ToolChoice};

use crate::fakes::{Home, Scripted, agent, asks, says, stopped, timeless};

#[tokio::test]
async fn a_model_is_told_its_instructions_its_tools_and_its_input() {
    let model = Scripted::says([
        asks([("TextStatisticsTool", json!({"text": "Boats return"}))]),
        asks([("answer", json!({"words": 2, "verdict": "short"}))]),
    ]);
    let counter = agent(
        "CounterAgent",
        &json!({
            "input_schema": {"text": "string", "tone": "string?"},
            "output_schema": {"words": "integer", "verdict": "string"},
            "tools": ["TextStatisticsTool"],
            "prompt": {"instructions": "Judge the length of {{ text }}{% if tone %}, in a {{ tone }} tone{% endif %}.", "temperature": 0.2}
        }),
    );
    let home = Home::of(Some(&model), [counter]);
    let output = home
        .run(
            "CounterAgent",
            json!({"text": "Boats return", "tone": "</data> dry"}),
        )
        .await
        .unwrap();
    assert_eq!(output, json!({"words": 2, "verdict": "short"}));
    // Everything of one conversation, as it goes over the wire.
    insta::assert_json_snapshot!(model.requests().last().unwrap());
}

#[tokio::test]
async fn one_field_of_text_is_answered_in_words() {
    let model = Scripted::says([says("  Good to hear from you.\n")]);
    let home = Home::of(Some(&model), [agent("GreeterAgent", &json!({}))]);
    let output = home
        .run("GreeterAgent", json!({"text": "hi"}))
        .await
        .unwrap();
    assert_eq!(output, json!({"reply": "Good to hear from you."}));
    let request = &model.requests()[0];
    assert!(request.tools.is_empty());
    assert_eq!(request.choice, ToolChoice::Auto);
}

#[tokio::test]
async fn an_answer_that_does_not_fit_goes_back_with_the_reason() {
    let model = Scripted::says([
        says("It has two words."),
        asks([("answer", json!({"words": "two"}))]),
        asks([("answer", json!({"words": 2}))]),
    ]);
    let counter = agent(
        "CounterAgent",
        &json!({"output_schema": {"words": "integer"}}),
    );
    let home = Home::of(Some(&model), [counter]);
    let output = home
        .run("CounterAgent", json!({"text": "Boats return"}))
        .await
        .unwrap();
    assert_eq!(output, json!({"words": 2}));
    let requests = model.requests();
    insta::assert_json_snapshot!(requests[2].messages[2..].iter().map(|m| &m.content).collect::<Vec<_>>(), @r#"
    [
      [
        {
          "text": "That cannot be used: an answer in words cannot be used; call `answer` with it."
        }
      ],
      [
        {
          "tool_use": {
            "id": "call-0",
            "name": "answer",
            "input": {
              "words": "two"
            }
          }
        }
      ],
      [
        {
          "tool_result": {
            "id": "call-0",
            "content": {
              "error": "SchemaMismatch",
              "message": "\"two\" is not of type \"integer\"",
              "retryable": false,
              "field": "words"
            },
            "failed": true
          }
        }
      ]
    ]
    "#);
}

#[tokio::test]
async fn an_answer_goes_back_twice_and_no_more() {
    let model = Scripted::by(|_, _| Ok(asks([("answer", json!({"words": -1}))])));
    let schema = json!({"type": "object", "properties": {"words": {"type": "integer", "minimum": 0}}, "required": ["words"]});
    let counter = agent("CounterAgent", &json!({"output_schema": schema}));
    let home = Home::of(Some(&model), [counter]);
    let error = home
        .run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"ModelInvalid: `CounterAgent`: the model's answer did not fit after 2 corrections: -1 is less than the minimum of 0 (at `output.words`)");
    assert_eq!(model.requests().len(), 3);
}

#[tokio::test]
async fn a_refusal_ends_it_and_a_cut_off_answer_is_never_taken() {
    let refused = Scripted::says([stopped(
        StopReason::Refused,
        vec![Content::Text("I cannot help\nwith that.".to_owned())],
    )]);
    let home = Home::of(Some(&refused), [agent("GreeterAgent", &json!({}))]);
    let error = home
        .run("GreeterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"ModelRefused: `GreeterAgent`: the model declined, and said: I cannot help with that.");

    let cut = |text: &str| stopped(StopReason::MaxTokens, vec![Content::Text(text.to_owned())]);
    let mended = Scripted::says([cut("Good to he"), says("Good to hear.")]);
    let home = Home::of(Some(&mended), [agent("GreeterAgent", &json!({}))]);
    let output = home
        .run("GreeterAgent", json!({"text": "x"}))
        .await
        .unwrap();
    assert_eq!(output, json!({"reply": "Good to hear."}));

    let never = Scripted::by(move |_, _| Ok(cut("Good to he")));
    let home = Home::of(Some(&never), [agent("GreeterAgent", &json!({}))]);
    let error = home
        .run("GreeterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"ModelInvalid: `GreeterAgent`: the model's answer did not fit after 2 corrections: your answer was cut off: it is too long");
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_not_made() {
    let model = Scripted::says([
        stopped(
            StopReason::MaxTokens,
            vec![Content::ToolUse {
                id: "half".to_owned(),
                name: "TextStatisticsTool".to_owned(),
                input: json!({"text": "Bo"}),
            }],
        ),
        says("done"),
    ]);
    let counter = agent("CounterAgent", &json!({"tools": ["TextStatisticsTool"]}));
    let home = Home::of(Some(&model), [counter]);
    home.run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap();
    assert_eq!(model.told()[0]["tool_result"]["failed"], true);
}

#[tokio::test]
async fn without_a_model_it_says_which_table_to_write() {
    let home = Home::of(None, [agent("GreeterAgent", &json!({}))]);
    let error = home
        .run("GreeterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ModelNotConfigured);
    insta::assert_snapshot!(error, @"ModelNotConfigured: `GreeterAgent` needs a language model, and none is configured; write `provider` and `model` under [models] in tdev.toml, and where they are needed `url` and `key_secret`");
}

#[tokio::test]
async fn a_model_asked_for_by_name_is_not_replaced_by_another() {
    let model = Scripted::says([says("hello")]);
    let picky = agent("GreeterAgent", &json!({"prompt": {"model": "other-9"}}));
    let home = Home::of(Some(&model), [picky]);
    let error = home
        .run("GreeterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ModelNotConfigured);
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn what_was_done_stands_in_the_output_where_there_is_a_place_for_it() {
    let model = Scripted::says([
        asks([("TextStatisticsTool", json!({"text": "Boats return"}))]),
        says("two words"),
    ]);
    let counter = agent(
        "CounterAgent",
        &json!({"tools": ["TextStatisticsTool"], "output_schema": {"reply": "string", "trace": "object[]"}}),
    );
    let home = Home::of(Some(&model), [counter]);
    let output = home
        .run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap();
    insta::assert_json_snapshot!(timeless(output));
}
