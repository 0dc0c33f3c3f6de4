//! The seed's own spellings, turned into ours: bare `{name}` references, an input that is no
//! object, steps without ids.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Workflow;
use super::catalog::Catalog;
use super::step::{Action, Step};

/// Rewrites the seed's spellings. What cannot be resolved is left for the checker to name.
pub(super) fn modernise(workflow: &mut Workflow, catalog: &Catalog) {
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    for step in &mut workflow.steps {
        name_apart(step, &mut used);
    }
    let inputs: Vec<String> = workflow
        .input_schema
        .fields()
        .into_iter()
        .map(|f| f.name)
        .collect();
    let described = workflow.input_schema.is_described();
    let mut producers: Vec<(String, String)> = Vec::new();
    for step in &mut workflow.steps {
        let component = step
            .component()
            .and_then(|r| catalog.component(r).ok())
            .cloned();
        if let Action::Call { input, .. } | Action::Workflow { input, .. } = &mut step.action {
            rewrite(input, &|name| {
                if inputs.iter().any(|i| i == name) {
                    return Some(format!("${{input.{name}}}"));
                }
                let producer = producers.iter().rev().find(|(_, field)| field == name);
                match producer {
                    Some((step, field)) => Some(format!("${{{step}.{field}}}")),
                    None if !described => Some(format!("${{input.{name}}}")),
                    None => None,
                }
            });
            if let Some(component) = &component
                && !input.is_object()
                && !input.is_null()
            {
                let fields = component.input_schema.fields();
                let only = fields.iter().find(|f| f.required).or(fields.first());
                if let Some(field) = only {
                    *input = Value::Object(Map::from_iter([(field.name.clone(), input.take())]));
                }
            }
        }
        if let Some(component) = component {
            producers.extend(
                component
                    .output_schema
                    .fields()
                    .into_iter()
                    .map(|f| (step.id.clone(), f.name)),
            );
        }
    }
    if !described {
        describe_input(workflow);
    }
}

fn name_apart(step: &mut Step, used: &mut BTreeMap<String, u32>) {
    let count = used.entry(step.id.clone()).or_insert(0);
    *count += 1;
    if *count > 1
        && step
            .component()
            .is_some_and(|r| crate::component::kebab_case(&r.name) == step.id)
    {
        step.id = format!("{}-{count}", step.id);
    }
}

/// Replaces `{name}` by what `resolve` says, outside `${…}`.
fn rewrite(value: &mut Value, resolve: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => *text = rewrite_text(text, resolve),
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, resolve)),
        Value::Object(map) => map.values_mut().for_each(|item| rewrite(item, resolve)),
        _ => {}
    }
}

fn rewrite_text(text: &str, resolve: &impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        let Some((inside, after)) = from.get(1..).and_then(|s| s.split_once('}')) else {
            break;
        };
        out.push_str(before);
        let is_name = !inside.is_empty()
            && inside
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_');
        match is_name.then(|| resolve(inside)).flatten() {
            Some(reference) if !before.ends_with('$') => out.push_str(&reference),
            _ => {
                out.push('{');
                out.push_str(inside);
                out.push('}');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A workflow that does not say what it takes takes what its steps read from the input.
fn describe_input(workflow: &mut Workflow) {
    let mut names: Vec<String> = Vec::new();
    let mut note = |text: &str| {
        let Ok(template) = super::Template::parse(text) else {
            return;
        };
        for path in template.references().flat_map(|r| &r.paths) {
            if let (super::Root::Input, Some(super::reference::Segment::Field(name))) =
                (&path.root, path.segments.first())
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
    };
    for step in &workflow.steps {
        if let Action::Call { input, .. } | Action::Workflow { input, .. } = &step.action {
            super::graph::strings(input, &mut note);
        }
        if let Some(each) = &step.each {
            note(&each.items);
        }
    }
    if !names.is_empty() {
        let fields: Map<String, Value> =
            names.into_iter().map(|name| (name, json!("any"))).collect();
        if let Ok(schema) = crate::schema::Schema::new(Value::Object(fields)) {
            workflow.input_schema = schema;
        }
    }
}
