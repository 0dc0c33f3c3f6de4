//! Applying what the evaluator asked for to the plan of the round before.

mod order;

use serde_json::{Map, Value, json};
use tdev_core::agent_io::{PlanRequest, Remedy, Suggestion};
use tdev_core::workflow::{Step, Workflow};
use tdev_core::{Code, Error, Result};

/// Components that a suggestion asks to be replaced.
pub(super) fn avoided(request: &PlanRequest) -> Vec<String> {
    let Some(previous) = &request.previous else {
        return Vec::new();
    };
    request
        .suggestions
        .iter()
        .filter(|s| matches!(s.remedy, Some(Remedy::ReplaceComponent { .. })))
        .filter_map(|s| s.step.as_ref())
        .filter_map(|id| previous.steps.iter().find(|step| step.id == *id))
        .filter_map(|step| step.component().map(|c| c.name.clone()))
        .collect()
}

/// The plan of the round before with every change asked for; `None` where only planning again
/// answers what was asked, or nothing was asked.
///
/// # Errors
/// `InvalidWorkflow` where a suggestion makes no workflow of it: it was not the evaluator's.
pub(super) fn amended(request: &PlanRequest) -> Result<Option<Workflow>> {
    let Some(previous) = &request.previous else {
        return Ok(None);
    };
    let again = request.suggestions.iter().any(|suggestion| {
        matches!(
            suggestion.remedy,
            Some(Remedy::PlanAgain | Remedy::ReplaceComponent { by: None })
        )
    });
    if again {
        return Ok(None);
    }
    let changed = apply(previous, &request.suggestions)?;
    Ok((changed != *previous).then_some(changed))
}

/// A newly made plan with the guards of the plan before, and those that were asked for, on the
/// steps that call the same components.
///
/// # Errors
/// As for [`amended`].
pub(super) fn guarded(plan: &Workflow, request: &PlanRequest) -> Result<Workflow> {
    let Some(previous) = &request.previous else {
        return Ok(plan.clone());
    };
    let mut plan = plan.clone();
    let mut asked = Vec::new();
    for step in &mut plan.steps {
        let same = |other: &&Step| {
            let name = |step: &Step| step.component().map(|component| component.name.clone());
            name(other).is_some() && name(other) == name(step)
        };
        let Some(before) = previous.steps.iter().find(same) else {
            continue;
        };
        step.retry = step.retry.take().or_else(|| before.retry.clone());
        step.timeout_seconds = step.timeout_seconds.or(before.timeout_seconds);
        asked.extend(
            request
                .suggestions
                .iter()
                .filter(|s| s.step.as_ref() == Some(&before.id))
                .filter(|s| matches!(s.remedy, Some(Remedy::AddRetry | Remedy::AddTimeout)))
                .map(|s| Suggestion {
                    step: Some(step.id.clone()),
                    ..s.clone()
                }),
        );
    }
    apply(&plan, &asked)
}

/// Makes the changes that suggestions name.
fn apply(workflow: &Workflow, suggestions: &[Suggestion]) -> Result<Workflow> {
    let mut plan = serde_json::to_value(workflow).map_err(|fault| broken(&fault))?;
    for suggestion in suggestions {
        let Some(remedy) = &suggestion.remedy else {
            continue;
        };
        match (&suggestion.step, remedy) {
            (Some(id), Remedy::RemoveStep) => remove(&mut plan, id),
            (Some(id), Remedy::MergeStep { into }) => {
                remove(&mut plan, id);
                each_text(&mut plan, &|text| renamed(text, id, into));
            }
            (
                Some(before),
                Remedy::AddStep {
                    id,
                    component,
                    input,
                },
            ) => {
                let step = json!({"id": id, "agent": component, "input": input});
                if step_of(&mut plan, id).is_none() {
                    insert(&mut plan, before, &step);
                }
            }
            (Some(id), remedy) => {
                if let Some(step) = step_of(&mut plan, id) {
                    mend(step, remedy);
                }
            }
            (None, Remedy::FixReference { from, to }) => {
                if let Some(output) = plan.get_mut("output") {
                    each_text(output, &|text| text.replace(from, to));
                }
            }
            (None, _) => {}
        }
    }
    order::in_order(&mut plan);
    serde_json::from_value(plan).map_err(|fault| broken(&fault))
}

fn broken(fault: &serde_json::Error) -> Error {
    Error::new(
        Code::InvalidWorkflow,
        format!("the suggestions make no workflow of the plan: {fault}"),
    )
    .field("suggestions")
}

fn mend(step: &mut Map<String, Value>, remedy: &Remedy) {
    match remedy {
        Remedy::AddRetry => {
            let retry = json!({"max_attempts": 2, "interval_seconds": 1, "backoff_rate": 2.0});
            step.entry("retry").or_insert(retry);
        }
        Remedy::AddTimeout => {
            step.entry("timeout_seconds").or_insert(json!(60));
        }
        Remedy::ReplaceComponent { by: Some(by) } => {
            step.insert("agent".to_owned(), json!(by));
        }
        Remedy::FixReference { from, to } => {
            for (_, value) in step.iter_mut().filter(|(key, _)| *key != "id") {
                each_text(value, &|text| text.replace(from, to));
            }
        }
        Remedy::BindInput { field, to } => {
            if let Some(input) = step
                .entry("input")
                .or_insert_with(|| json!({}))
                .as_object_mut()
            {
                input.insert(field.clone(), to.clone());
            }
        }
        Remedy::DropInput { field } => {
            if let Some(input) = step.get_mut("input").and_then(Value::as_object_mut) {
                input.remove(field);
            }
        }
        Remedy::RemoveStep
        | Remedy::MergeStep { .. }
        | Remedy::AddStep { .. }
        | Remedy::ReplaceComponent { by: None }
        | Remedy::PlanAgain => {}
    }
}

/// A reference to one step made one to another.
fn renamed(text: &str, id: &str, into: &str) -> String {
    ["${", "?? "].iter().fold(text.to_owned(), |text, before| {
        [".", "}", "["].iter().fold(text, |text, after| {
            text.replace(
                &format!("{before}{id}{after}"),
                &format!("{before}{into}{after}"),
            )
        })
    })
}

fn each_text(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|item| each_text(item, change)),
        _ => {}
    }
}

/// The step of an id, wherever it is nested.
fn step_of<'v>(value: &'v mut Value, id: &str) -> Option<&'v mut Map<String, Value>> {
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| step_of(item, id)),
        Value::Object(fields) => {
            if fields.get("id").and_then(Value::as_str) == Some(id)
                && !fields.contains_key("input_schema")
            {
                return Some(fields);
            }
            fields
                .iter_mut()
                .filter(|(key, _)| *key == "steps" || *key == "parallel")
                .find_map(|(_, value)| step_of(value, id))
        }
        _ => None,
    }
}

/// Puts a step before another, in the list that one is in.
fn insert(value: &mut Value, before: &str, step: &Value) {
    match value {
        Value::Array(items) => {
            let named = |item: &Value| item.get("id").and_then(Value::as_str) == Some(before);
            match items.iter().position(named) {
                Some(at) => items.insert(at, step.clone()),
                None => items.iter_mut().for_each(|item| insert(item, before, step)),
            }
        }
        Value::Object(fields) => {
            for (_, inner) in fields
                .iter_mut()
                .filter(|(key, _)| *key == "steps" || *key == "parallel")
            {
                insert(inner, before, step);
            }
        }
        _ => {}
    }
}

fn remove(value: &mut Value, id: &str) {
    match value {
        Value::Array(items) => {
            items.retain(|item| item.get("id").and_then(Value::as_str) != Some(id));
            items.iter_mut().for_each(|item| remove(item, id));
        }
        Value::Object(fields) => {
            for (_, inner) in fields
                .iter_mut()
                .filter(|(key, _)| *key == "steps" || *key == "parallel")
            {
                remove(inner, id);
            }
        }
        _ => {}
    }
}
