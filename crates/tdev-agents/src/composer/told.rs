//! What the goal itself offers for an input: given values, literals and named choices.

use super::action::Action;
use super::bind::Binder;
use super::draft::{Node, Source};
use super::literals::{Kind, Literal};
use super::offer::{Offer, given_fit};
use super::roles::{named_choice, placed, suits};
use super::slots::{Role, Slot};
use super::tool::Tool;
use super::words::stems;

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
                if score <= 0.0 || self.is_mention(literal, node) {
                    continue;
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
            if let Some(value) = named_choice(slot, &clause.said) {
                offers.push(Offer::new(0.9, Source::Literal(value)));
            }
        }
        offers.extend(self.told_elsewhere(own, slot));
        offers
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
