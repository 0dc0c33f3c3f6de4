//! What is remembered of a session, how much of it, and whose turn it is.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::ports::{SessionKey, SessionStore, Turn};

use crate::fakes::{Home, Scripted, Sessions, agent, says};

fn talker(memory: &Value) -> tdev_core::component::Component {
    agent(
        "TalkAgent",
        &json!({
            "input_schema": {"text": "string", "session": "string?"},
            "prompt": {"memory": memory}
        }),
    )
}

fn key(session: &str) -> SessionKey {
    SessionKey {
        project: "demo".to_owned(),
        component: "TalkAgent".to_owned(),
        session: session.to_owned(),
    }
}

#[tokio::test]
async fn the_store_these_tests_use_keeps_the_contract_of_the_one_on_disk() {
    crate::sessions_contract::suite(&Sessions::default()).await;
}

#[tokio::test]
async fn a_session_is_recalled_in_order_and_another_is_not() {
    let model = Scripted::by(|at, _| Ok(says(&format!("answer {at}"))));
    let home = Home::of(Some(&model), [talker(&json!({"turns": 2}))]);
    for (text, session) in [
        ("one", "s1"),
        ("two", "s1"),
        ("other", "s2"),
        ("three", "s1"),
        ("four", "s1"),
    ] {
        home.run("TalkAgent", json!({"text": text, "session": session}))
            .await
            .unwrap();
    }
    let requests = model.requests();
    let lengths: Vec<usize> = requests
        .iter()
        .map(|request| request.messages.len())
        .collect();
    assert_eq!(lengths, [1, 3, 1, 5, 5], "of two turns at most");
    insta::assert_json_snapshot!(requests[4].messages);
}

#[tokio::test]
async fn a_memory_in_characters_keeps_the_newest_that_have_room() {
    let model = Scripted::by(|_, _| Ok(says("ok")));
    let home = Home::of(Some(&model), [talker(&json!({"chars": 100}))]);
    for text in [
        "a".repeat(20),
        "b".repeat(20),
        "c".repeat(400),
        "d".repeat(20),
    ] {
        home.run("TalkAgent", json!({"text": text, "session": "s"}))
            .await
            .unwrap();
    }
    let lengths: Vec<usize> = model.requests().iter().map(|r| r.messages.len()).collect();
    assert_eq!(
        lengths,
        [1, 3, 5, 1],
        "what is too long by itself is not remembered"
    );
    assert_eq!(home.sessions.of(&key("s")).len(), 1);
}

#[tokio::test]
async fn without_a_session_nothing_is_remembered() {
    let model = Scripted::by(|_, _| Ok(says("ok")));
    let home = Home::of(Some(&model), [talker(&json!({"turns": 5}))]);
    for input in [
        json!({"text": "a"}),
        json!({"text": "b", "session": ""}),
        json!({"text": "c", "session": null}),
    ] {
        home.run("TalkAgent", input).await.unwrap();
    }
    assert!(
        model
            .requests()
            .iter()
            .all(|request| request.messages.len() == 1)
    );
}

#[tokio::test]
async fn a_turn_that_fails_leaves_the_session_as_it_was() {
    let model = Scripted::by(|at, _| {
        if at == 1 {
            Err(tdev_core::Error::new(Code::ModelUnavailable, "gone"))
        } else {
            Ok(says("ok"))
        }
    });
    let home = Home::of(Some(&model), [talker(&json!({"turns": 5}))]);
    let talk = |text: &str| json!({"text": text, "session": "s"});
    home.run("TalkAgent", talk("one")).await.unwrap();
    home.run("TalkAgent", talk("two")).await.unwrap_err();
    home.run("TalkAgent", talk("three")).await.unwrap();
    assert_eq!(model.requests()[2].messages.len(), 3);
}

#[tokio::test]
async fn a_second_call_in_a_session_under_way_is_a_conflict_and_asks_nothing() {
    let model = Scripted::by(|_, _| Ok(says("ok")));
    let home = Home::of(Some(&model), [talker(&json!({"turns": 5}))]);
    let now = home.builtins.clock.now();
    let turn = Turn {
        holder: "somebody".to_owned(),
        now,
        until: now + chrono::TimeDelta::seconds(60),
    };
    home.sessions.begin(&key("s"), &turn).await.unwrap();
    let error = home
        .run("TalkAgent", json!({"text": "x", "session": "s"}))
        .await
        .unwrap_err();
    assert_eq!((error.code, error.retryable()), (Code::Conflict, true));
    assert_eq!(error.field.as_deref(), Some("input.session"));
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn an_attempt_made_again_is_one_turn_of_the_session() {
    let model = Scripted::by(|at, _| Ok(says(&format!("answer {at}"))));
    let home = Home::of(Some(&model), [talker(&json!({"turns": 5}))]);
    for token in ["t1", "t2", "t2"] {
        home.run_as(token, "TalkAgent", json!({"text": token, "session": "s"}))
            .await
            .unwrap();
    }
    let lengths: Vec<usize> = model.requests().iter().map(|r| r.messages.len()).collect();
    assert_eq!(lengths, [1, 3, 3]);
    let kept: Vec<Value> = home
        .sessions
        .of(&key("s"))
        .into_iter()
        .map(|one| one.output)
        .collect();
    assert_eq!(
        kept,
        [json!({"reply": "answer 0"}), json!({"reply": "answer 2"})]
    );
}
