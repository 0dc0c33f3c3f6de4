//! Titan's text embeddings over a real wire.

use std::time::Duration;

use serde_json::{Value, json};
use tdev_aws::bedrock::titan::{ID, LONGEST, Length, Titan};
use tdev_core::model::Price;
use tdev_core::ports::{Embedded, Embedder};
use tdev_core::vector::Vector;
use tdev_core::{Code, Result};

use crate::answers::fails;
use crate::bedrock::config;
use crate::scripted::{Act, Scripted, answer};

/// Two cents for a million tokens.
const PRICE: Price = Price {
    input: 20_000,
    output: 0,
};

async fn titan(server: &Scripted, length: Length) -> Titan {
    let config = config(server, Duration::from_secs(60)).await;
    Titan::over(length, PRICE, config)
}

async fn embed(server: &Scripted, texts: &[&str]) -> Result<Embedded> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    titan(server, Length::Half).await.embed(&texts).await
}

fn gives(body: &Value) -> Act {
    let headers = "content-type: application/json\r\n";
    Act::Say(answer("200 OK", headers, &body.to_string()))
}

/// A vector that points along one axis, twice as long as it should be.
fn along(axis: usize, dimensions: usize) -> Vec<f32> {
    let mut vector = vec![0.0; dimensions];
    vector[axis] = 2.0;
    vector
}

fn reads(axis: usize, dimensions: usize) -> Act {
    let vector = along(axis, dimensions);
    gives(&json!({"embedding": vector, "inputTextTokenCount": 100_000,
        "embeddingsByType": {"float": vector}}))
}

#[tokio::test]
async fn each_text_has_its_own_unit_vector_and_all_are_paid_for() {
    let server = Scripted::new((0..3).map(|axis| reads(axis, 512)).collect());
    let texts = ["reads a badge", "finds an owner", "sends a letter"];
    let embedded = embed(&server, &texts).await.unwrap();
    assert_eq!(
        (embedded.tokens, embedded.micro_dollars),
        (300_000, 6_000),
        "at $0.02 a million"
    );
    // They are asked for together: whichever came first was given the first vector.
    let asked = server.asked();
    for (axis, request) in asked.iter().enumerate() {
        let body = request.json();
        let at = texts.iter().position(|text| body["inputText"] == *text);
        let vector = &embedded.vectors[at.unwrap()];
        assert_eq!(vector.len(), 512);
        assert_eq!((vector[axis], vector.iter().sum::<f32>()), (1.0, 1.0));
        assert_eq!(body["dimensions"], 512);
        assert_eq!(body["normalize"], true);
        let path = format!("POST /model/{}/invoke HTTP/1.1", ID.replace(':', "%3A"));
        assert!(request.head.starts_with(&path), "{}", request.head);
        assert!(request.head.contains("AWS4-HMAC-SHA256 Credential=AKTEST/"));
    }
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn its_lengths_are_told_by_the_model_and_asked_for() {
    let server = Scripted::new(vec![reads(7, 1_024)]);
    let titan = titan(&server, Length::Full).await;
    let model = titan.model();
    assert_eq!((model.name.as_str(), model.dimensions), (ID, 1_024));
    let embedded = titan.embed(&["a rose".to_owned()]).await.unwrap();
    assert_eq!(embedded.vectors[0].len(), 1_024);
    assert_eq!(server.asked()[0].json()["dimensions"], 1_024);
}

#[tokio::test]
async fn no_texts_are_no_calls() {
    let server = Scripted::new(vec![]);
    assert_eq!(embed(&server, &[]).await.unwrap(), Embedded::default());
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn throttling_is_tried_again_and_then_said() {
    let throttled = || fails("429 Too Many Requests", "ThrottlingException", "slow down.");
    let server = Scripted::new(vec![throttled(), throttled(), reads(0, 512)]);
    let embedded = embed(&server, &["a rose"]).await.unwrap();
    assert_eq!(embedded.vectors.len(), 1);
    assert_eq!(server.asked().len(), 3);
    let server = Scripted::new(vec![throttled(), throttled(), throttled()]);
    let error = embed(&server, &["a rose"]).await.unwrap_err();
    assert_eq!(error.code, Code::ModelThrottled);
    assert_eq!(
        error.message,
        "Bedrock takes no more requests for now: slow down"
    );
}

#[tokio::test]
async fn a_refusal_of_one_text_fails_them_all_with_its_reason() {
    for (kind, status, code) in [
        (
            "AccessDeniedException",
            "403 Forbidden",
            Code::PermissionDenied,
        ),
        ("ValidationException", "400 Bad Request", Code::ModelRefused),
    ] {
        let server = Scripted::new(vec![reads(0, 512), fails(status, kind, "no")]);
        let error = embed(&server, &["a rose", "a tulip"]).await.unwrap_err();
        assert_eq!(error.code, code, "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_no_vector() {
    let numbers = vec![0.5; 512];
    let mut words = vec![json!(0.5); 511];
    words.push(json!("0.5"));
    let mut huge = vec![json!(0.0); 511];
    huge.push(json!(1e300));
    for body in [
        json!({"inputTextTokenCount": 3}),
        json!({"embedding": numbers}),
        json!({"embedding": numbers, "inputTextTokenCount": -3}),
        json!({"embedding": words, "inputTextTokenCount": 3}),
        json!({"embedding": huge, "inputTextTokenCount": 3}),
        json!({"embedding": vec![0.0; 512], "inputTextTokenCount": 3}),
        json!([numbers]),
    ] {
        let server = Scripted::new(vec![gives(&body)]);
        let error = embed(&server, &["a rose"]).await.unwrap_err();
        assert_eq!(error.code, Code::ModelInvalid, "{error}");
        assert_eq!(error.message, "Bedrock sent an answer that cannot be read");
        assert_eq!(server.asked().len(), 1);
    }
    let cut = answer(
        "200 OK",
        "content-type: application/json\r\n",
        "{\"embedding\": [0.1, 0.",
    );
    let server = Scripted::new(vec![Act::Say(cut)]);
    let error = embed(&server, &["a rose"]).await.unwrap_err();
    assert_eq!(error.code, Code::ModelInvalid, "{error}");
}

#[tokio::test]
async fn a_vector_of_another_length_is_refused_by_name() {
    let server = Scripted::new(vec![reads(0, 1_024)]);
    let error = embed(&server, &["a rose"]).await.unwrap_err();
    assert_eq!(error.code, Code::ModelInvalid);
    assert_eq!(
        error.message,
        "`amazon.titan-embed-text-v2:0` was asked for 512 numbers and gave 1024"
    );
}

#[tokio::test]
async fn a_text_without_words_is_near_nothing_and_costs_nothing() {
    let server = Scripted::new(vec![reads(3, 512)]);
    let texts = ["", "a rose", " \n\t"];
    let embedded = embed(&server, &texts).await.unwrap();
    assert_eq!(server.asked().len(), 1, "the service refuses empty texts");
    assert_eq!(embedded.tokens, 100_000);
    let [empty, rose, blank] = [0, 1, 2].map(|at| Vector::of(&embedded.vectors[at]));
    assert!(rose.cosine(&rose) > 0.99);
    assert_eq!((empty.cosine(&rose), blank.cosine(&empty)), (0.0, 0.0));
    assert_eq!(blank.values().len(), 512);
}

#[tokio::test]
async fn of_a_long_text_the_beginning_is_read_in_whole_characters() {
    let server = Scripted::new(vec![reads(0, 512)]);
    let long = format!("a{}", "é".repeat(LONGEST));
    embed(&server, &[&long]).await.unwrap();
    let body = server.asked()[0].json();
    let sent = body["inputText"].as_str().unwrap();
    assert!(long.starts_with(sent));
    assert_eq!(sent.len(), LONGEST - 1);
}
