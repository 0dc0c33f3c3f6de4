//! Turns, tokens, time, money and whoever waits: each ends the loop, clearly.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tdev_core::model::{ModelReply, ModelRequest, Price, Usage};
use tdev_core::ports::{LanguageModel, Listener, ModelCard, Scope};
use tdev_core::{Code, Error, Result};
use tokio::sync::Notify;

use crate::fakes::{Home, Scripted, agent, asks, says};

#[tokio::test]
async fn turns_are_counted_and_the_last_one_calls_nothing() {
    let model = Scripted::by(|at, _| {
        Ok(asks([(
            "TextStatisticsTool",
            json!({"text": format!("{at}")}),
        )]))
    });
    let counter = agent(
        "CounterAgent",
        &json!({"tools": ["TextStatisticsTool"], "prompt": {"max_turns": 3}, "output_schema": {"words": "integer"}}),
    );
    let home = Home::of(Some(&model), [counter]);
    let error = home
        .run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"ComponentFailed: `CounterAgent` has no answer after 3 turns, which is all it has (at `prompt.max_turns`); raise `prompt.max_turns`, or give it less to do");
    assert_eq!(model.requests().len(), 3);
    let work = &error.details.unwrap()["trace"];
    let calls = work
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry.get("called").is_some());
    assert_eq!(calls.count(), 2);
    let choice = |at: usize| serde_json::to_value(&model.requests()[at].choice).unwrap();
    assert_eq!(
        [choice(1), choice(2)],
        [json!("any"), json!({"named": "answer"})]
    );
}

#[tokio::test]
async fn tokens_are_reserved_before_a_turn_and_not_counted_after() {
    let model = Scripted::by(|at, _| {
        let mut reply = asks([("TextStatisticsTool", json!({"text": format!("{at}")}))]);
        reply.usage = Usage {
            input_tokens: 1_500,
            output_tokens: 100,
        };
        Ok(reply)
    });
    let counter = agent(
        "CounterAgent",
        &json!({"tools": ["TextStatisticsTool"], "prompt": {"max_tokens": 6_000, "max_turns": 50}}),
    );
    let home = Home::of(Some(&model), [counter]);
    let error = home
        .run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"BudgetExceeded: `CounterAgent` has used 4800 of its 6000 tokens, and the next turn could take more than are left (at `prompt.max_tokens`); raise `prompt.max_tokens`, or give it less to read");
    assert_eq!(model.requests().len(), 3);
}

#[tokio::test]
async fn an_input_too_long_for_the_budget_is_not_even_sent() {
    let model = Scripted::says([says("short")]);
    let home = Home::of(
        Some(&model),
        [agent(
            "ReaderAgent",
            &json!({"prompt": {"max_tokens": 20_000}}),
        )],
    );
    let error = home
        .run("ReaderAgent", json!({"text": "word ".repeat(10_000)}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::BudgetExceeded);
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn a_model_that_counts_nothing_is_charged_all_the_same() {
    let model = Scripted::by(|at, _| {
        let mut reply = asks([("TextStatisticsTool", json!({"text": format!("{at}")}))]);
        reply.usage = Usage::default();
        Ok(reply)
    });
    let counter = agent(
        "CounterAgent",
        &json!({"tools": ["TextStatisticsTool"], "prompt": {"max_tokens": 20_000, "max_turns": 50}}),
    );
    let home = Home::of(Some(&model), [counter]);
    let error = home
        .run("CounterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::BudgetExceeded, "{error}");
    assert!(model.requests().len() < 10);
}

#[tokio::test]
async fn what_the_run_has_left_is_the_models_to_refuse() {
    let model = Scripted::by(|at, _| match at {
        0 => Ok(asks([("TextStatisticsTool", json!({"text": "a"}))])),
        _ => Err(Error::new(
            Code::BudgetExceeded,
            "$0.01 are left, and the next call could cost $0.02",
        )),
    });
    let home = Home::of(
        Some(&model),
        [agent(
            "CounterAgent",
            &json!({"tools": ["TextStatisticsTool"]}),
        )],
    );
    let error = home
        .run_as("t1", "CounterAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::BudgetExceeded);
    assert_eq!(
        error.message,
        "$0.01 are left, and the next call could cost $0.02"
    );
    assert_eq!(model.requests().len(), 2);
    // The model knows whose budget it is.
    let scope = &model.scopes()[0];
    assert_eq!(
        (
            scope.run_id.as_str(),
            scope.step.as_str(),
            scope.idempotency_token.as_str()
        ),
        ("run-1", "step-1", "t1")
    );
}

/// A model that never answers, and says when it was asked and when it was given up on.
struct Silent {
    card: ModelCard,
    asked: Notify,
    dropped: Arc<Notify>,
}

struct OnDrop(Arc<Notify>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[async_trait]
impl LanguageModel for Silent {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    async fn converse(&self, _: &ModelRequest, _: &Scope, _: &dyn Listener) -> Result<ModelReply> {
        let _given_up = OnDrop(Arc::clone(&self.dropped));
        self.asked.notify_one();
        std::future::pending().await
    }
}

fn silent() -> Arc<Silent> {
    Arc::new(Silent {
        card: ModelCard {
            id: "silent".to_owned(),
            price: Price::default(),
        },
        asked: Notify::new(),
        dropped: Arc::default(),
    })
}

#[tokio::test]
async fn a_model_that_does_not_answer_is_waited_for_until_the_deadline() {
    let model = silent();
    let mut patient = agent("PatientAgent", &json!({}));
    patient.timeout_seconds = Some(1);
    let home = Home::thinking(model.clone(), [patient]);
    let error = home
        .run("PatientAgent", json!({"text": "x"}))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"ComponentTimeout: `PatientAgent` ran out of time; raise `timeout_seconds` in its metadata, or give it less to do");
    model.dropped.notified().await;
}

#[tokio::test]
async fn when_nobody_waits_any_more_the_model_is_given_up_on() {
    let model = silent();
    let home = Home::thinking(model.clone(), [agent("PatientAgent", &json!({}))]);
    let waiting = tokio::spawn(async move { home.run("PatientAgent", json!({"text": "x"})).await });
    model.asked.notified().await;
    waiting.abort();
    let given_up = tokio::time::timeout(Duration::from_secs(60), model.dropped.notified()).await;
    assert!(given_up.is_ok());
}
