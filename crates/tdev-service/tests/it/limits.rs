//! What a definition bounds, and what a place must have for it.

use serde_json::{Map, Value, json};
use tdev_core::Code;
use tdev_core::service::{Definition, Limits, Sealed, pinned_hash};
use tdev_service::Instance;

use crate::bench::{counting, ground, routes, sealed, send};

fn changed(change: impl FnOnce(&mut Definition)) -> Sealed {
    let mut definition = counting().definition().clone();
    change(&mut definition);
    Sealed::of(definition).unwrap()
}

#[tokio::test]
async fn an_input_over_the_limit_is_refused_over_http_and_in_process() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        body_kib: 1,
        ..Limits::default()
    };
    let count = json!([{"id": "count", "agent": "TextStatisticsTool",
        "input": {"text": "${input.text}"}}]);
    let sealed = sealed(&count, limits);
    let large = "x".repeat(2048);
    let body = json!({"text": large}).to_string();
    let routes = routes(&dir, &sealed);
    let (status, _, problem) = send(&routes, "POST", "/invoke", Some(&body)).await;
    assert_eq!((status, &problem["code"]), (413, &json!("PayloadTooLarge")));
    let instance = Instance::open(sealed, &ground(&dir)).unwrap();
    let input = Map::from_iter([("text".to_owned(), Value::from(large))]);
    let answer = instance.call("c1", input).await;
    assert!(answer.refused);
    assert_eq!(answer.output.unwrap_err().code, Code::PayloadTooLarge);
}

#[test]
fn what_the_place_does_not_have_is_told_before_the_first_call() {
    let dir = tempfile::tempdir().unwrap();
    let open = |sealed: Sealed| match Instance::open(sealed, &ground(&dir)) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    };
    let missing = open(changed(|d| d.secrets = vec!["API_KEY".to_owned()]));
    assert_eq!(missing.code, Code::SecretNotFound);
    assert!(missing.message.contains("`API_KEY`"));

    let other_version = open(changed(|d| {
        let pinned = &mut d.components[0];
        pinned.record.version = "9.0.0".parse().unwrap();
        pinned.hash = pinned_hash(&pinned.record, None);
    }));
    assert_eq!(other_version.code, Code::InvalidService);
    assert!(
        other_version.message.contains("pinned at 9.0.0"),
        "{other_version}"
    );

    let code = "from tdev import tool\n";
    let python = open(changed(|d| {
        let pinned = &mut d.components[0];
        pinned.record.runtime = tdev_core::component::Runtime::Python;
        pinned.code = Some(code.to_owned());
        pinned.hash = pinned_hash(&pinned.record, Some(code));
        pinned.record.code_hash = Some(pinned.hash.clone());
    }));
    assert_eq!(python.code, Code::InterpreterMissing);
}
