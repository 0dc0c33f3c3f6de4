//! One of them: by rules, by a model, by likeness, and it says by which.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::component::Component;

use crate::fakes::{Home, Scripted, agent, asks, says, team};

fn desk(with: &Value) -> Vec<Component> {
    let member = |name: &str, description: &str| agent(name, &json!({"description": description}));
    let mut record = json!({"mode": "router"});
    for (field, value) in with.as_object().unwrap() {
        record[field] = value.clone();
    }
    vec![
        member(
            "BillingAgent",
            "Answers questions about invoices, refunds and payments",
        ),
        member(
            "TechnicalAgent",
            "Solves problems with installing, errors and crashes",
        ),
        team(
            "DeskTeam",
            &json!({
                "members": ["BillingAgent", "TechnicalAgent"],
                "input_schema": {"text": "string", "lang": "string?"},
                "team": record
            }),
        ),
    ]
}

/// A model that answers members, and routes by the name given.
fn routing(to: &'static str) -> std::sync::Arc<Scripted> {
    Scripted::by(move |_, request| {
        let routes = request.tools.iter().any(|tool| tool.name == "answer");
        Ok(if routes {
            asks([("answer", json!({"member": to, "why": "it is about money"}))])
        } else {
            says("solved")
        })
    })
}

#[tokio::test]
async fn a_model_chooses_where_one_is_configured() {
    let model = routing("BillingAgent");
    let home = Home::of(Some(&model), desk(&json!({})));
    let output = home
        .run("DeskTeam", json!({"text": "my invoice"}))
        .await
        .unwrap();
    insta::assert_json_snapshot!(output, @r#"
    {
      "reply": "solved",
      "routing": {
        "member": "BillingAgent",
        "by": "model",
        "why": "it is about money"
      }
    }
    "#);
    insta::assert_json_snapshot!(model.requests()[0]);
}

#[tokio::test]
async fn a_model_cannot_choose_who_is_no_member() {
    let model = routing("EmailSenderTool");
    let home = Home::of(Some(&model), desk(&json!({})));
    let error = home
        .run("DeskTeam", json!({"text": "my invoice"}))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ModelInvalid);
    assert_eq!(model.requests().len(), 3);
}

#[tokio::test]
async fn a_rule_that_holds_decides_before_any_model() {
    let model = routing("BillingAgent");
    let rules = json!({"routes": [
        {"field": "lang", "equals": "de", "member": "BillingAgent"},
        {"field": "text", "contains": "CRASH", "member": "TechnicalAgent"}
    ]});
    let home = Home::of(Some(&model), desk(&rules));
    let output = home
        .run("DeskTeam", json!({"text": "it crashed"}))
        .await
        .unwrap();
    assert_eq!(
        output["routing"],
        json!({"member": "TechnicalAgent", "by": "rules", "why": "rule 2 holds for `text`"})
    );
    assert_eq!(model.requests().len(), 1, "only the member asked");
}

/// The routing of a team whose members need no model.
async fn routed(team_with: Value, text: &str) -> tdev_core::Result<Value> {
    let mut record = json!({"mode": "router"});
    for (field, value) in team_with.as_object().unwrap() {
        record[field] = value.clone();
    }
    let tools = team(
        "TextTeam",
        &json!({"members": ["TextStatisticsTool", "LanguageDetectorTool", "KeywordExtractorTool"], "team": record}),
    );
    let output = Home::of(None, [tools])
        .run("TextTeam", json!({"text": text}))
        .await?;
    Ok(output["routing"].clone())
}

#[tokio::test]
async fn without_a_model_it_goes_by_likeness_and_says_so() {
    let routing = routed(
        json!({}),
        "In which language are these written: French or Japanese?",
    )
    .await
    .unwrap();
    insta::assert_json_snapshot!(routing, @r#"
    {
      "member": "LanguageDetectorTool",
      "by": "likeness",
      "why": "it speaks of french, japanese, language, written"
    }
    "#);
}

#[tokio::test]
async fn what_nothing_decides_goes_to_the_default_or_to_nobody() {
    let routing = routed(json!({"default": "KeywordExtractorTool"}), "xyzzy")
        .await
        .unwrap();
    assert_eq!(routing["by"], "default");
    let error = routed(json!({}), "xyzzy").await.unwrap_err();
    insta::assert_snapshot!(error, @"InvalidInput: `TextTeam` finds no member for this input; members are TextStatisticsTool, LanguageDetectorTool, KeywordExtractorTool; name one as `default` for such inputs");
    let error = routed(json!({"route_by": "model"}), "language")
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::ModelNotConfigured);
    let rules = json!({"route_by": "rules", "routes": [{"field": "text", "contains": "zz", "member": "TextStatisticsTool"}]});
    assert_eq!(routed(rules.clone(), "xyzzy").await.unwrap()["by"], "rules");
    assert_eq!(
        routed(rules, "In which language").await.unwrap_err().code,
        Code::InvalidInput
    );
}
