//! Components that do not say what they take: what their clause names is handed to them.

use super::bind::Binder;
use super::clauses::Clause;
use super::context::Context;
use super::draft::{Binding, Node, Source};
use super::library::Library;
use super::literals::Literal;
use super::slots::Slot;
use super::words::{kinship, tokens};

/// Binds the outputs that a clause speaks of, and its literals by what it calls them.
pub(super) fn fill(binder: &Binder, node: &mut Node) {
    let Some(clause) = node.clause.and_then(|at| binder.clauses.get(at)) else {
        return;
    };
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

impl<'a> Binder<'a> {
    /// A deed that does not say what it takes is handed the first thing its clause names.
    pub(super) fn find_named(&mut self, node: &mut Node, consumer: usize) {
        let library: &'a Library = self.library;
        let Some(clause) = node.clause.and_then(|at| self.clauses.get(at)) else {
            return;
        };
        let Some(own) = library.get(consumer) else {
            return;
        };
        let said = |slot: &&Slot| slot.telling().iter().any(|w| own.has(w));
        let named = clause
            .stems
            .iter()
            .filter(|s| !own.name.contains(*s))
            .filter_map(|s| library.identified(s))
            .find(|slot| !said(slot));
        let Some(slot) = named.filter(|_| {
            node.bindings
                .iter()
                .all(|b| !matches!(b.source, Source::Output { .. }))
        }) else {
            return;
        };
        let earlier = self
            .best(node, slot)
            .filter(|o| matches!(o.source, Source::Output { .. }) && o.score >= 0.6);
        if let Some(offer) = earlier.or_else(|| self.produce(node, consumer, slot, 0)) {
            self.accept(node, slot, offer);
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
