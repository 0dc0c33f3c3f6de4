//! Workflows as cases: which components they call and what flows between them.

use serde_json::Value;
use tdev_core::workflow::{Action, Root, Segment, Step, Template, Workflow};

use super::case::{Case, Outline};

/// A workflow that solved a goal, as a case; none where it does more than call components.
pub(crate) fn case_of(goal: &str, workflow: &Workflow, source: String) -> Option<Case> {
    let mut calls: Vec<(&str, &str, &Step)> = Vec::new();
    if goal.trim().is_empty() || !gather(&workflow.steps, &mut calls) || calls.is_empty() {
        return None;
    }
    let mut case = Case {
        goal: goal.to_owned(),
        source,
        ..Case::default()
    };
    let called = |id: &str| calls.iter().find(|c| c.0 == id).map(|c| c.1.to_owned());
    for (_, name, step) in &calls {
        let mut texts: Vec<String> = step.condition.iter().cloned().collect();
        texts.extend(step.each.iter().map(|each| each.items.clone()));
        if let Action::Call { input, .. } = &step.action {
            for (field, value) in input.as_object().into_iter().flatten() {
                strings(value, &mut texts);
                let bound = bound(value, &called);
                case.bindings
                    .extend(bound.map(|v| ((*name).to_owned(), field.clone(), v)));
            }
        }
        let edges = texts.iter().flat_map(|text| steps_in(text));
        let edges = edges
            .filter_map(|id| called(&id))
            .map(|from| (from, (*name).to_owned()));
        case.plan.edges.extend(edges);
    }
    case.plan.edges.sort();
    case.plan.edges.dedup();
    let nodes = calls.iter().map(|(_, name, _)| (*name).to_owned());
    case.plan = Outline {
        nodes: nodes.collect(),
        ..case.plan
    };
    Some(case)
}

/// The calls of steps and of what is inside them; whether there is nothing else.
fn gather<'a>(steps: &'a [Step], calls: &mut Vec<(&'a str, &'a str, &'a Step)>) -> bool {
    steps.iter().all(|step| match &step.action {
        Action::Call { component, .. } => {
            calls.push((&step.id, &component.name, step));
            true
        }
        Action::Block { steps, .. } => gather(steps, calls),
        Action::Parallel { branches } => branches.iter().all(|steps| gather(steps, calls)),
        Action::Workflow { .. } | Action::Approval(_) => false,
    })
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|v| strings(v, found)),
        Value::Object(fields) => fields.values().for_each(|v| strings(v, found)),
        _ => {}
    }
}

/// The steps a text refers to.
fn steps_in(text: &str) -> Vec<String> {
    let Ok(template) = Template::parse(text) else {
        return Vec::new();
    };
    let paths = template.references().flat_map(|reference| &reference.paths);
    paths
        .filter_map(|path| match &path.root {
            Root::Step(id) => Some(id.clone()),
            _ => None,
        })
        .collect()
}

/// A value as cases write it: `Component.field`, or a literal; none where it refers to what only
/// its own run had.
fn bound(value: &Value, called: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
    let Value::String(text) = value else {
        let mut texts = Vec::new();
        strings(value, &mut texts);
        return (!texts.iter().any(|t| t.contains("${"))).then(|| value.clone());
    };
    if !text.contains("${") {
        return Some(value.clone());
    }
    let template = Template::parse(text).ok()?;
    let [path] = template.whole()?.paths.as_slice() else {
        return None;
    };
    let (Root::Step(id), [Segment::Field(field)]) = (&path.root, path.segments.as_slice()) else {
        return None;
    };
    Some(Value::String(format!("{}.{field}", called(id)?)))
}
