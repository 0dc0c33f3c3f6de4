//! What the goal itself offers for an input: given values, literals and named choices.

use serde_json::Value;

use super::action::Action;
use super::bare::bare;
use super::bind::Binder;
use super::clauses::Clause;
use super::draft::{Node, Source};
use super::files::opens;
use super::literals::{Kind, Literal};
use super::offer::{Offer, given_fit};
use super::roles::{named_choice, placed, suits};
use super::slots::{Role, Shape, Slot};
use super::tool::Tool;
use super::words::{kinship, stems};

impl Binder<'_> {
    /// What the goal and those who give it offer.
    pub(super) fn told(&self, node: &Node, slot: &Slot) -> Vec<Offer> {
        let mut offers = Vec::new();
        for (name, schema) in self.given.inputs {
            let score = given_fit(name, schema, &slot.field);
            if score > 0.0 {
                offers.push(Offer::new(score, Source::Input(name.clone())));
            }
        }
        let Some(own) = node.clause else {
            return offers;
        };
        let looks = || matches!(Action::of(&node.component), Action::Find);
        for at in self.scopes.get(own).into_iter().flatten() {
            let Some(clause) = self.clauses.get(*at) else {
                continue;
            };
            for (literal, context) in clause.literals.iter().zip(&clause.contexts) {
                let made = self.library.makes(&slot.field.name);
                let mut score = placed(literal, slot, context, made, &looks);
                // The path of a file is not what is in it, where somebody opens files.
                let path = literal.kind == Kind::Path && slot.role == Role::Open;
                if score <= 0.0 || self.is_mention(literal, node) || path && opens(self.library) {
                    continue;
                }
                if slot.shape == Shape::Any && !slot.field.description().is_empty() {
                    match literal.kind {
                        _ if follows_choice(node, clause.text.get(..literal.start)) => score += 0.6,
                        Kind::Quoted if slot.needed() && has_text(node) => score -= 0.5,
                        _ => {}
                    }
                }
                // Of several texts the one that is the text takes what is quoted.
                if literal.kind == Kind::Quoted && slot.is_for_text() && slot.needed() {
                    score += 0.1;
                }
                let span = (*at, literal.start, literal.end);
                for (_, field) in self
                    .used
                    .iter()
                    .filter(|(u, _)| u.0 == span.0 && u.1 < span.2 && span.1 < u.2)
                {
                    if *field != slot.field.name {
                        score -= 0.35;
                    }
                }
                offers.push(Offer {
                    literal: Some(span),
                    ..Offer::new(score, Source::Literal(literal.value.clone()))
                });
            }
            let spelled = spelled_choice(slot, clause);
            if let Some(value) = spelled.or_else(|| named_choice(slot, &clause.said)) {
                offers.push(Offer::new(0.9, Source::Literal(value)));
            }
            if let Some(word) = bare(node, clause, slot) {
                offers.push(Offer::new(0.9, Source::Literal(word.into())));
            }
        }
        offers.extend(self.told_elsewhere(own, slot));
        offers
    }

    /// Whether an optional input may take what is offered: what a step gives only where its clause
    /// speaks of the input, where its words are known at all.
    pub(super) fn is_asked(&self, node: &Node, slot: &Slot, offer: &Offer) -> bool {
        let clause = || node.clause.and_then(|at| self.clauses.get(at));
        match &offer.source {
            Source::Item(_) => false,
            Source::Output { .. } if slot.field.description().is_empty() => true,
            Source::Output { .. } => {
                clause().is_some_and(|c| kinship(slot.telling(), &c.stems) > 0.0)
            }
            Source::Literal(_) | Source::Input(_) => true,
        }
    }

    /// Literals of other clauses, where their kind or name leaves no doubt of their role.
    fn told_elsewhere(&self, own: usize, slot: &Slot) -> Vec<Offer> {
        let scope = self.scopes.get(own).map_or(&[][..], Vec::as_slice);
        let mut offers = Vec::new();
        for (_, clause) in self
            .clauses
            .iter()
            .enumerate()
            .filter(|(at, _)| !scope.contains(at))
        {
            for (literal, context) in clause.literals.iter().zip(&clause.contexts) {
                let strict = matches!(
                    slot.role,
                    Role::Date | Role::Time | Role::Email | Role::Phone | Role::Url
                );
                if !slot.needed() || !strict || suits(literal, slot) < 0.9 {
                    continue;
                }
                let score = placed(literal, slot, context, false, &|| false) - 0.6;
                offers.push(Offer::new(score, Source::Literal(literal.value.clone())));
            }
        }
        offers
    }

    /// Whether a capitalised word names what a step does or gives rather than a value.
    pub(super) fn is_mention(&self, literal: &Literal, node: &Node) -> bool {
        if literal.kind != Kind::Name {
            return false;
        }
        let words = stems(literal.value.as_str().unwrap_or(""));
        let known = |tool: &Tool| {
            words
                .iter()
                .all(|w| tool.outputs.iter().any(|o| o.name.contains(w)))
        };
        let own = stems(&node.component.name);
        words.is_empty()
            || words.iter().all(|w| own.contains(w))
            || self
                .tools
                .iter()
                .filter_map(|t| self.library.get(*t))
                .any(known)
    }
}

/// Whether the words before a value end with one of a component's choices: "greater than 40".
fn follows_choice(node: &Node, before: Option<&str>) -> bool {
    let before = before.unwrap_or("").trim_end().to_lowercase();
    let fields = node.component.input_schema.fields();
    let mut choices = fields.iter().flat_map(|f| spelled(&f.schema));
    choices.any(|(_, words)| before.ends_with(&words))
}

/// What can be chosen by a schema, each as one would write it in a sentence: `less_than`.
fn spelled(schema: &Value) -> impl Iterator<Item = (&Value, String)> {
    let choices = schema.get("enum").and_then(Value::as_array);
    let named = choices.into_iter().flatten();
    named.filter_map(|choice| {
        let words = choice.as_str()?.replace(['_', '-'], " ").to_lowercase();
        Some((choice, words))
    })
}

/// The choice of several words that a clause spells out.
fn spelled_choice(slot: &Slot, clause: &Clause) -> Option<Value> {
    let text = clause.text.to_lowercase();
    spelled(&slot.field.schema)
        .find(|(_, words)| words.contains(' ') && text.contains(words.as_str()))
        .map(|(choice, _)| choice.clone())
}

/// Whether a component needs a text beside: a quotation is that rather than data.
fn has_text(node: &Node) -> bool {
    let fields = node.component.input_schema.fields();
    let mut needed = fields.iter().filter(|f| f.required);
    needed.any(|f| f.schema.get("type").is_some_and(|t| t == "string"))
}
