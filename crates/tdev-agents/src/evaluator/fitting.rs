//! How surely what steps are given fits what they take.

use serde_json::{Value, json};
use tdev_core::agent_io::Remedy;
use tdev_core::schema::{Fit, Schema, fit};
use tdev_core::workflow::{Root, Template, Workflow};

use super::graph::Node;
use super::mending::Mend;
use super::rating::Criterion;

/// Scores the fit of every field given to every counting step.
pub(super) fn fitting(
    weight: f64,
    workflow: &Workflow,
    nodes: &[Node<'_>],
    mends: &[Mend],
) -> Criterion {
    let (mut sure, mut all) = (0.0, 0.0);
    let mut doubts: Vec<(String, String, String)> = Vec::new();
    for node in nodes.iter().filter(|node| node.counts()) {
        let ([component], Some(Value::Object(input))) = (node.components.as_slice(), node.input())
        else {
            continue;
        };
        for field in component.input_schema.fields() {
            let Some(given) = input.get(&field.name) else {
                continue;
            };
            all += 1.0;
            match verdict(given, &field.schema, workflow, nodes) {
                Fit::Yes => sure += 1.0,
                // Only the run can tell; most such plans run.
                Fit::Maybe => sure += 0.8,
                Fit::No(reason) => doubts.push((
                    node.step.id.clone(),
                    field.name.clone(),
                    format!("`{}` does not fit: {reason}", field.name),
                )),
            }
        }
    }
    let share = match (
        nodes.iter().any(|node| node.calls() && node.known),
        all > 0.0,
    ) {
        (false, _) => 0.0,
        (true, false) => 1.0,
        (true, true) => sure / all,
    };
    let mut criterion = Criterion::new("types", weight, share);
    for (step, field, message) in doubts {
        let mend = mends
            .iter()
            .find(|mend| mend.step.as_ref() == Some(&step) && mend.field.as_ref() == Some(&field));
        let (message, remedy) = match mend {
            Some(mend) => (format!("{message}: {}", mend.message), mend.remedy.clone()),
            None => (message, Remedy::PlanAgain),
        };
        criterion.suggest(Some(&step), message, Some(remedy));
    }
    criterion
}

fn verdict(given: &Value, wanted: &Value, workflow: &Workflow, nodes: &[Node<'_>]) -> Fit {
    let Value::String(text) = given else {
        // A list or object may hold references; a plain constant is what it is.
        return if given.to_string().contains("${") {
            Fit::Maybe
        } else {
            fit(&json!({"const": given}), wanted)
        };
    };
    let Ok(template) = Template::parse(text) else {
        return Fit::No("the reference is malformed".into());
    };
    let Some(reference) = template.whole() else {
        return fit(
            &if text.contains("${") {
                json!({"type": "string"})
            } else {
                json!({"const": text})
            },
            wanted,
        );
    };
    let Some(path) = reference.paths.first() else {
        return Fit::Maybe;
    };
    let schema: Schema = match &path.root {
        Root::Input => workflow.input_schema.clone(),
        Root::Step(id) => {
            let Some(node) = nodes.iter().find(|node| node.step.id == *id) else {
                return Fit::No(format!("there is no step `{id}`"));
            };
            match (
                node.components.as_slice(),
                &node.step.each,
                node.step.component(),
            ) {
                ([component], None, Some(_)) => component.output_schema.clone(),
                _ => return Fit::Maybe,
            }
        }
        Root::Item | Root::Index => return Fit::Maybe,
    };
    // `${step.field}` goes one field in; anything deeper only the run can tell.
    let inside = text
        .trim_start_matches("${")
        .trim_end_matches('}')
        .trim()
        .split_once('.')
        .map(|(_, rest)| rest);
    match inside {
        None => fit(schema.json_schema(), wanted),
        Some(name) if !name.contains(['.', '[', '?']) => match schema.field(name) {
            Some(field) => fit(&field.schema, wanted),
            None => Fit::Maybe,
        },
        Some(_) => Fit::Maybe,
    }
}
