//! Backward chaining: the component that best gives what an input lacks.

use std::collections::BTreeSet;

use super::action::Action;
use super::bind::{Binder, DEEPEST};
use super::draft::Node;
use super::library::{Library, Term};
use super::slots::{Role, Slot};
use super::tool::Tool;
use super::words::{overlap, stems};
use tdev_core::component::Kind;

/// Below this a producer is a guess.
const LEAST: f64 = 0.72;

/// What it costs to come by a kind of thing twice on the way to one.
const CIRCLE: f64 = 0.6;

/// A row of components, each fed by the next, and how good it is.
struct Found {
    score: f64,
    row: Vec<usize>,
}

/// The search for producers for one consumer.
pub(super) struct Chain<'a, 'b> {
    binder: &'b Binder<'a>,
    node: &'b Node,
    consumer: usize,
    terms: Vec<Term>,
}

impl<'a, 'b> Chain<'a, 'b> {
    pub(super) fn of(binder: &'b Binder<'a>, node: &'b Node, consumer: usize) -> Self {
        let goal: Vec<String> = match node.clause.and_then(|at| binder.clauses.get(at)) {
            Some(clause) => clause.stems.clone(),
            None => Vec::new(),
        };
        let goal = if goal.is_empty() {
            binder
                .clauses
                .iter()
                .flat_map(|c| c.stems.clone())
                .collect()
        } else {
            goal
        };
        // What the consumer does is said; what is left tells where its input comes from.
        let tool = binder.library.get(consumer);
        let done = tool.map(|t| &t.name);
        // A kind that the consumer itself gives tells nothing more: "list the orders of …".
        let given = |s: &String| {
            let keys = tool.into_iter().flat_map(|t| &t.outputs);
            let mut keys = keys.filter(|o| o.role == Role::Identifier);
            keys.any(|o| o.telling().contains(s))
        };
        let verb = node
            .clause
            .and_then(|at| binder.clauses.get(at))
            .map(|c| stems(&c.verb))
            .unwrap_or_default();
        let goal: Vec<String> = goal
            .into_iter()
            .filter(|s| {
                !verb.contains(s)
                    && (!done.is_some_and(|d| d.contains(s))
                        || binder.library.is_kind(s) && !given(s))
            })
            .collect();
        Self {
            binder,
            node,
            consumer,
            terms: binder.library.terms(&goal),
        }
    }

    /// The best producer of an input, if one is good enough.
    pub(super) fn producer(&self, slot: &Slot, depth: usize) -> Option<usize> {
        let placed = self.binder.tools.iter().chain(&self.binder.underway);
        let passed: BTreeSet<usize> = placed.copied().chain([self.consumer]).collect();
        let found = self.best(slot, &passed, depth, &[])?;
        found.row.first().copied().filter(|_| found.score >= LEAST)
    }

    /// `said` are the slots on the way here: words for what is wanted do not tell who gives it.
    fn best(
        &self,
        slot: &Slot,
        passed: &BTreeSet<usize>,
        depth: usize,
        said: &[&Slot],
    ) -> Option<Found> {
        let said: Vec<&Slot> = said.iter().copied().chain([slot]).collect();
        let library: &Library = self.binder.library;
        let mut best: Option<Found> = None;
        for at in library.givers(slot) {
            let Some(tool) = library.get(at).filter(|_| !passed.contains(&at)) else {
                continue;
            };
            if tool.component.side_effects
                || tool.component.kind == Kind::Team
                || matches!(tool.action, Action::Remove)
                || self.binder.given.avoided.contains(&tool.component.name)
            {
                continue;
            }
            let Some(found) = self.gives(tool, at, passed, depth, &said) else {
                continue;
            };
            if best.as_ref().is_none_or(|b| found.score > b.score) {
                best = Some(found);
            }
        }
        best
    }

    fn gives(
        &self,
        tool: &Tool,
        at: usize,
        passed: &BTreeSet<usize>,
        depth: usize,
        said: &[&Slot],
    ) -> Option<Found> {
        let slot = said.last()?;
        let givers = || {
            tool.outputs
                .iter()
                .filter(|out| tool.is_fresh(out) && out.goes_into(slot))
        };
        let called = givers()
            .map(|out| {
                if out.field.name == slot.field.name {
                    1.0
                } else {
                    0.4 * out.alike(slot)
                }
            })
            .fold(0.0, f64::max);
        let told = givers()
            .filter(|out| !out.is_bare() && !slot.is_bare())
            .map(|out| 0.4 * overlap(out.telling(), &slot.words) + 0.1)
            .fold(0.0, f64::max);
        let named = called.max(told);
        if named < 0.3 {
            return None;
        }
        let consumer = self.binder.library.get(self.consumer);
        let kin = consumer.is_some_and(|c| !c.group.is_empty() && c.group == tool.group);
        let doing = match tool.action {
            Action::Find => 0.1,
            Action::Open => 0.0,
            _ => -0.5,
        };
        let looks = matches!(tool.action, Action::Find | Action::Open);
        let picked = looks && self.binder.picks.iter().any(|p| p.tool == at);
        // Every input it lacks itself costs, less where another can give it in turn.
        let probe = Node::new(std::sync::Arc::clone(&tool.component), self.node.clause);
        let mut passed = passed.clone();
        passed.insert(at);
        let mut row = vec![at];
        let mut cost = 0.0;
        // "The author of Emma" needs no word that says that Emma is a book.
        let descent = self.descent(tool, slot);
        for slot in tool.inputs.iter().filter(|s| s.needed()) {
            if self
                .binder
                .best(&probe, slot)
                .is_some_and(|o| o.score >= 0.2)
            {
                continue;
            }
            let further = if depth + 1 < DEEPEST {
                self.best(slot, &passed, depth + 1, said)
            } else {
                None
            };
            // What leads back to a kind of thing passed already goes round in a circle.
            let again = said.iter().any(|s| s.field.name == slot.field.name);
            if again && slot.role == Role::Identifier {
                cost += CIRCLE;
            }
            cost += match further {
                Some(found) if found.score >= LEAST => {
                    row.extend(found.row);
                    let named = descent > 0.0;
                    if slot.role != Role::Identifier || named || self.mentions(slot) {
                        -0.15
                    } else {
                        0.4
                    }
                }
                _ if slot.role == Role::Identifier => 0.8,
                _ => 0.25,
            };
        }
        // By its description alone it gives only what it can give at once.
        if called < 0.3 && (cost > 0.0 || row.len() > 1) {
            return None;
        }
        let score = named + 0.6 * self.coverage(&row, said) - cost
            + if picked { 0.4 } else { 0.0 }
            + if kin { 0.3 } else { 0.0 }
            + self.manner(tool, slot)
            + descent
            + self.found_there(tool)
            + doing;
        Some(Found { score, row })
    }

    /// The share of what is left to say that a row of components accounts for.
    fn coverage(&self, row: &[usize], said: &[&Slot]) -> f64 {
        let tools: Vec<&Tool> = row
            .iter()
            .filter_map(|t| self.binder.library.get(*t))
            .collect();
        let kind = |t: &&Term| {
            !said.iter().any(|slot| {
                slot.role == Role::Identifier
                    && (slot.telling().contains(&t.stem)
                        || self.binder.library.stands_for(&t.stem, slot))
            })
        };
        let terms: Vec<&Term> = self.terms.iter().filter(kind).collect();
        let total: f64 = terms.iter().map(|t| t.weight).sum();
        let met: f64 = terms
            .iter()
            .map(|t| t.weight * tools.iter().map(|tool| tool.tells(t)).fold(0.0, f64::max))
            .sum();
        if total > 0.0 { met / total } else { 0.0 }
    }

    /// What the clause says of whose it is: "the author of the book" is found by the book.
    fn descent(&self, tool: &Tool, slot: &Slot) -> f64 {
        let Some(clause) = self.node.clause.and_then(|at| self.binder.clauses.get(at)) else {
            return 0.0;
        };
        0.4 * super::kinds::follows(clause, tool, &slot.field.name, self.binder.library)
    }

    /// What is removed without being named is what is found in the same place.
    fn found_there(&self, tool: &Tool) -> f64 {
        let Some(consumer) = self.binder.library.get(self.consumer) else {
            return 0.0;
        };
        let same = match (consumer.name().split_once(' '), tool.name().split_once(' ')) {
            (Some((_, place)), Some((_, other))) => place == other,
            _ => false,
        };
        match consumer.action {
            Action::Remove if same && !self.names() => 0.5,
            // What is there already needs no adding.
            Action::Make if same => -0.5,
            _ => 0.0,
        }
    }

    /// Whether the clause names something by a name of its own.
    fn names(&self) -> bool {
        let clause = self.node.clause.and_then(|at| self.binder.clauses.get(at));
        clause.is_some_and(|clause| !clause.names.is_empty())
    }

    /// Whether the clause speaks of what an identifier is of, by its own name or by a word that
    /// only those use who give it.
    fn mentions(&self, slot: &Slot) -> bool {
        let kind = slot.telling();
        self.terms
            .iter()
            .any(|t| kind.contains(&t.stem) || self.binder.library.stands_for(&t.stem, slot))
    }

    /// What the clause says of where to look: a name is searched for, what is one's own is listed.
    fn manner(&self, tool: &Tool, slot: &Slot) -> f64 {
        let Some(clause) = self.node.clause.and_then(|at| self.binder.clauses.get(at)) else {
            return 0.0;
        };
        let names = self.names();
        let kind = slot.telling();
        let mine = clause.words.iter().enumerate().any(|(at, (word, _))| {
            let near = clause.words.iter().skip(at + 1).take(5);
            word == "my"
                && near
                    .filter_map(|(_, s)| s.as_ref())
                    .any(|s| kind.contains(s))
        });
        let mut score = 0.0;
        if tool.name.contains("search") {
            score += match (mine, names) {
                (true, _) | (_, false) => -0.3,
                (false, true) => 0.3,
            };
        }
        if tool.own {
            score += match (mine, clause.own) {
                (true, _) => 0.4,
                (false, true) => 0.1,
                (false, false) => -0.1,
            };
        }
        score
    }
}
