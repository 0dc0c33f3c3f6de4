//! What inputs usually are: where past plans with a component agree on an input, a plan that
//! leaves it open, or has it otherwise, follows them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::case::Case;
use crate::composer::{Binding, Draft, Source};

/// Cases that must agree, and their share of those that could.
const AGREEING: usize = 2;
const SHARE: f64 = 0.7;
/// An input that so many plans left out is left out.
const LEFT_OUT: usize = 4;

/// What past plans gave to the inputs of components.
#[derive(Default)]
pub(super) struct Habits {
    /// Component: the cases that say what it was given.
    uses: BTreeMap<String, Vec<usize>>,
    /// Component and input: case and value.
    given: BTreeMap<(String, String), Vec<(usize, Value)>>,
}

impl Habits {
    pub(super) fn of(cases: &[Case]) -> Self {
        let mut habits = Self::default();
        for (at, case) in cases.iter().enumerate() {
            for (tool, field, value) in &case.bindings {
                let uses = habits.uses.entry(tool.clone()).or_default();
                if uses.last() != Some(&at) {
                    uses.push(at);
                }
                let given = habits.given.entry((tool.clone(), field.clone()));
                given.or_default().push((at, value.clone()));
            }
        }
        habits
    }

    /// Lets a draft for a goal follow what the cases that `counts` agree on.
    pub(super) fn follow(&self, draft: &mut Draft, cases: &[Case], counts: &dyn Fn(usize) -> bool) {
        let names: Vec<String> = draft
            .nodes
            .iter()
            .map(|n| n.component.name.clone())
            .collect();
        for (place, name) in names.iter().enumerate() {
            let uses = self.uses.get(name).into_iter().flatten();
            let uses = uses.filter(|at| counts(**at)).count();
            let node = &mut draft.nodes[place];
            for field in node.component.input_schema.fields() {
                let given = self.given.get(&(name.clone(), field.name.clone()));
                let given: Vec<&(usize, Value)> = given
                    .into_iter()
                    .flatten()
                    .filter(|(at, _)| counts(*at))
                    .collect();
                let bound = node.bindings.iter().position(|b| b.field == field.name);
                if given.is_empty() && uses >= LEFT_OUT && !field.required {
                    bound.map(|at| node.bindings.remove(at));
                    continue;
                }
                let open =
                    bound.is_none_or(|at| matches!(node.bindings[at].source, Source::Input(_)));
                let fixed = usual(&given, uses, |at, value| is_fixed(value, &cases[at]));
                let from = names[..place]
                    .iter()
                    .enumerate()
                    .rev()
                    .find_map(|(from, giver)| {
                        let here = |at: &usize| cases[*at].plan.has(giver);
                        let could = given.iter().filter(|(at, _)| here(at)).count();
                        let own = |value: &Value| {
                            value
                                .as_str()?
                                .strip_prefix(giver)?
                                .strip_prefix('.')
                                .map(str::to_owned)
                        };
                        let (value, _) = usual(&given, could, |_, value| own(value).is_some())?;
                        Some((from, own(value)?))
                    });
                let source = match (from, fixed) {
                    (Some((node, field)), _) => Source::Output {
                        node,
                        field: Some(field),
                    },
                    (None, Some((value, agreeing))) if open || agreeing > AGREEING => {
                        Source::Literal(value.clone())
                    }
                    _ => continue,
                };
                // What runs once for each item of a list has its reference already.
                if node.each.is_some() && matches!(source, Source::Output { .. }) {
                    continue;
                }
                let binding = Binding {
                    field: field.name.clone(),
                    source,
                };
                match bound {
                    Some(at) => node.bindings[at] = binding,
                    None => node.bindings.push(binding),
                }
            }
        }
        let asked = |name: &str| {
            let mut bindings = draft.nodes.iter().flat_map(|n| &n.bindings);
            bindings.any(|b| matches!(&b.source, Source::Input(input) if input == name))
        };
        let kept: Vec<bool> = draft.inputs.iter().map(|f| asked(&f.name)).collect();
        let mut kept = kept.into_iter();
        draft.inputs.retain(|_| kept.next().unwrap_or(true));
    }
}

/// The value that enough of the cases agree on, among those that are `fit`, and how many do.
fn usual<'a>(
    given: &[&'a (usize, Value)],
    of: usize,
    fit: impl Fn(usize, &Value) -> bool,
) -> Option<(&'a Value, usize)> {
    let mut counts: Vec<(&Value, usize)> = Vec::new();
    for (at, value) in given {
        if fit(*at, value) {
            match counts.iter_mut().find(|(known, _)| *known == value) {
                Some((_, count)) => *count += 1,
                None => counts.push((value, 1)),
            }
        }
    }
    let best = counts
        .into_iter()
        .reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    (best.1 >= AGREEING && best.1 as f64 >= SHARE * of.max(1) as f64).then_some(best)
}

/// Whether a value is neither said by the goal nor an output of another step.
fn is_fixed(value: &Value, case: &Case) -> bool {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let output = |node: &String| {
        text.strip_prefix(node)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    !case.goal.to_lowercase().contains(&text.to_lowercase()) && !case.plan.nodes.iter().any(output)
}
