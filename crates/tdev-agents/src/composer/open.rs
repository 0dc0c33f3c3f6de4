//! Components that do not say what they take: what their clause names is handed to them.

use super::bind::Binder;
use super::clauses::Clause;
use super::context::Context;
use super::draft::{Binding, Node, Source};
use super::literals::Literal;
use super::words::{kinship, tokens};

/// Binds the outputs that a clause speaks of, and its literals by what it calls them.
pub(super) fn fill(binder: &Binder, node: &mut Node, clause: &Clause) {
    let mut best: Option<(f64, usize, String)> = None;
    let count = binder.draft.nodes.len();
    for (at, tool) in binder.tools.iter().enumerate() {
        let Some(tool) = binder.library.get(*tool) else {
            continue;
        };
        for out in tool.outputs.iter().filter(|o| tool.is_fresh(o)) {
            let mut score = kinship(&out.name, &clause.stems);
            if clause.refers && at + 1 == count {
                score += 0.6;
            }
            score += 0.05 * (at + 1) as f64 / count as f64;
            if score >= 0.6 && best.as_ref().is_none_or(|(s, _, _)| score > *s) {
                best = Some((score, at, out.field.name.clone()));
            }
        }
    }
    if let Some((_, at, field)) = best {
        node.bindings.push(Binding {
            field: field.clone(),
            source: Source::Output {
                node: at,
                field: Some(field),
            },
        });
    }
    for literal in &clause.literals {
        if let Some(name) = called(literal, clause)
            && !node.bindings.iter().any(|b| b.field == name)
        {
            node.bindings.push(Binding {
                field: name,
                source: Source::Literal(literal.value.clone()),
            });
        }
    }
}

/// What a clause calls a literal: the nouns right before it, `loan amount of $5` as `loan_amount`.
fn called(literal: &Literal, clause: &Clause) -> Option<String> {
    const BETWEEN: &[&str] = &[
        "of", "is", "as", "to", "equal", "the", "a", "an", "at", "be", "set",
    ];
    const NO_NAMES: &[&str] = &[
        "and", "with", "for", "in", "on", "by", "from", "into", "then", "using", "that", "or",
    ];
    let context = Context::of(literal, &clause.literals, &clause.text);
    if context.before.is_empty() {
        return None;
    }
    let from = clause
        .literals
        .iter()
        .filter(|l| l.end <= literal.start)
        .map(|l| l.end)
        .max()
        .unwrap_or(0);
    let words = tokens(clause.text.get(from..literal.start)?);
    let mut words = words.as_slice();
    while let Some((last, rest)) = words.split_last()
        && BETWEEN.contains(&last.as_str())
    {
        words = rest;
    }
    let mut name: Vec<&str> = words
        .iter()
        .rev()
        .take_while(|w| !NO_NAMES.contains(&w.as_str()) && !BETWEEN.contains(&w.as_str()))
        .take(2)
        .map(String::as_str)
        .collect();
    name.reverse();
    (!name.is_empty()).then(|| name.join("_"))
}
