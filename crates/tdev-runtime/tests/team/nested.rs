//! Teams of teams: how deep, and never in a circle.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::component::Component;

use crate::fakes::{Home, team};

fn pair(name: &str, members: [&str; 2]) -> Component {
    team(
        name,
        &json!({"members": members, "output_schema": {"words": "integer"}, "team": {"mode": "sequential"}}),
    )
}

#[tokio::test]
async fn a_team_may_be_a_member() {
    let inner = pair("InnerTeam", ["LanguageDetectorTool", "TextStatisticsTool"]);
    let outer = team(
        "OuterTeam",
        &json!({"members": ["InnerTeam", "KeywordExtractorTool"], "team": {"mode": "parallel"}}),
    );
    let home = Home::of(None, [inner, outer.clone()]);
    home.check(&outer).await.unwrap();
    let output = home
        .run("OuterTeam", json!({"text": "one two three"}))
        .await
        .unwrap();
    assert_eq!(output["InnerTeam"], json!({"words": 3}));
}

#[tokio::test]
async fn a_failure_deep_down_names_everyone_on_the_way() {
    let inner = team(
        "InnerTeam",
        &json!({"members": ["TextStatisticsTool", "TemplateRenderTool"], "input_schema": {"text": "string", "template": "string"}, "team": {"mode": "sequential"}}),
    );
    let outer = team(
        "OuterTeam",
        &json!({"members": ["InnerTeam", "KeywordExtractorTool"], "input_schema": {"text": "string", "template": "string"}, "team": {"mode": "parallel"}}),
    );
    let home = Home::of(None, [inner, outer]);
    let error = home
        .run("OuterTeam", json!({"text": "a", "template": "{% if %}"}))
        .await
        .unwrap_err();
    assert!(
        error.message.starts_with(
            "`InnerTeam` failed in `OuterTeam`: `TemplateRenderTool` failed in `InnerTeam`: "
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_circle_is_refused_when_registered_and_when_run() {
    let one = pair("OneTeam", ["TwoTeam", "TextStatisticsTool"]);
    let two = pair("TwoTeam", ["TextStatisticsTool", "OneTeam"]);
    let own = pair("OwnTeam", ["OwnTeam", "TextStatisticsTool"]);
    let home = Home::of(None, [one.clone(), two]);
    let refused = home.check(&one).await.unwrap_err();
    assert!(
        refused.message.contains("OneTeam → TwoTeam → OneTeam"),
        "{refused}"
    );
    assert_eq!(
        home.check(&own).await.unwrap_err().message,
        "a team cannot call itself: OwnTeam → OwnTeam"
    );
    let error = home.run("OneTeam", json!({"text": "a"})).await.unwrap_err();
    assert_eq!(error.code, Code::InvalidComponent);
    assert!(
        error.message.contains("would be called by itself"),
        "{error}"
    );
}

#[tokio::test]
async fn teams_stand_only_so_deep_in_each_other() {
    let mut all = vec![pair(
        "Team0Team",
        ["TextStatisticsTool", "TextStatisticsTool"],
    )];
    for n in 1..12 {
        let below = format!("Team{}Team", n - 1);
        all.push(pair(
            &format!("Team{n}Team"),
            ["TextStatisticsTool", &below],
        ));
    }
    let home = Home::of(None, all.clone());
    for (record, sound) in all.iter().zip(0..).map(|(record, n)| (record, n < 5)) {
        assert_eq!(home.check(record).await.is_ok(), sound, "{}", record.name);
    }
    let text = || -> Value { json!({"text": "a b"}) };
    assert_eq!(
        home.run("Team4Team", text()).await.unwrap(),
        json!({"words": 2})
    );
    let error = home.run("Team11Team", text()).await.unwrap_err();
    assert!(error.message.contains("more than 8 deep"), "{error}");
}
