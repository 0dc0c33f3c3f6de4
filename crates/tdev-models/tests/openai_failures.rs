//! What goes wrong between the client and an endpoint: which of it is tried again, and what is said.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use serde_json::json;
use tdev_core::model::Price;
use tdev_core::ports::{LanguageModel, ModelCard, Scope};
use tdev_core::{Code, Error};
use tdev_models::openai::{Limits, OpenAi, Parts};
use tdev_models::patience::Patience;

use crate::endpoint::{At, Noted, client, client_with, hello, piece, question, status, streamed};
use crate::scripted::{Act, Scripted, answer};

#[tokio::test]
async fn throttling_and_failures_are_tried_again_as_the_service_asks() {
    let server = Scripted::new(vec![
        status("429 Too Many Requests", "retry-after: 7\r\n", json!({})),
        status(
            "503 Service Unavailable",
            "retry-after: Sun, 01 Mar 2026 10:00:03 GMT\r\n",
            json!({}),
        ),
        Act::HangUp,
        hello(),
    ]);
    let client = client(&server.url());
    assert_eq!(client.ask().await.unwrap().text(), "hello");
    let pauses = client.pauses.0.lock().unwrap().clone();
    assert_eq!(
        pauses[..2],
        [Duration::from_secs(7), Duration::from_secs(3)]
    );
    assert!(
        pauses[2] >= Duration::from_secs(1),
        "grown, {:?}",
        pauses[2]
    );
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn patience_ends_and_says_how_often_it_was_tried() {
    let throttled = || {
        status(
            "429 Too Many Requests",
            "",
            json!({"error": {"message": "slow down"}}),
        )
    };
    let server = Scripted::new(vec![
        throttled(),
        throttled(),
        throttled(),
        throttled(),
        hello(),
    ]);
    let error = client(&server.url()).ask().await.unwrap_err();
    assert_eq!(error.code, Code::ModelThrottled);
    assert_eq!(
        error.message,
        "the language model takes no more requests for now, 4 times"
    );
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_service_that_asks_for_more_patience_than_there_is_is_not_waited_for() {
    let server = Scripted::new(vec![status(
        "429 Too Many Requests",
        "retry-after: 3600\r\n",
        json!({}),
    )]);
    let client = client(&server.url());
    let error = client.ask().await.unwrap_err();
    assert_eq!(
        error.hint.as_deref(),
        Some("it asks to be left alone for 3600 s")
    );
    assert!(client.pauses.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_no_further_try_mends_is_said_at_once_and_without_the_key() {
    for (line, body, code) in [
        (
            "401 Unauthorized",
            json!({"error": {"message": "Incorrect API key provided: sk-secret"}}),
            Code::PermissionDenied,
        ),
        (
            "404 Not Found",
            json!({"error": {"message": "no such model"}}),
            Code::InvalidConfig,
        ),
        (
            "400 Bad Request",
            json!({"error": {"message": "blocked by\npolicy", "code": "content_filter"}}),
            Code::ModelRefused,
        ),
        (
            "429 Too Many Requests",
            json!({"error": {"message": "pay first", "code": "insufficient_quota"}}),
            Code::ModelThrottled,
        ),
        ("302 Found", json!({}), Code::InvalidConfig),
    ] {
        let server = Scripted::new(vec![
            status(line, "location: http://127.0.0.1:9/elsewhere\r\n", body),
            hello(),
        ]);
        let error = client(&server.url()).ask().await.unwrap_err();
        assert_eq!(error.code, code, "{line}: {error}");
        assert_eq!(server.asked().len(), 1, "{line}");
        let told = serde_json::to_string(&error).unwrap();
        assert!(
            !told.contains("sk-secret") && !error.message.contains('\n'),
            "{told}"
        );
    }
}

#[tokio::test]
async fn an_answer_broken_off_is_not_asked_for_again() {
    let cut = |text: &str| {
        Act::Say(answer(
            "200 OK",
            "content-type: text/event-stream\r\n",
            text,
        ))
    };
    let begun = format!("data: {}\n\n", piece(json!({"content": "Once"})));
    let broken_json = format!("{begun}data: {{\"choices\": [{{\"del");
    // A body shorter than announced: the connection broke.
    let mut short = answer(
        "200 OK",
        "content-type: text/event-stream\r\n",
        &(begun.clone() + "....."),
    );
    short.truncate(short.len() - 5);
    for (act, code) in [
        (cut(&begun), Code::ModelUnavailable),
        (cut(&broken_json), Code::ModelUnavailable),
        (Act::Say(short), Code::ModelUnavailable),
        (cut("data: {not json}\n\n"), Code::ModelInvalid),
        (
            cut("data: {\"error\": {\"message\": \"overloaded\"}}\n\n"),
            Code::ModelUnavailable,
        ),
        (status("200 OK", "", json!("what?")), Code::ModelInvalid),
    ] {
        let server = Scripted::new(vec![act, hello()]);
        let error = client(&server.url()).ask().await.unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_model_that_says_nothing_is_not_waited_for_for_ever_nor_asked_twice() {
    let limits = Limits {
        silence: Duration::from_millis(30),
        ..Limits::default()
    };
    let server = Scripted::new(vec![Act::Nothing, hello()]);
    let error = client_with(&server.url(), limits).ask().await.unwrap_err();
    assert_eq!(error.code, Code::ModelUnavailable);
    assert_eq!(error.message, "the language model did not answer in time");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_model_that_does_not_stop_is_stopped() {
    let limits = Limits {
        most_bytes: 1_000,
        ..Limits::default()
    };
    let endless = vec![piece(json!({"content": "on and on"})); 100];
    // Also one line without an end.
    let line = Act::Say(answer(
        "200 OK",
        "content-type: text/event-stream\r\n",
        &format!("data: {}", "x".repeat(10_000)),
    ));
    for act in [streamed(&endless), line] {
        let server = Scripted::new(vec![act]);
        let error = client_with(&server.url(), limits).ask().await.unwrap_err();
        assert_eq!(error.code, Code::ModelInvalid);
        assert!(
            error.message.ends_with("is larger than 1000 bytes"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_key_is_never_sent_unencrypted_to_another_machine() {
    let client = client("http://198.51.100.7:1");
    let error = client.ask().await.unwrap_err();
    assert_eq!(error.code, Code::InvalidConfig);
    assert_eq!(
        error.message,
        "a key is not sent to another machine without encryption"
    );
}

#[tokio::test]
async fn a_missing_secret_is_said_and_nothing_is_sent() {
    let server = Scripted::new(vec![hello()]);
    let model = OpenAi::new(Parts {
        url: server.url(),
        card: ModelCard {
            id: "m".into(),
            price: Price::default(),
        },
        key: Box::new(|| Err(Error::new(Code::SecretNotFound, "`MODEL_KEY` is not set"))),
        limits: Limits::default(),
        patience: Patience::default(),
        pause: Arc::new(Noted::default()),
        clock: Arc::new(At(DateTime::default())),
    });
    let asked = model
        .unwrap()
        .converse(&question(), &Scope::default(), &())
        .await;
    assert_eq!(asked.unwrap_err().code, Code::SecretNotFound);
    assert!(server.asked().is_empty());
}
