//! Which cases a component is put to: decided purely, so the same seed gives the same cases.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tdev_core::component::{Component, Example, Runtime};
use tdev_core::schema::Schema;

use super::sample::Sampler;

/// How many values are made from a schema.
const SAMPLES: usize = 3;

/// Why a case is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// A worked case its author or the caller gave.
    Example,
    /// A value made from its input schema.
    Smoke,
    /// Input it must refuse.
    Malformed,
}

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Why it is tried.
    pub kind: CaseKind,
    /// What is tried, for people.
    pub name: String,
    /// What it is given.
    pub input: Value,
    /// What it must return, or the part of it that must match.
    pub expected: Option<Value>,
}

/// The cases for a component. What changes the world outside is only put to examples: those
/// somebody chose.
pub fn cases_of(
    component: &Component,
    given: &[Example],
    seed: u64,
    kinds: &[CaseKind],
) -> Vec<Case> {
    let examples = if given.is_empty() {
        &component.examples
    } else {
        given
    };
    let mut cases: Vec<Case> = examples
        .iter()
        .enumerate()
        .map(|(at, example)| Case {
            kind: CaseKind::Example,
            name: format!("example {}", at + 1),
            input: example.input.clone(),
            expected: Some(example.output.clone()),
        })
        .collect();
    if !component.side_effects {
        if cases.is_empty() && !asks_a_model(component) {
            cases.extend(smoke(&component.input_schema, seed));
        }
        cases.extend(malformed(&component.input_schema, seed));
    }
    cases.retain(|case| kinds.is_empty() || kinds.contains(&case.kind));
    cases
}

/// A made-up value tells nothing about a model's answer, and the answer costs money. A team asks
/// none itself; whether its members do, the tester knows.
fn asks_a_model(component: &Component) -> bool {
    component.runtime == Runtime::Prompt && component.team.is_none()
}

fn smoke(schema: &Schema, seed: u64) -> Vec<Case> {
    if !schema.is_described() {
        return Vec::new();
    }
    let mut sampler = Sampler::new(seed);
    let mut cases: Vec<Case> = Vec::new();
    for _ in 0..SAMPLES {
        let Some(input) = sampler
            .value(schema.json_schema())
            .filter(|input| schema.check(input).is_ok())
        else {
            break;
        };
        if !cases.iter().any(|case| case.input == input) {
            let name = format!("a value of its schema, {}", cases.len() + 1);
            cases.push(Case {
                kind: CaseKind::Smoke,
                name,
                input,
                expected: None,
            });
        }
    }
    cases
}

/// Input the schema rules out: a required field left out, a field of another type, no object.
fn malformed(schema: &Schema, seed: u64) -> Vec<Case> {
    let fields = schema.fields();
    let mut sampler = Sampler::new(seed);
    let whole = sampler.value(schema.json_schema());
    let mut tries: Vec<(String, Value)> = Vec::new();
    if let Some(field) = fields.iter().find(|field| field.required) {
        let mut input = whole
            .as_ref()
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        input.shift_remove(&field.name);
        tries.push((format!("without `{}`", field.name), Value::Object(input)));
    }
    if let Some(field) = fields.iter().find(|field| field.type_name() != "any") {
        let mut input = whole
            .as_ref()
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_else(Map::new);
        let wrong = if field.type_name() == "object" {
            json!("not an object")
        } else {
            json!({"not": field.type_name()})
        };
        input.insert(field.name.clone(), wrong);
        tries.push((
            format!("`{}` of another type", field.name),
            Value::Object(input),
        ));
    }
    if schema.is_described() {
        tries.push(("a number in place of an object".to_owned(), json!(7)));
    }
    tries
        .into_iter()
        // Only what the schema itself refuses; an open schema refuses little.
        .filter(|(_, input)| schema.check(input).is_err())
        .map(|(what, input)| Case {
            kind: CaseKind::Malformed,
            name: format!("must refuse: {what}"),
            input,
            expected: None,
        })
        .collect()
}
