//! One after the other.

use serde_json::json;
use tdev_core::Code;

use crate::fakes::{Home, Scripted, agent, says, team, timeless};

#[tokio::test]
async fn what_one_gives_the_next_is_given_by_name_and_by_type() {
    let model = Scripted::by(|_, request| {
        let words = request.messages[0].content.clone();
        Ok(says(&format!(
            "seen {}",
            serde_json::to_string(&words).unwrap().len()
        )))
    });
    // `summary` is the only text the summarizer's follower can mean by `note`.
    let critic = agent(
        "CriticAgent",
        &json!({"input_schema": {"note": "string"}, "output_schema": {"verdict": "string"}}),
    );
    let shorten = agent(
        "ShortenAgent",
        &json!({"output_schema": {"summary": "string"}}),
    );
    let desk = team(
        "DeskTeam",
        &json!({
            "members": ["ShortenAgent", "CriticAgent", "TextStatisticsTool"],
            "output_schema": {"verdict": "string", "words": "integer", "trace": "object[]"},
            "team": {"mode": "sequential"}
        }),
    );
    let home = Home::of(Some(&model), [critic, shorten, desk.clone()]);
    home.check(&desk).await.unwrap();
    let output = home
        .run("DeskTeam", json!({"text": "Boats return at dawn."}))
        .await
        .unwrap();
    assert_eq!(
        output["words"], 4,
        "the statistics are of the team's `text`, by its name"
    );
    insta::assert_json_snapshot!(timeless(output));
}

#[tokio::test]
async fn an_output_that_is_not_described_is_the_last_members() {
    let pair = team(
        "PairTeam",
        &json!({"members": ["LanguageDetectorTool", "TextStatisticsTool"], "team": {"mode": "sequential"}}),
    );
    let home = Home::of(None, [pair]);
    let output = home
        .run("PairTeam", json!({"text": "one two three"}))
        .await
        .unwrap();
    assert_eq!(output["words"], 3);
}

#[tokio::test]
async fn a_failure_names_the_member_and_what_was_done_before_it() {
    let pair = team(
        "PairTeam",
        &json!({
            "members": ["TextStatisticsTool", "TemplateRenderTool"],
            "input_schema": {"text": "string", "template": "string"},
            "team": {"mode": "sequential"}
        }),
    );
    let home = Home::of(None, [pair]);
    let error = home
        .run("PairTeam", json!({"text": "a", "template": "{% if %}"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::InvalidInput);
    assert!(
        error
            .message
            .starts_with("`TemplateRenderTool` failed in `PairTeam`: "),
        "{error}"
    );
    assert_eq!(
        error.field.as_deref(),
        Some("members.TemplateRenderTool.template")
    );
    let trace = error.details.unwrap()["trace"].clone();
    assert_eq!(trace[0]["called"], "TextStatisticsTool");
    assert_eq!(trace[1]["error"]["code"], "InvalidInput");
}
