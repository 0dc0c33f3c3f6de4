//! Components that nobody's goal here is for, by the hundred thousand, each of them different.

use std::sync::Arc;

use serde_json::json;
use tdev_agents::retrieval::embedded_text;
use tdev_core::component::{Component, camel_case};
use tdev_core::vector::Vector;
use tdev_embed::MiniLm;

/// Verb, what the component gives, and what it does.
#[rustfmt::skip]
const DEEDS: [(&str, &str, &str); 24] = [
    ("approve", "decision", "Approves or rejects"), ("archive", "archive_id", "Moves to long-term storage"),
    ("assign", "assignee", "Assigns to the right person"), ("audit", "findings", "Checks against the rules for"),
    ("bill", "amount", "Works out the charge for"), ("book", "booking_id", "Books a slot for"),
    ("cancel", "cancelled", "Cancels"), ("close", "closed_at", "Closes"),
    ("dispatch", "route", "Dispatches"), ("estimate", "estimate", "Estimates the effort of"),
    ("forecast", "forecast", "Forecasts the demand for"), ("inspect", "condition", "Inspects the state of"),
    ("label", "label", "Labels by kind"), ("match", "matches", "Matches with the records of"),
    ("monitor", "alerts", "Watches and raises alerts about"), ("plan", "schedule", "Plans the work for"),
    ("price", "price", "Sets the price of"), ("reconcile", "differences", "Reconciles the books of"),
    ("renew", "valid_until", "Renews"), ("reserve", "reservation", "Reserves capacity for"),
    ("simulate", "outcome", "Simulates"), ("track", "position", "Follows the whereabouts of"),
    ("verify", "verified", "Verifies the identity of"), ("weigh", "weight", "Weighs"),
];

#[rustfmt::skip]
const THINGS: [&str; 70] = [
    "account", "aircraft", "ambulance", "animal", "apartment", "appointment", "auction", "battery", "bicycle",
    "boiler", "bond", "bridge", "building", "bus", "campaign", "cargo", "claim", "clinic", "container", "course",
    "crane", "crop", "dividend", "donation", "drone", "elevator", "engine", "exam", "factory shift", "farm plot",
    "ferry", "fleet", "forest", "freight", "fuel order", "garden", "generator", "grant", "harbour berth", "harvest",
    "hotel room", "insurance policy", "inventory", "laboratory sample", "lease", "loan", "locomotive", "meter",
    "mine", "mortgage", "nurse rota", "parcel", "parking space", "patient", "pension", "pipeline", "pump",
    "restaurant table", "satellite", "sensor", "shipment", "solar panel", "subscription", "tender", "turbine",
    "vaccine", "vehicle", "warehouse bay", "water sample", "wind farm",
];

#[rustfmt::skip]
const SETTINGS: [&str; 60] = [
    "airport", "alpine", "bakery", "bank", "brewery", "brokerage", "cathedral", "charity", "chemical", "city",
    "coastal", "college", "concert", "county", "court", "customs", "dairy", "dental", "desert", "embassy",
    "festival", "fishing", "foundry", "gallery", "glass", "grocery", "highway", "hospice", "hospital", "housing",
    "island", "jewellery", "kindergarten", "library", "lunar", "marine", "market", "metro", "military", "museum",
    "national park", "nuclear", "opera", "orchard", "paper", "pharmacy", "polar", "postal", "prison", "quarry",
    "railway", "regional", "rural", "shipyard", "ski", "stadium", "steel", "textile", "theatre", "vineyard",
];

/// `many` different components, in an order that mixes them.
pub(crate) fn all(many: usize) -> Vec<Arc<Component>> {
    let combinations = DEEDS.len() * THINGS.len() * SETTINGS.len();
    // A step that shares no factor with their number meets every combination once.
    (0..many.min(combinations))
        .map(|i| i * 48_271 % combinations)
        .map(|i| {
            let (verb, gives, does) = DEEDS[i % DEEDS.len()];
            let thing = THINGS[i / DEEDS.len() % THINGS.len()];
            let setting = SETTINGS[i / DEEDS.len() / THINGS.len()];
            one(verb, gives, does, thing, setting)
        })
        .map(Arc::new)
        .collect()
}

fn one(verb: &str, gives: &str, does: &str, thing: &str, setting: &str) -> Component {
    let name = camel_case(&format!("{verb} {setting} {thing} tool"));
    let id = format!("{}_id", thing.replace(' ', "_"));
    let record = json!({
        "name": name, "type": "tool", "status": "stable", "runtime": "builtin",
        "description": format!("{does} a {thing} of a {setting} operator, given its id and the day."),
        "tags": [setting, verb],
        "input_schema": {id: "string", "day": "date"},
        "output_schema": {gives: "string"},
    });
    match serde_json::from_value(record) {
        Ok(component) => component,
        Err(fault) => unreachable!("the record is a component: {fault}"),
    }
}

/// What they mean. Reading a hundred thousand texts takes minutes, so only the first are read; the
/// vector of any other is the direction between two of those, which is as near to goals as they are.
pub(crate) fn meanings(all: &[Arc<Component>], model: &MiniLm, read: usize) -> Vec<Vector> {
    let mut exact: Vec<Vec<f32>> = Vec::with_capacity(all.len());
    for some in all[..read.min(all.len())].chunks(64) {
        let texts: Vec<String> = some.iter().map(|c| embedded_text(c)).collect();
        exact.extend(model.read(&texts));
    }
    let known = exact.len();
    let mixed = (known..all.len()).map(|i| {
        let (a, b) = (&exact[i % known], &exact[i * 7919 % known]);
        let sum: Vec<f32> = a.iter().zip(b).map(|(x, y)| x + 0.7 * y).collect();
        let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
        Vector::of(&sum.iter().map(|x| x / norm).collect::<Vec<_>>())
    });
    let mut vectors: Vec<Vector> = exact.iter().map(|v| Vector::of(v)).collect();
    vectors.extend(mixed);
    vectors
}
