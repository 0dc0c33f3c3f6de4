//! Choosing components for a goal: a beam over its clauses, where picks that feed each other earn
//! a bonus and words that name what an earlier pick gives count less.

use std::collections::{BTreeMap, BTreeSet};

use tdev_core::vector::Vector;

use super::bind::Pick;
use super::clauses::Clause;
use super::draft::Given;
use super::library::{Library, Term};
use super::links::Links;
use super::literals::Kind;
use super::slots::Role;
use super::tool::Tool;
use super::words::{kinship, overlap, stems};

/// Below this share of a clause's weight a component does not answer it.
pub(super) const COVERED: f64 = 0.34;
/// What the whole goal says for a component counts this much of what its clause says.
const WHOLE: f64 = 0.3;
/// As near as this a component answers it whatever its words.
const NEAR: f64 = 0.5;
/// What is told rather than wanted is worth leaving out.
const STATED: f64 = 1.4;
/// A word for a kind of thing says this much of what is done with it.
const KIND: f64 = 0.25;
const BEAM: usize = 24;
const CANDIDATES: usize = 6;

pub(super) struct Search<'a> {
    pub(super) clauses: &'a [Clause],
    pub(super) library: &'a Library,
    pub(super) goal: &'a [Term],
    /// What the whole goal means.
    pub(super) meaning: Option<&'a Vector>,
    pub(super) given: &'a Given<'a>,
}

#[derive(Clone, Default)]
struct State {
    picks: Vec<Pick>,
    score: f64,
}

/// One component for a clause, with what each term says for it.
pub(super) struct Candidate {
    tool: usize,
    shares: Vec<f64>,
    /// How much of each term its words meet.
    met: Vec<f64>,
    /// What speaks for it besides the clause's words.
    beside: f64,
    coverage: f64,
    /// How near its meaning is.
    near: f64,
}

impl<'a> Search<'a> {
    /// The best row of picks, one or none for each clause, and the clauses nothing covers.
    pub(super) fn beam(&self) -> (Vec<Pick>, Vec<String>) {
        let mut uncovered = Vec::new();
        let mut states = vec![State::default()];
        let whole = self.whole();
        for (at, clause) in self.clauses.iter().enumerate() {
            let terms = self.library.terms(&clause.stems);
            let candidates = self.candidates(clause, &terms, &whole);
            let covered = self.covered(clause, &candidates);
            let answered = |state: &State| self.answered(clause, state);
            if !covered && !clause.stems.is_empty() && !states.iter().any(answered) {
                uncovered.push(clause.text.clone());
            }
            let unheard = !clause.verb.is_empty() && self.library.is_unheard(&clause.verb);
            let mut next = Vec::new();
            let mut links = Links::of(self, clause);
            for state in &states {
                let skip = if clause.stems.is_empty() || answered(state) {
                    if clause.answer { 0.6 } else { 1.2 }
                } else if clause.states {
                    STATED
                } else if unheard && self.continues(state, clause) {
                    1.2
                } else if clause.verb.is_empty() {
                    0.2
                } else {
                    -0.8
                };
                next.push(State {
                    picks: state.picks.clone(),
                    score: state.score + skip,
                });
                let rated = self.rated(&candidates, &terms, &state.picks);
                for (place, (tool, fit)) in rated.into_iter().enumerate() {
                    let again = state.picks.iter().any(|p| p.tool == tool);
                    if again && clause.literals.is_empty() {
                        if place > 0 {
                            continue;
                        }
                        // It says more of what is done already.
                        next.push(State {
                            picks: state.picks.clone(),
                            score: state.score + 0.1,
                        });
                        continue;
                    }
                    let link = links.link(&state.picks, tool);
                    let mut picks = state.picks.clone();
                    picks.push(Pick { clause: at, tool });
                    let kin = self.library.get(tool).is_some_and(|t| {
                        !t.group.is_empty()
                            && state
                                .picks
                                .iter()
                                .filter_map(|p| self.library.get(p.tool))
                                .any(|p| p.group == t.group)
                    });
                    let link = link + if kin { 0.15 } else { 0.0 };
                    let repeat = if again { 0.5 } else { 0.0 };
                    next.push(State {
                        picks,
                        score: state.score + fit + link - repeat,
                    });
                }
            }
            next.sort_by(|a, b| {
                b.score
                    .total_cmp(&a.score)
                    .then_with(|| a.picks.len().cmp(&b.picks.len()))
            });
            next.truncate(BEAM);
            states = next;
        }
        // A poor plan says more than none; what is not covered is told all the same.
        let some = states.iter().position(|s| !s.picks.is_empty()).unwrap_or(0);
        (
            states.into_iter().nth(some).unwrap_or_default().picks,
            uncovered,
        )
    }

    /// What the whole goal says for each component, at most 1.
    pub(super) fn whole(&self) -> impl Fn(usize) -> f64 {
        let shares = self.library.shares(self.goal);
        let sums: BTreeMap<usize, f64> = shares
            .into_iter()
            .map(|(tool, row)| (tool, row.iter().sum()))
            .collect();
        let best = sums.values().copied().fold(f64::EPSILON, f64::max);
        move |tool| sums.get(&tool).map_or(0.0, |sum| sum / best)
    }

    /// Whether any candidate answers a clause by its words or its meaning.
    pub(super) fn covered(&self, clause: &Clause, candidates: &[Candidate]) -> bool {
        // Values that no component speaks of are no part of what is wished for.
        let names = clause.literals.iter().filter(|l| l.kind == Kind::Name);
        let named: Vec<String> = names
            .filter_map(|l| l.value.as_str())
            .flat_map(stems)
            .filter(|stem| !self.library.knows(stem))
            .collect();
        let mut wished = clause.stems.clone();
        wished.retain(|stem| !named.contains(stem));
        let wished = self.library.terms(&wished);
        let covers = |c: &Candidate| {
            let tool = self.library.get(c.tool);
            tool.is_some_and(|tool| Library::coverage(&wished, tool) >= COVERED)
        };
        candidates.iter().any(|c| c.near >= NEAR || covers(c))
    }

    /// Candidates for a clause, by all its words and by those that a step before it leaves.
    pub(super) fn candidates(
        &self,
        clause: &Clause,
        terms: &[Term],
        whole: &dyn Fn(usize) -> f64,
    ) -> Vec<Candidate> {
        let shares = self.library.shares(terms);
        let total = |row: &Vec<f64>| row.iter().sum::<f64>();
        let best = shares.values().map(total).fold(f64::EPSILON, f64::max);
        let mut shares = shares;
        for at in self.nearest(clause) {
            shares.entry(at).or_insert_with(|| vec![0.0; terms.len()]);
        }
        let mut found: Vec<Candidate> = Vec::new();
        for (at, row) in shares {
            let Some(tool) = self.library.get(at) else {
                continue;
            };
            let near = self.nearness(clause, tool);
            let beside = self.trusts().1 * meant(clause, near)
                + WHOLE * whole(at)
                + 0.4 * tool.action.suits(&clause.verb, clause.brings)
                + if clause.brings && tool.creates() {
                    0.2
                } else {
                    0.0
                }
                + 0.4 * kinship(&tool.called, &clause.stems)
                + 0.3 * self.follows(clause, tool)
                + if clause.own && tool.own { 0.2 } else { 0.0 }
                + if tool.is_the(&clause.verb) { 0.15 } else { 0.0 }
                + self.spoken(clause, tool);
            found.push(Candidate {
                tool: at,
                coverage: Library::coverage(terms, tool),
                met: terms.iter().map(|t| tool.meets(t)).collect(),
                shares: row,
                beside,
                near,
            });
        }
        let rank = |c: &Candidate| total(&c.shares) / best + c.beside;
        found.sort_by(|a, b| {
            rank(b)
                .total_cmp(&rank(a))
                .then_with(|| self.name(a.tool).cmp(self.name(b.tool)))
        });
        // What only a leftover of the words speaks for must stand in the row as well.
        let mut kept: Vec<Candidate> = Vec::new();
        let mut each: Vec<usize> = vec![0; terms.len()];
        for candidate in found {
            let top = candidate
                .shares
                .iter()
                .enumerate()
                .filter(|(_, s)| **s > 0.0)
                .any(|(place, _)| each.get(place).is_some_and(|n| *n < 2));
            if kept.len() < CANDIDATES || (top && kept.len() < 3 * CANDIDATES) {
                for (place, share) in candidate.shares.iter().enumerate() {
                    if let Some(n) = each.get_mut(place).filter(|_| *share > 0.0) {
                        *n += 1;
                    }
                }
                kept.push(candidate);
            }
        }
        for candidate in kept.iter_mut().take(CANDIDATES) {
            candidate.beside += self.way(clause, terms, candidate.tool);
        }
        kept
    }

    /// How far words and how far meanings are trusted. Who turns one kind of thing into another says
    /// so in words of a trade, which those who wish for it do not use.
    fn trusts(&self) -> (f64, f64) {
        if self.library.flows() && self.meaning.is_some() {
            (0.7, 1.5)
        } else {
            (1.0, 1.0)
        }
    }

    /// How near a component is to what a clause means, and a little to what the goal does.
    fn nearness(&self, clause: &Clause, tool: &Tool) -> f64 {
        tool.nearness(clause.meaning.as_ref()) + WHOLE * tool.nearness(self.meaning)
    }

    /// How well a component gives what the clause wants of whom it wants it.
    fn follows(&self, clause: &Clause, tool: &Tool) -> f64 {
        let fresh = tool.outputs.iter().filter(|o| tool.is_fresh(o));
        let keys = fresh.filter(|o| o.role == Role::Identifier);
        keys.map(|o| super::kinds::follows(clause, tool, &o.field.name, self.library))
            .fold(0.0, f64::max)
    }

    /// The components nearest to what a clause means.
    fn nearest(&self, clause: &Clause) -> Vec<usize> {
        if clause.meaning.is_none() {
            return Vec::new();
        }
        let tools = self.library.tools().iter().enumerate();
        let mut near: Vec<(f64, usize)> = tools
            .map(|(at, tool)| (self.nearness(clause, tool), at))
            .collect();
        near.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| self.name(a.1).cmp(self.name(b.1)))
        });
        near.truncate(CANDIDATES);
        near.into_iter().map(|(_, at)| at).collect()
    }

    fn name(&self, tool: usize) -> &str {
        self.library.get(tool).map_or("", Tool::name)
    }

    /// The candidates that suit a clause best after these picks, and how well.
    pub(super) fn rated(
        &self,
        candidates: &[Candidate],
        terms: &[Term],
        picks: &[Pick],
    ) -> Vec<(usize, f64)> {
        // Words that an earlier step's output is called by tell what goes in, not what to do.
        let named: BTreeSet<&String> = picks
            .iter()
            .filter_map(|p| self.library.get(p.tool))
            .flat_map(|t| {
                t.outputs
                    .iter()
                    .filter(|o| t.is_fresh(o))
                    .flat_map(|o| &o.name)
            })
            .collect();
        let factors: Vec<f64> = terms
            .iter()
            // So do words for the kinds of thing that components work on.
            .map(|t| match self.library.noun(&t.stem) {
                Some(_) => KIND,
                None if named.contains(&t.stem) => 0.4,
                None => 1.0,
            })
            .collect();
        let sum = |c: &Candidate| {
            c.shares
                .iter()
                .zip(&factors)
                .map(|(s, f)| s * f)
                .sum::<f64>()
        };
        let best = candidates.iter().map(sum).fold(f64::EPSILON, f64::max);
        let strength = candidates.iter().map(|c| c.coverage).fold(0.0, f64::max);
        let damp = (strength / 0.5).min(1.0);
        let left: f64 = terms
            .iter()
            .zip(&factors)
            .map(|(t, f)| t.weight * f)
            .sum::<f64>()
            .max(f64::EPSILON);
        let (words, _) = self.trusts();
        let mut rated: Vec<(usize, f64)> = candidates
            .iter()
            .map(|c| {
                let met: f64 = terms
                    .iter()
                    .zip(&factors)
                    .zip(&c.met)
                    .map(|((t, f), met)| t.weight * f * met)
                    .sum();
                (
                    c.tool,
                    words * (0.7 * damp * sum(c) / best + 0.5 * met / left) + 0.6 * c.beside,
                )
            })
            .collect();
        rated.sort_by(|a, b| {
            b.1.total_cmp(&a.1)
                .then_with(|| self.name(a.0).cmp(self.name(b.0)))
        });
        rated.truncate(CANDIDATES);
        rated
    }

    /// Whether a clause goes on about what the pick before it does.
    fn continues(&self, state: &State, clause: &Clause) -> bool {
        let Some(tool) = state.picks.last().and_then(|p| self.library.get(p.tool)) else {
            return false;
        };
        let verb = stems(&clause.verb);
        let rest: Vec<&String> = clause.stems.iter().filter(|s| !verb.contains(s)).collect();
        let met = rest.iter().filter(|s| tool.has(s)).count();
        met * 2 > rest.len()
    }

    /// Whether the outputs of the picks already hold what a clause asks to be returned.
    fn answered(&self, clause: &Clause, state: &State) -> bool {
        state
            .picks
            .iter()
            .filter_map(|p| self.library.get(p.tool))
            .any(|tool| {
                let offered: Vec<String> =
                    tool.outputs.iter().flat_map(|o| o.name.clone()).collect();
                if clause.answer {
                    return overlap(&clause.stems, &offered) >= 0.5;
                }
                let verb = stems(&clause.verb);
                let things: Vec<String> = clause
                    .stems
                    .iter()
                    .filter(|s| !verb.contains(s))
                    .cloned()
                    .collect();
                clause.literals.is_empty() && things.len() > 1 && overlap(&things, &offered) >= 0.99
            })
    }
}

/// What nearness in meaning says for a component, beside the words; nothing where nobody read it.
fn meant(clause: &Clause, near: f64) -> f64 {
    if clause.meaning.is_some() {
        3.0 * (near - 0.55).max(-0.3)
    } else {
        0.0
    }
}
