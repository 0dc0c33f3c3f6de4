//! Learning from solved goals, through the door that benchmarks use.

use serde_json::{Value, json};
use tdev_agents::benchmark::predictions;

/// Tools whose descriptions do not say how people ask for them.
fn tools() -> Value {
    let mut tools = Vec::new();
    for thing in ["invoice", "contract", "parcel", "permit"] {
        let id = format!("{thing}_id");
        for (verb, input, output) in [
            ("search", "query", id.as_str()),
            ("export", &id, "file"),
            ("delete", &id, "status"),
        ] {
            tools.push(json!({
                "id": format!("{verb}_{thing}"), "desc": format!("{verb} a {thing}"),
                "inputs": [{"name": input, "required": true, "type": "string"}], "outputs": [output],
            }));
        }
    }
    let printer = json!([
        {"name": "file", "required": true, "type": "string"},
        {"name": "paper", "required": true, "type": "string"},
    ]);
    tools.push(json!({"id": "print_file", "desc": "print", "inputs": printer, "outputs": ["job"]}));
    json!(tools)
}

/// Sixty solved goals.
fn solved() -> Value {
    let mut items = Vec::new();
    for (at, thing) in ["invoice", "contract", "parcel", "permit"]
        .iter()
        .cycle()
        .take(60)
        .enumerate()
    {
        let (search, export) = (format!("search_{thing}"), format!("export_{thing}"));
        let name = ["Ada", "Bo", "Cy", "Di", "Ed"][at % 5];
        items.push(if at / 4 % 3 == 0 {
            json!({
                "id": at, "goal": format!("I want a hard copy of the {thing} '{name} {at}'"),
                "nodes": [search, export, "print_file"],
                "edges": [[search, export], [export, "print_file"]],
                "calls": [
                    {"name": search, "label": "var1", "arguments": {"query": format!("{name} {at}")}},
                    {"name": export, "label": "var2", "arguments": {format!("{thing}_id"): format!("$var1.{thing}_id$")}},
                    {"name": "print_file", "label": "var3", "arguments": {"file": "$var2.file$", "paper": "A4"}},
                ],
            })
        } else if at / 4 % 3 == 1 {
            json!({
                "id": at, "goal": format!("back up the {thing} '{name} {at}' somewhere"),
                "nodes": [search, export], "edges": [[search, export]],
            })
        } else {
            let delete = format!("delete_{thing}");
            json!({
                "id": at, "goal": format!("get rid of the {thing} '{name} {at}' for good"),
                "nodes": [search, delete], "edges": [[search, delete]],
            })
        });
    }
    json!({"items": items})
}

fn asked(goal: &str, learn: Option<&Value>) -> Value {
    let cases = json!({"registry": tools(), "items": [{"id": 1, "goal": goal}]});
    predictions(&cases, learn).unwrap()["items"][0].clone()
}

const ON_PAPER: &str = "please make me a hard copy of our contract 'Flo 7' now";

#[test]
fn a_goal_in_other_words_is_planned_as_those_like_it_were() {
    let plan = asked(ON_PAPER, Some(&solved()));
    assert_eq!(
        plan["nodes"],
        json!(["search_contract", "export_contract", "print_file"]),
        "{plan}"
    );
    let edges = json!([
        ["export_contract", "print_file"],
        ["search_contract", "export_contract"]
    ]);
    let mut found: Vec<Value> = plan["edges"].as_array().cloned().unwrap();
    found.sort_by_key(ToString::to_string);
    assert_eq!(json!(found), edges, "{plan}");
    assert_ne!(
        asked(ON_PAPER, None)["nodes"],
        plan["nodes"],
        "the past is what told it"
    );
}

#[test]
fn an_input_that_was_always_the_same_is_the_same_again() {
    let plan = asked(ON_PAPER, Some(&solved()));
    let bindings = plan["bindings"].as_array().unwrap();
    assert!(
        bindings.contains(&json!(["print_file", "paper", "A4"])),
        "{plan}"
    );
    // What each goal said for itself is no habit.
    assert!(!plan["bindings"].to_string().contains("Ada"), "{plan}");
}

#[test]
fn a_prediction_says_which_past_goals_counted() {
    let plan = asked(ON_PAPER, Some(&solved()));
    assert!(
        plan["past"].as_array().is_some_and(|past| !past.is_empty()),
        "{plan}"
    );
}

#[test]
fn solved_goals_of_other_things_leave_a_plan_as_it_was() {
    let goal = "delete the contract 'Gil 3'";
    let other = json!({"items": [
        {"id": 1, "goal": "sing me a lullaby", "nodes": ["print_file"], "edges": []},
        {"id": 2, "goal": "hum a melody tonight", "nodes": ["search_parcel"], "edges": []},
    ]});
    let (before, after) = (asked(goal, None), asked(goal, Some(&other)));
    assert_eq!(
        (&before["nodes"], &before["edges"]),
        (&after["nodes"], &after["edges"])
    );
}

#[test]
fn the_same_past_gives_the_same_predictions() {
    let learn = solved();
    assert_eq!(asked(ON_PAPER, Some(&learn)), asked(ON_PAPER, Some(&learn)));
}
