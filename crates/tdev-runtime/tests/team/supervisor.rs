//! Led by a model.

use serde_json::json;
use tdev_core::Code;

use crate::fakes::{Home, Scripted, agent, asks, says, team, timeless};

fn desk() -> tdev_core::component::Component {
    team(
        "DeskTeam",
        &json!({
            "members": ["TextStatisticsTool", "WriterAgent"],
            "output_schema": {"report": "string", "words": "integer", "trace": "object[]"},
            "team": {"mode": "supervisor", "instructions": "Have {{ text }} measured and reported.", "max_rounds": 4}
        }),
    )
}

#[tokio::test]
async fn it_delegates_until_it_has_the_answer() {
    let model = Scripted::by(|_, request| {
        let supervises = request.tools.iter().any(|tool| tool.name == "WriterAgent");
        Ok(match (supervises, request.messages.len()) {
            (false, _) => says("A short text."),
            (true, 1) => asks([
                ("TextStatisticsTool", json!({"text": "Boats return"})),
                ("WriterAgent", json!({"text": "Boats return"})),
            ]),
            _ => asks([("answer", json!({"report": "A short text.", "words": 2}))]),
        })
    });
    let home = Home::of(Some(&model), [agent("WriterAgent", &json!({})), desk()]);
    home.check(&desk()).await.unwrap();
    let output = home
        .run_as("t1", "DeskTeam", json!({"text": "Boats return"}))
        .await
        .unwrap();
    insta::assert_json_snapshot!(timeless(output));
    // The member's own call of the model goes by a token of its own.
    let tokens: std::collections::BTreeSet<String> = model
        .scopes()
        .into_iter()
        .map(|scope| scope.idempotency_token)
        .collect();
    assert_eq!(tokens.len(), 2);
    assert!(tokens.iter().all(|token| token.starts_with("t1")));
}

#[tokio::test]
async fn its_rounds_are_bounded_and_a_failing_member_is_data() {
    let model = Scripted::by(|at, _| Ok(asks([("TextStatisticsTool", json!({"txt": at}))])));
    let home = Home::of(Some(&model), [agent("WriterAgent", &json!({})), desk()]);
    let error = home
        .run("DeskTeam", json!({"text": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ComponentFailed);
    assert_eq!(error.field.as_deref(), Some("team.max_rounds"));
    assert_eq!(model.requests().len(), 4);
}

#[tokio::test]
async fn without_a_model_nobody_supervises() {
    let home = Home::of(None, [agent("WriterAgent", &json!({})), desk()]);
    let error = home
        .run("DeskTeam", json!({"text": "x"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ModelNotConfigured);
}
