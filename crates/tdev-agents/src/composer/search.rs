//! Choosing components for a goal: a beam over its clauses, where picks that feed each other earn
//! a bonus, against single components that cover the whole goal.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use tdev_core::component::{Component, Kind};
use tdev_core::schema::{Fit, fit};

use super::bind::bind;
use super::clauses::{Clause, clauses};
use super::draft::{Draft, Given, Node};
use super::index::{Document, Index};
use super::words::{overlap, stems};

/// What the composer found.
pub(crate) struct Composition {
    pub(crate) draft: Draft,
    /// Intents that no component covers, in the goal's words.
    pub(crate) uncovered: Vec<String>,
    /// The share of the goal's meaning that the plan accounts for, 0 to 1.
    pub(crate) coverage: f64,
    /// Why these components, a line each.
    pub(crate) reasons: Vec<String>,
}

/// Below this share of a clause's weight a component does not answer it.
const COVERED: f64 = 0.34;
/// A component must account for this much of a whole goal to stand for it alone.
const ALONE: f64 = 0.75;
const BEAM: usize = 24;
const CANDIDATES: usize = 6;

/// Composes a plan for a goal from these components.
pub(crate) fn compose(goal: &str, components: &[Arc<Component>], given: &Given) -> Composition {
    let clauses = clauses(goal);
    let eligible = components
        .iter()
        .filter(|c| !given.avoided.contains(&c.name))
        .cloned();
    let index = Index::of(eligible);
    let goal_stems: Vec<String> = clauses.iter().flat_map(|c| c.stems.clone()).collect();
    let search = Search {
        clauses: &clauses,
        index: &index,
        goal_stems: &goal_stems,
        given,
    };
    let (picks, mut uncovered) = search.beam();
    let picks = search.widen(picks);
    let nodes = picks
        .iter()
        .map(|pick| Node::new(Arc::clone(&pick.document.component), Some(pick.clause)))
        .collect();
    let mut draft = bind(nodes, &clauses, &index, given);
    let mut coverage = search.coverage_of(&draft);
    let mut reasons: Vec<String> = search.reasons(&draft);
    if let Some((alone, share, document)) = search.alone() {
        let apart = coverage
            - 0.06 * draft.nodes.len().saturating_sub(1) as f64
            - 0.3 * uncovered.len() as f64;
        if alone > apart {
            let single = bind(
                vec![Node::new(Arc::clone(&document.component), Some(0))],
                &clauses,
                &index,
                given,
            );
            if single.nodes.len() == 1 {
                reasons = vec![format!(
                    "`{}` covers the whole goal by itself",
                    document.component.name
                )];
                coverage = share;
                uncovered.clear();
                draft = single;
            }
        }
    }
    uncovered.extend(super::conditions::apply(&mut draft, &clauses, given));
    Composition {
        draft,
        uncovered,
        coverage,
        reasons,
    }
}

struct Search<'a> {
    clauses: &'a [Clause],
    index: &'a Index,
    goal_stems: &'a [String],
    given: &'a Given<'a>,
}

#[derive(Clone)]
struct Pick<'a> {
    clause: usize,
    document: &'a Document,
}

#[derive(Clone, Default)]
struct State<'a> {
    picks: Vec<Pick<'a>>,
    score: f64,
}

impl<'a> Search<'a> {
    /// The best row of picks, one or none for each clause, and the clauses nothing covers.
    fn beam(&self) -> (Vec<Pick<'a>>, Vec<String>) {
        let mut uncovered = Vec::new();
        let mut states = vec![State::default()];
        for (at, clause) in self.clauses.iter().enumerate() {
            let candidates = self.candidates(clause);
            let covered = candidates
                .iter()
                .any(|(_, document)| self.index.coverage(&clause.stems, document) >= COVERED);
            let answered = |state: &State| clause.answer && self.answered(clause, state);
            if !covered && !clause.stems.is_empty() && !states.iter().any(answered) {
                uncovered.push(clause.text.clone());
            }
            let mut next = Vec::new();
            for state in &states {
                let skip = if clause.stems.is_empty() || answered(state) {
                    0.6
                } else {
                    -0.8
                };
                next.push(State {
                    picks: state.picks.clone(),
                    score: state.score + skip,
                });
                for (score, document) in &candidates {
                    let coverage = self.index.coverage(&clause.stems, document);
                    let again = state
                        .picks
                        .iter()
                        .any(|p| p.document.component.name == document.component.name);
                    let mut picks = state.picks.clone();
                    let link = self.link(&picks, at, &document.component);
                    picks.push(Pick {
                        clause: at,
                        document,
                    });
                    let repeat = if again && clause.literals.is_empty() {
                        1.0
                    } else {
                        0.0
                    };
                    next.push(State {
                        picks,
                        score: state.score + 0.6 * score + 0.6 * coverage + link - repeat,
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
        (
            states.into_iter().next().unwrap_or_default().picks,
            uncovered,
        )
    }

    /// One clause may imply two steps ("look up the user behind this code"): where a pick leaves
    /// telling words of its clause unanswered, a component that answers them joins it, if one of
    /// the two can feed the other.
    fn widen(&self, mut picks: Vec<Pick<'a>>) -> Vec<Pick<'a>> {
        for (at, clause) in self.clauses.iter().enumerate() {
            let Some(place) = picks.iter().position(|p| p.clause == at) else {
                continue;
            };
            let left: Vec<String> = clause
                .stems
                .iter()
                .filter(|s| !picks.iter().any(|p| p.document.has(s)))
                .cloned()
                .collect();
            let total: f64 = clause.stems.iter().map(|s| self.index.weight(s)).sum();
            let mut best: Option<(f64, bool, &Document)> = None;
            for (_, document) in self.index.search(&left, CANDIDATES) {
                if picks
                    .iter()
                    .any(|p| p.document.component.name == document.component.name)
                    || document.component.side_effects
                {
                    continue;
                }
                let gain: f64 = left
                    .iter()
                    .filter(|s| document.has(s))
                    .map(|s| self.index.weight(s))
                    .sum::<f64>()
                    / total.max(f64::EPSILON);
                let Some(pick) = picks.get(place) else {
                    continue;
                };
                let after = feeds(&pick.document.component, &document.component);
                let before = feeds(&document.component, &pick.document.component);
                if gain >= 0.25
                    && (after || before)
                    && best.as_ref().is_none_or(|(g, _, _)| gain > *g)
                {
                    best = Some((gain, after, document));
                }
            }
            if let Some((_, after, document)) = best {
                picks.insert(
                    if after { place + 1 } else { place },
                    Pick {
                        clause: at,
                        document,
                    },
                );
            }
        }
        picks
    }

    /// Candidates for a clause with their scores, the best at 1.
    fn candidates(&self, clause: &Clause) -> Vec<(f64, &'a Document)> {
        let mut scored: Vec<(f64, &Document)> = self
            .index
            .search(&clause.stems, CANDIDATES * 4)
            .into_iter()
            .map(|(score, document)| {
                (
                    score + 0.25 * self.index.score(self.goal_stems, document),
                    document,
                )
            })
            .collect();
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then_with(|| a.1.component.name.cmp(&b.1.component.name))
        });
        scored.truncate(CANDIDATES);
        let best = scored.first().map_or(1.0, |(score, _)| *score);
        scored
            .into_iter()
            .map(|(score, document)| (score / best, document))
            .collect()
    }

    /// What the inputs of a component say for it after these picks: a bonus for each fed by an
    /// earlier output, a malus for each that nothing feeds.
    fn link(&self, picks: &[Pick], clause: usize, component: &Component) -> f64 {
        component
            .input_schema
            .fields()
            .iter()
            .filter(|field| field.required && field.default().is_none())
            .map(|field| {
                let words = stems(&format!("{} {}", field.name, field.description()));
                let fed = picks
                    .iter()
                    .flat_map(|p| p.document.component.output_schema.fields())
                    .filter(|out| fits(&out.schema, &field.schema))
                    .map(|out| 0.15 + 0.25 * overlap(&stems(&out.name), &words))
                    .fold(0.0, f64::max);
                let literal = self.clauses.get(clause).is_some_and(|c| {
                    c.literals
                        .iter()
                        .any(|l| super::offer::literal_fit(l, field) > 0.3)
                });
                let given = self
                    .given
                    .inputs
                    .iter()
                    .any(|(name, schema)| super::offer::given_fit(name, schema, field) > 0.3);
                if fed > 0.0 {
                    fed
                } else if literal || given {
                    0.15
                } else {
                    -0.3
                }
            })
            .sum()
    }

    /// Whether the outputs of the picks already hold what a clause asks to be returned.
    fn answered(&self, clause: &Clause, state: &State) -> bool {
        state.picks.iter().any(|pick| {
            let offered: Vec<String> = pick
                .document
                .component
                .output_schema
                .fields()
                .iter()
                .flat_map(|f| stems(&f.name))
                .collect();
            overlap(&clause.stems, &offered) >= 0.5
        })
    }

    fn coverage_of(&self, draft: &Draft) -> f64 {
        let documents: Vec<&Document> = self
            .index
            .documents()
            .iter()
            .filter(|d| {
                draft
                    .nodes
                    .iter()
                    .any(|n| n.component.name == d.component.name)
            })
            .collect();
        let total: f64 = self.goal_stems.iter().map(|s| self.index.weight(s)).sum();
        if total == 0.0 {
            return 0.0;
        }
        let met: BTreeSet<&String> = self
            .goal_stems
            .iter()
            .filter(|s| documents.iter().any(|d| d.has(s)))
            .collect();
        self.goal_stems
            .iter()
            .filter(|s| met.contains(s))
            .map(|s| self.index.weight(s))
            .sum::<f64>()
            / total
    }

    /// The component that could stand for the whole goal alone: its rank, its share and itself.
    fn alone(&self) -> Option<(f64, f64, &'a Document)> {
        self.index
            .documents()
            .iter()
            .filter(|d| {
                self.clauses.iter().all(|c| c.condition.is_none()) && d.component.kind != Kind::Tool
                    || self.clauses.len() == 1
            })
            .filter_map(|document| {
                let share = self.index.coverage(self.goal_stems, document);
                let made_for_it = self.given.preferred.contains(&document.component.name);
                let each = self
                    .clauses
                    .iter()
                    .all(|c| c.stems.is_empty() || self.index.coverage(&c.stems, document) >= 0.5);
                let rank = share + if made_for_it { 1.0 } else { 0.0 };
                (made_for_it || (share >= ALONE && each)).then_some((rank, share, document))
            })
            .max_by(|a, b| {
                a.0.total_cmp(&b.0)
                    .then_with(|| b.2.component.name.cmp(&a.2.component.name))
            })
    }

    fn reasons(&self, draft: &Draft) -> Vec<String> {
        draft
            .nodes
            .iter()
            .map(
                |node| match node.clause.and_then(|at| self.clauses.get(at)) {
                    Some(clause) => format!("`{}` for “{}”", node.component.name, clause.text),
                    None => format!(
                        "`{}` because what it gives is needed next",
                        node.component.name
                    ),
                },
            )
            .collect()
    }
}

/// Whether what one component gives can be what another needs, and nothing else would give it:
/// a file or image is given with the goal rather than made on the way.
fn feeds(producer: &Component, consumer: &Component) -> bool {
    let needed = consumer.input_schema.fields();
    let mut needed = needed
        .iter()
        .filter(|f| f.required && f.default().is_none())
        .peekable();
    needed.peek().is_some()
        && needed.all(|field| {
            producer
                .output_schema
                .fields()
                .iter()
                .any(|out| out.required && fits(&out.schema, &field.schema))
        })
}

/// Whether a value of one schema can go into another, a list item by item too.
fn fits(given: &Value, wanted: &Value) -> bool {
    let whole = !matches!(fit(given, wanted), Fit::No(_));
    whole
        || given
            .get("items")
            .is_some_and(|item| !matches!(fit(item, wanted), Fit::No(_)))
}
