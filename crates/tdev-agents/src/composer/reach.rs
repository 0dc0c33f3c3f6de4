//! What is known of a component that works on a thing by its key before anybody has the key: of
//! whose things the clause speaks, and how well those who find the key account for the rest of it.

use std::sync::Arc;

use super::bind::{Pick, bind};
use super::clauses::Clause;
use super::feed::asks;
use super::kinds::named;
use super::library::{Library, Term};
use super::search::Search;
use super::slots::{Role, Slot};
use super::tool::Tool;

/// What it counts to work on a kind of thing that the clause speaks of.
const SPOKEN: f64 = 0.15;
/// A question about something that goes by a name is not answered by finding it, nor by what
/// takes no name.
const FOUND: f64 = -0.4;
/// What each step on the way to the keys costs.
const STEP: f64 = 0.1;
/// What it costs that nobody finds a key.
const LACKING: f64 = 0.2;

impl Search<'_> {
    /// What a clause says of the kinds of thing that a component works on; nothing without keys.
    pub(super) fn spoken(&self, clause: &Clause, tool: &Tool) -> f64 {
        if clause.brings {
            return 0.0;
        }
        let mut keys = keys(tool, self.library).peekable();
        if keys.peek().is_none() {
            let deaf = tool.searches() || tool.is_open() && self.library.is_keyed();
            let named = asks(clause) && !clause.names.is_empty();
            return if deaf && named { FOUND } else { 0.0 };
        }
        let kinds = named(clause, self.library);
        let spoken = |slot: &Slot| {
            let mut kinds = kinds.iter();
            kinds.any(|(_, kind)| kind.field.name == slot.field.name)
        };
        if keys.any(spoken) { SPOKEN } else { 0.0 }
    }

    /// What the steps that find the keys of a component add to what it accounts for, less what they
    /// cost.
    pub(super) fn way(&self, clause: &Clause, terms: &[Term], at: usize) -> f64 {
        let tool = self.library.get(at).filter(|_| !clause.brings);
        let Some(tool) = tool.filter(|t| keys(t, self.library).next().is_some()) else {
            return 0.0;
        };
        let pick = Pick {
            clause: 0,
            tool: at,
        };
        let draft = bind(
            &[pick],
            std::slice::from_ref(clause),
            self.library,
            self.given,
        );
        let steps = draft.nodes.iter().filter_map(|node| {
            let mut all = self.library.tools().iter();
            all.find(|t| Arc::ptr_eq(&t.component, &node.component))
        });
        let steps: Vec<&Tool> = steps.collect();
        let total: f64 = terms.iter().map(|t| t.weight).sum();
        let more = terms.iter().map(|t| {
            let all = steps.iter().map(|tool| tool.meets(t)).fold(0.0, f64::max);
            t.weight * (all - tool.meets(t))
        });
        let mut asked = draft.inputs.iter();
        let lacking = asked.any(|field| self.library.makes(&field.name));
        more.sum::<f64>() / total.max(f64::EPSILON)
            - STEP * steps.len().saturating_sub(1) as f64
            - if lacking { LACKING } else { 0.0 }
    }
}

/// The keys that a component needs and others find.
fn keys<'a>(tool: &'a Tool, library: &'a Library) -> impl Iterator<Item = &'a Slot> {
    let needed = tool.inputs.iter().filter(|i| i.needed());
    needed.filter(|i| i.role == Role::Identifier && library.makes(&i.field.name))
}
