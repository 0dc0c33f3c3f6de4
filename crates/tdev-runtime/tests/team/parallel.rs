//! All at once.

use serde_json::json;
use tdev_core::Code;

use crate::fakes::{Home, Scripted, agent, says, team};

#[tokio::test]
async fn results_stand_under_the_members_names() {
    let both = team(
        "BothTeam",
        &json!({
            "members": ["TextStatisticsTool", "LanguageDetectorTool@v1"],
            "output_schema": {"TextStatisticsTool": "object", "LanguageDetectorTool": "object", "trace": "object[]?"},
            "team": {"mode": "parallel"}
        }),
    );
    let home = Home::of(None, [both.clone()]);
    home.check(&both).await.unwrap();
    let output = home
        .run(
            "BothTeam",
            json!({"text": "Les bateaux reviennent à l'aube."}),
        )
        .await
        .unwrap();
    assert_eq!(output["TextStatisticsTool"]["words"], 5);
    assert_eq!(output["LanguageDetectorTool"]["language"], "fr");
    assert_eq!(output["trace"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_aggregator_makes_one_of_all() {
    let model = Scripted::by(|_, _| Ok(says("five French words")));
    let teller = agent(
        "TellerAgent",
        &json!({"input_schema": {"text": "string", "results": "object"}, "output_schema": {"told": "string"}}),
    );
    let both = team(
        "BothTeam",
        &json!({
            "members": ["TextStatisticsTool", "LanguageDetectorTool", "TellerAgent"],
            "output_schema": {"told": "string"},
            "team": {"mode": "parallel", "aggregator": "TellerAgent"}
        }),
    );
    let home = Home::of(Some(&model), [teller, both.clone()]);
    home.check(&both).await.unwrap();
    let output = home
        .run(
            "BothTeam",
            json!({"text": "Les bateaux reviennent à l'aube."}),
        )
        .await
        .unwrap();
    assert_eq!(output, json!({"told": "five French words"}));
    let asked = serde_json::to_string(&model.requests()[0].messages).unwrap();
    assert!(
        asked.contains("LanguageDetectorTool") && asked.contains("TextStatisticsTool"),
        "{asked}"
    );
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test]
async fn one_that_fails_fails_the_team_by_its_name() {
    let both = team(
        "BothTeam",
        &json!({
            "members": ["TextStatisticsTool", "TemplateRenderTool"],
            "input_schema": {"text": "string", "template": "string"},
            "team": {"mode": "parallel"}
        }),
    );
    let home = Home::of(None, [both]);
    let error = home
        .run("BothTeam", json!({"text": "a", "template": "{% if %}"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::InvalidInput);
    assert!(
        error
            .message
            .contains("`TemplateRenderTool` failed in `BothTeam`"),
        "{error}"
    );
}
