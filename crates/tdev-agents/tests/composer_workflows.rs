//! Goals of ordinary developers over a registry of several domains, as the workflows they become.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tdev_agents::Agent;
use tdev_agents::planner::Planner;
use tdev_agents::retrieval::Retriever;
use tdev_core::agent_io::PlanRequest;
use tdev_core::component::Component;
use tdev_core::ports::Scope;
use tdev_core::workflow::Action;

use crate::fakes::Fakes;
use crate::retrieval::Kept;

fn office() -> Vec<Component> {
    serde_json::from_str(include_str!("cases/composer/office.json")).unwrap()
}

/// The plans without a model.
async fn read(goals: &[(&str, Value)]) -> String {
    told(&Planner::new(Fakes::with(office()).deps()), goals).await
}

/// Each goal with its plan as a person would read it, or what was said instead.
async fn told(planner: &Planner, goals: &[(&str, Value)]) -> String {
    let mut text = String::new();
    for (goal, inputs) in goals {
        let inputs: Map<String, Value> = inputs.as_object().cloned().unwrap_or_default();
        let request = PlanRequest {
            goal: (*goal).to_owned(),
            inputs,
            ..PlanRequest::default()
        };
        writeln!(text, "# {goal}").unwrap();
        match planner.run(request, Scope::default()).await {
            Err(error) => writeln!(text, "  {error}").unwrap(),
            Ok(plan) => {
                for spec in &plan.missing {
                    writeln!(text, "  an agent of {}", spec.tools.join(", ")).unwrap();
                }
                for step in &plan.workflow.steps {
                    let input = match &step.action {
                        Action::Call { input, .. } => input.to_string(),
                        _ => String::new(),
                    };
                    write!(text, "  {} {input}", step.id).unwrap();
                    if let Some(each) = &step.each {
                        write!(text, " for each of {}", each.items).unwrap();
                    }
                    if let Some(condition) = &step.condition {
                        write!(text, " if {condition}").unwrap();
                    }
                    text.push('\n');
                }
                if let Some(output) = plan.workflow.output.filter(|_| plan.missing.is_empty()) {
                    writeln!(text, "  gives {output}").unwrap();
                }
                for reason in plan.rationale.split("; ") {
                    writeln!(text, "    - {reason}").unwrap();
                }
            }
        }
    }
    text
}

#[tokio::test]
async fn lists_conditions_and_several_answers_become_loops_ifs_and_outputs() {
    let none = json!({});
    insta::assert_snapshot!(
        read(&[
            ("Find the customer 'Acme', list its unpaid invoices and send a reminder for each invoice", none.clone()),
            ("List the files in notes/2027, read each file, summarize each text and post each summary to the channel 'news'", none.clone()),
            ("Run the tests of the repository 'shop' and if there are more than 0 failures, open an issue titled 'Broken build'", none.clone()),
            ("Back up the database 'orders' and restart the service 'api' unless the backup is larger than 500 megabytes", none.clone()),
            ("Check whether the service 'api' is healthy and read its memory and load", none.clone()),
            ("Convert 250 from USD to EUR, calculate the tax on it and create an invoice of the converted amount for the customer 'Acme'", none.clone()),
            ("Tell me the weather in Oslo and plan the route from Oslo to Bergen", none.clone()),
            ("Read the table in data/sales.csv, sort it by the column 'total' and draw a chart of it", none.clone()),
        ])
        .await
    );
}

/// Goals that say what they want in words of their own.
fn wordings() -> Vec<(&'static str, Value)> {
    let picture =
        json!({"artifact": "a".repeat(64), "media_type": "image/png", "name": "p.png", "size": 5});
    [
        "Who is on leave on 2027-03-04?",
        "I need a room for 6 people on 2027-03-04 at 10:00, please book it",
        "could you email the summary of notes/plan.txt to ann@example.com",
        "translate notes/plan.txt into French and into German",
        "How far is it from Rome to Milan?",
        "delete the branch 'old-login' of the repository 'shop'",
        "Take the latest commits of 'shop', translate them to Spanish and save them to log/es.txt",
        "Are the people happy with us? The reviews are in reviews.txt",
        "Is it going to rain in Bergen?",
        "Bake a cake and email the recipe to bo@example.com",
        "Fly to the moon",
    ]
    .into_iter()
    .map(|goal| (goal, json!({})))
    .chain([("What does this picture show?", json!({"picture": picture}))])
    .collect()
}

#[tokio::test]
async fn plain_wordings_of_every_sort_find_their_components() {
    insta::assert_snapshot!(read(&wordings()).await);
}

#[tokio::test]
#[ignore = "needs the model file; run scripts/build-embedder.sh"]
async fn plain_wordings_are_understood_better_by_meaning() {
    let cache = std::env::var("HOME").unwrap() + "/.cache/tdev/models";
    let folder = std::env::var("TDEV_MODEL_DIR").unwrap_or(cache);
    let model = tdev_embed::MiniLm::open(&tdev_embed::default_file(Path::new(&folder))).unwrap();
    let mut deps = Fakes::with(office()).deps();
    deps.retriever = Arc::new(Retriever::new(
        Ok(Arc::new(model)),
        Arc::new(Kept::default()),
    ));
    let planner = Planner::new(deps);
    let plans = told(&planner, &wordings()).await;
    assert!(!plans.contains("lexical only"));
    // Prepared once, asked twice.
    assert_eq!(plans, told(&planner, &wordings()).await);
    insta::assert_snapshot!(plans);
}

#[tokio::test]
async fn goals_that_cannot_be_met_are_answered_plainly() {
    let none = json!({});
    insta::assert_snapshot!(
        read(&[
            ("Fly to the moon", none.clone()),
            ("asdf qwer zxcv", none.clone()),
            ("?!", none.clone()),
            ("Envoie un résumé du rapport à Paul", none.clone()),
            ("Translate the text if the moon is full", none.clone()),
            (
                "Cancel the invoice and do not cancel the invoice",
                none.clone()
            ),
            ("Bake a cake and email the recipe to bo@example.com", none),
        ])
        .await
    );
}
