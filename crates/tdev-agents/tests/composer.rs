//! Composing goals over registries of other domains, through the door that benchmarks use.

use proptest::prelude::*;
use serde_json::{Value, json};
use tdev_agents::benchmark::predictions;

/// A tool as benchmarks write it: inputs and outputs by name, `?` where one may be absent.
fn tool(id: &str, desc: &str, inputs: &[&str], outputs: &[&str]) -> Value {
    let inputs: Vec<Value> = inputs
        .iter()
        .map(|name| json!({"name": name.trim_end_matches('?'), "required": !name.ends_with('?')}))
        .collect();
    json!({"id": id, "desc": desc, "inputs": inputs, "outputs": outputs})
}

fn plans(registry: &Value, goals: &[&str]) -> Value {
    let items: Vec<Value> = goals
        .iter()
        .map(|goal| json!({"id": goal, "goal": goal}))
        .collect();
    predictions(&json!({"registry": registry, "items": items}), None).unwrap()
}

fn garden() -> Value {
    json!([
        tool(
            "find_plant",
            "Find a plant by its common name",
            &["common_name"],
            &["plant_code", "light_need"]
        ),
        tool(
            "get_care_sheet",
            "Get the care sheet of a plant",
            &["plant_code"],
            &["care_sheet"]
        ),
        tool(
            "measure_soil",
            "Measure the moisture and acidity of the soil in a bed",
            &["bed"],
            &["moisture", "acidity"]
        ),
        tool(
            "schedule_watering",
            "Schedule a watering of a bed",
            &["bed", "watering_date", "litres?"],
            &["watering_status"]
        ),
        tool(
            "order_seeds",
            "Order seeds of a plant from a nursery",
            &["plant_code", "quantity", "delivery_date?"],
            &["order_number"]
        ),
        tool(
            "notify_gardener",
            "Send a note to a gardener",
            &["email", "note"],
            &["sent"]
        ),
        tool(
            "convert_area",
            "Convert an area from one unit to another",
            &["area", "from", "to"],
            &["converted_area"]
        ),
    ])
}

fn media() -> Value {
    let kind = |id: &str, desc: &str, from: &[&str], to: &str| json!({"id": id, "desc": desc, "input-type": from, "output-type": [to]});
    json!({"nodes": [
        kind("Speech Recognition", "Transcribes speech in an audio to text.", &["audio"], "text"),
        kind("Translation", "Converts a text from one language to another.", &["text"], "text"),
        kind("Summarization", "Produces a shorter version of a document.", &["text"], "text"),
        kind("Captioning", "Describes an image in a caption.", &["image"], "text"),
        kind("Text-to-Speech", "Generates natural speech from a text.", &["text"], "audio"),
        kind("Image Editing", "Alters an image as a text says.", &["image", "text"], "image"),
    ], "links": []})
}

fn shop() -> Value {
    let call =
        |id: &str, desc: &str| json!({"id": id, "desc": desc, "path_params": [], "outputs": []});
    json!([
        call(
            "GET /search",
            "Search for customers, orders or products by a keyword"
        ),
        call(
            "GET /customers/{customer_id}/orders",
            "List the orders of a customer"
        ),
        call("GET /orders/{order_id}", "Get an order in full"),
        call("DELETE /orders/{order_id}", "Cancel an order"),
        call("PUT /orders/{order_id}", "Change the details of an order"),
        call("GET /me/orders", "List the orders of the current user"),
        call("POST /orders", "Create an order"),
        call(
            "GET /products/{id}/reviews",
            "List the reviews of a product"
        ),
    ])
}

#[test]
fn goals_of_a_garden_become_graphs() {
    insta::assert_json_snapshot!(plans(
        &garden(),
        &[
            "Find the plant 'lavender' and order 12 seeds of it",
            "Get the care sheet for the plant 'rosemary', then send it to ann@example.com",
            "Measure the soil of the bed 'north' and schedule a watering of it on 2027-04-02",
            "Measure the soil in 'east', and send a note with the acidity to bo@example.com",
            "Convert an area of 12 from acres to hectares",
        ]
    ));
}

#[test]
fn goals_about_media_follow_what_is_made_of_what() {
    insta::assert_json_snapshot!(plans(
        &media(),
        &[
            "Transcribe 'talk.wav', translate the text to French and generate speech from it",
            "Describe the image 'cat.png' and summarize the caption",
            "I have a recording 'call.mp3'. Transcribe it, then summarize the transcript",
        ]
    ));
}

#[test]
fn goals_over_paths_chain_through_what_identifies() {
    insta::assert_json_snapshot!(plans(
        &shop(),
        &[
            "Cancel my latest order",
            "List the orders of the customer 'Ann Lee'",
            "Show the reviews of the product 'Lamp'",
            "Create an order",
        ]
    ));
}

#[test]
fn things_are_found_by_whose_they_are() {
    let books: Value = serde_json::from_str(include_str!("cases/composer/books.json")).unwrap();
    let goals = [
        "How many books has Ursula Le Guin written?",
        "Give me the birthday of the author of the book Dune",
        "Which books were published by the publisher Penguin?",
        "Recommend books similar to the book Emma",
        "Rate the book Emma with 9",
        "Create a shelf named 'Summer' and add the book Emma to it",
        "When was the author Toni Morrison born?",
        "Show a portrait of the most popular author",
    ];
    let found = plans(&books, &goals);
    let read: Vec<String> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| format!("{}: {}", item["id"], item["nodes"]))
        .collect();
    insta::assert_snapshot!(read.join("\n"));
}

#[test]
fn a_solved_goal_is_followed_by_one_that_is_near_and_never_by_itself() {
    let solved: Vec<Value> = (0..300)
        .map(|n| {
            let (goal, nodes) = match n % 3 {
                0 => ("prepare the spring bed", ["measure_soil", "order_seeds"]),
                1 => (
                    "tell everyone how the lawn does",
                    ["measure_soil", "notify_gardener"],
                ),
                _ => ("look after the roses", ["find_plant", "get_care_sheet"]),
            };
            json!({"id": n, "goal": format!("{goal} number {n}"), "nodes": nodes, "edges": [nodes]})
        })
        .collect();
    let learn = json!({"items": solved});
    let ask = |goal: &str| {
        let cases = json!({"registry": garden(), "items": [{"id": 1, "goal": goal}]});
        predictions(&cases, Some(&learn)).unwrap()["items"][0]["nodes"].clone()
    };
    assert_eq!(
        ask("prepare the spring bed for ann"),
        json!(["measure_soil", "order_seeds"])
    );
    let alone = json!({"items": [{"id": 1, "goal": "prepare it all", "nodes": ["convert_area"], "edges": []}]});
    let cases = json!({"registry": garden(), "items": [{"id": 1, "goal": "prepare it all"}]});
    assert_eq!(
        predictions(&cases, Some(&alone)).unwrap()["items"][0]["nodes"],
        predictions(&cases, None).unwrap()["items"][0]["nodes"],
    );
}

#[test]
fn odd_cases_are_planned_as_far_as_they_go() {
    let odd = json!({
        "registries": {"a": [{"id": ""}, 7, null, {"id": "x", "inputs": "text", "outputs": {"y": 1}}, {"id": "x"}, {"id": "GET /"}, {"id": "GET /a/{b}/{c}"}], "b": "none"},
        "items": [{}, {"id": 1, "goal": "x y z", "registry": "a"}, {"id": 2, "goal": 5, "registry": "b"}, {"id": 3, "goal": "é 'ü’ [[", "registry": "missing"}, 4]
    });
    let found = predictions(&odd, None).unwrap();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(5));
    assert!(predictions(&json!([]), None).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_over_any_tools_is_planned_the_same_twice(
        goal in "\\PC{0,160}",
        names in proptest::collection::vec("[a-zA-Z_./ {}é]{0,18}", 0..12),
        fields in proptest::collection::vec("[a-z_ é]{0,12}", 0..8),
    ) {
        let registry: Vec<Value> = names
            .iter()
            .enumerate()
            .map(|(n, id)| {
                let mine: Vec<&String> = fields.iter().skip(n % 3).collect();
                json!({"id": id, "desc": goal.chars().rev().take(40).collect::<String>(), "inputs": mine, "outputs": fields})
            })
            .collect();
        let cases = json!({"registry": registry, "items": [{"id": 1, "goal": goal}]});
        prop_assert_eq!(predictions(&cases, Some(&cases)).unwrap(), predictions(&cases, Some(&cases)).unwrap());
    }
}

/// Where the corpora lie: TDEV_SHARED, else beside the project.
fn corpus(name: &str) -> Value {
    let shared = std::env::var("TDEV_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let text = std::fs::read_to_string(format!("{shared}/corpora/planning/{name}")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
#[ignore = "needs the planning corpora: TDEV_SHARED or ../shared"]
fn corpus_plans_are_mostly_right() {
    for (name, least) in [("nestful.json", 0.85), ("restbench_spotify.json", 0.5)] {
        let cases = corpus(name);
        let found = predictions(&cases, None).unwrap();
        let (mut met, mut all) = (0, 0);
        for (item, plan) in cases["items"]
            .as_array()
            .unwrap()
            .iter()
            .zip(found["items"].as_array().unwrap())
        {
            let names = |v: &Value| -> std::collections::BTreeSet<String> {
                v["nodes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|n| n.as_str().unwrap().to_owned())
                    .collect()
            };
            let (gold, plan) = (names(item), names(plan));
            met += 2 * gold.intersection(&plan).count();
            all += gold.len() + plan.len();
        }
        let score = f64::from(u32::try_from(met).unwrap()) / f64::from(u32::try_from(all).unwrap());
        println!("{name}: {score:.3} of the components");
        assert!(score >= least, "{name}: {score}");
    }
}
