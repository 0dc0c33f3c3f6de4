//! Whether a component already is what a spec asks for, and what speaks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use tdev_core::agent_io::AgentSpec;
use tdev_core::component::{Component, Kind};
use tdev_core::schema::{Fit, fit};

use crate::composer::stems;

/// How much of the goal a component must speak of, where its fields are those of the spec.
const WITH_FIELDS: f64 = 0.6;

/// How much, where the spec names no fields.
const BY_WORDS: f64 = 0.9;

/// A component that covers a spec.
#[derive(Debug, Clone)]
pub(super) struct Cover {
    pub(super) component: Arc<Component>,
    /// 0 to 1.
    pub(super) score: f64,
    /// What matched, a line each.
    pub(super) because: Vec<String>,
}

/// Components that cover a spec, the best first. None of them lacks a field that it must give, or
/// needs one that the spec does not.
pub(super) fn covers(spec: &AgentSpec, hash: &str, components: &[Arc<Component>]) -> Vec<Cover> {
    let goal = stems(&spec.goal);
    let weights = weights(components);
    let mut found: Vec<Cover> = components
        .iter()
        .filter(|c| c.status.runnable())
        .filter(|c| spec.name.as_ref().is_none_or(|name| *name == c.name))
        .filter_map(|c| cover(spec, hash, &goal, &weights, c))
        .collect();
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.component.name.cmp(&b.component.name))
    });
    found
}

fn cover(
    spec: &AgentSpec,
    hash: &str,
    goal: &[String],
    weights: &BTreeMap<String, f64>,
    component: &Arc<Component>,
) -> Option<Cover> {
    let cover = |score: f64, because: Vec<String>| {
        Some(Cover {
            component: Arc::clone(component),
            score: (score * 1000.0).round() / 1000.0,
            because,
        })
    };
    let made_from = component
        .provenance
        .as_ref()
        .and_then(|p| p.get("spec_hash"))
        .and_then(Value::as_str);
    if made_from == Some(hash) {
        return cover(1.0, vec!["it was made from the same spec".to_owned()]);
    }
    // A spec that brings its own data is about that data.
    if !spec.attached.is_empty() || !gives(spec, component) || !takes(spec, component) {
        return None;
    }
    if component.kind == Kind::Agent && same_tools(spec, component) {
        let tools = format!("it is built on {}", spec.tools.join(" and "));
        return cover(
            0.95,
            vec![tools, "its fields are those of the spec".to_owned()],
        );
    }
    if !spec.tools.is_empty() {
        return None;
    }
    let own = stems(&format!(
        "{} {} {}",
        component.name,
        component.description,
        component.tags.join(" ")
    ));
    let name = stems(&component.name);
    let weight = |word: &String| weights.get(word).copied().unwrap_or(6.0);
    let share = |words: &[String], in_these: &[String]| {
        let all: f64 = words.iter().map(weight).sum();
        let met: f64 = words
            .iter()
            .filter(|w| in_these.contains(w))
            .map(weight)
            .sum();
        if all > 0.0 { met / all } else { 0.0 }
    };
    let spoken = share(goal, &own);
    let meant = share(&name, goal);
    let described = spec.output_schema.is_described();
    // Numbers and quoted words of the goal are parameters that a component must be able to take.
    let bare = spec
        .goal
        .chars()
        .all(|c| !c.is_ascii_digit() && !matches!(c, '"' | '“' | '`' | '='));
    let enough = if described {
        spoken >= WITH_FIELDS && (spec.input_schema.is_described() || spoken >= BY_WORDS)
    } else {
        spoken >= BY_WORDS && meant >= 0.99 && bare
    };
    if !enough {
        return None;
    }
    let mut because = vec![format!(
        "it speaks of {:.0}% of what the goal says",
        spoken * 100.0
    )];
    if described {
        let names: Vec<String> = spec
            .output_schema
            .fields()
            .into_iter()
            .map(|f| f.name)
            .collect();
        because.push(format!("it gives {}", names.join(" and ")));
    }
    let schema = if described { 1.0 } else { 0.5 };
    cover(0.5 * spoken + 0.2 * meant + 0.3 * schema, because)
}

/// How much of the goal a component must speak of to be called near.
const NEAR: f64 = 0.2;

/// The names of components that speak of a part of the goal, the nearest first.
pub(super) fn near(goal: &str, components: &[Arc<Component>], most: usize) -> Vec<String> {
    let goal = stems(goal);
    let weights = weights(components);
    let weight = |word: &String| weights.get(word).copied().unwrap_or(6.0);
    let all: f64 = goal.iter().map(weight).sum();
    let mut ranked: Vec<(f64, &str)> = components
        .iter()
        .filter(|c| c.status.runnable())
        .map(|c| {
            let own = stems(&format!(
                "{} {} {}",
                c.name,
                c.description,
                c.tags.join(" ")
            ));
            let met: f64 = goal.iter().filter(|w| own.contains(w)).map(weight).sum();
            (met / all.max(1.0), c.name.as_str())
        })
        .filter(|(share, _)| *share >= NEAR)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    ranked
        .into_iter()
        .take(most)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// Words weigh by how few components have them.
fn weights(components: &[Arc<Component>]) -> BTreeMap<String, f64> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for component in components {
        let text = format!(
            "{} {} {}",
            component.name,
            component.description,
            component.tags.join(" ")
        );
        for word in BTreeSet::from_iter(stems(&text)) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let all = components.len() as f64;
    counts
        .into_iter()
        .map(|(word, count)| (word, (1.0 + all / count as f64).ln()))
        .collect()
}

fn same_tools(spec: &AgentSpec, component: &Component) -> bool {
    let wanted: BTreeSet<&str> = spec.tools.iter().map(String::as_str).collect();
    let uses: BTreeSet<&str> = component
        .tools
        .iter()
        .map(|t| t.split('@').next().unwrap_or(t))
        .collect();
    !wanted.is_empty() && wanted == uses
}

/// Every field the spec wants comes out of it.
fn gives(spec: &AgentSpec, component: &Component) -> bool {
    let outputs = component.output_schema.fields();
    spec.output_schema
        .fields()
        .iter()
        .filter(|want| want.required)
        .all(|want| {
            outputs.iter().any(|out| {
                out.name == want.name
                    && out.required
                    && !matches!(fit(&out.schema, &want.schema), Fit::No(_))
            })
        })
}

/// Everything it needs is given by the spec, where the spec says what it gives.
fn takes(spec: &AgentSpec, component: &Component) -> bool {
    if !spec.input_schema.is_described() && spec.tools.is_empty() {
        return true;
    }
    let given = spec.input_schema.fields();
    component
        .input_schema
        .fields()
        .iter()
        .filter(|f| f.required)
        .all(|need| {
            given
                .iter()
                .any(|g| g.name == need.name && !matches!(fit(&g.schema, &need.schema), Fit::No(_)))
        })
}
