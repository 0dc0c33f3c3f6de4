//! Composing: from a goal to a draft, by clauses, picks and bindings, or one component that covers
//! it alone.

use std::collections::BTreeSet;

use tdev_core::component::Kind;

use super::answer;
use super::better;
use super::bind::{Pick, bind};
use super::claims::{Claim, claims};
use super::clauses::Clause;
use super::draft::{Draft, Given};
use super::lacking::{Lack, lacks};
use super::library::{Library, Term};
use super::meaning::Goal;
use super::reasons;
use super::recut::recut;
use super::search::Search;
use super::spread;
use super::tool::Tool;

/// What the composer found.
pub(crate) struct Composition {
    pub(crate) draft: Draft,
    /// Intents that no component covers, in the goal's words.
    pub(crate) uncovered: Vec<String>,
    /// The share of the goal's meaning that the plan accounts for, 0 to 1.
    pub(crate) coverage: f64,
    /// Why these components, a line each.
    pub(crate) reasons: Vec<String>,
    /// Of each clause, whether and why it counts as covered.
    pub(crate) claims: Vec<Claim>,
    /// What would have to be there for those that do not, in their order.
    pub(crate) lacks: Vec<Lack>,
    /// The components it was told to take for some clauses.
    pub(super) instead: Vec<(usize, Vec<usize>)>,
}

impl Composition {
    /// A draft that was chosen as a whole, from past plans: nothing is claimed of its clauses.
    pub(crate) fn adopted(draft: Draft, coverage: f64) -> Self {
        Self {
            draft,
            uncovered: Vec::new(),
            coverage,
            reasons: Vec::new(),
            claims: Vec::new(),
            lacks: Vec::new(),
            instead: Vec::new(),
        }
    }
}

/// A component must account for this much of a whole goal to stand for it alone.
const ALONE: f64 = 0.75;

/// A component made for a goal in other words accounts for this much of it all the same.
const MADE: f64 = 0.5;

/// A component that accounts for this much of what is forbidden does it.
const DEFIED: f64 = 0.6;

/// Composes a plan for a goal from the components of a library.
pub(crate) fn compose(goal: &Goal, library: &Library, given: &Given) -> Composition {
    planned(goal, library, given, &[])
}

/// The same, with these components for some of its clauses, whatever the search would choose.
pub(super) fn planned(
    goal: &Goal,
    library: &Library,
    given: &Given,
    instead: &[(usize, Vec<usize>)],
) -> Composition {
    let cut = goal.clauses.iter().zip(&goal.parts);
    let (forbidden, mut clauses): (Vec<Clause>, Vec<Clause>) = cut
        .flat_map(|(clause, parts)| recut(clause, parts, library))
        .partition(|c| c.forbids);
    for clause in &mut clauses {
        compound(clause, library);
    }
    let stems: Vec<String> = clauses.iter().flat_map(|c| c.stems.clone()).collect();
    let terms = library.terms(&stems);
    let search = Search {
        clauses: &clauses,
        library,
        goal: &terms,
        meaning: goal.meaning.as_ref(),
        given,
    };
    let (mut draft, mut uncovered) = if library.flows() {
        search.flow()
    } else {
        let (picks, uncovered) = search.beam();
        let mut picks = search.widen(picks);
        for (clause, tools) in instead {
            picks.retain(|p| p.clause != *clause);
            let place = picks.iter().take_while(|p| p.clause < *clause).count();
            let own = tools.iter().map(|tool| Pick {
                clause: *clause,
                tool: *tool,
            });
            picks.splice(place..place, own);
        }
        let mut draft = bind(&picks, &clauses, library, given);
        for (clause, tools) in instead {
            if let Some(clause) = clauses.get(*clause) {
                better::link(&mut draft, clause, tools, library);
            }
        }
        (draft, uncovered)
    };
    let mut coverage = coverage_of(&draft, library, &terms);
    let mut stands_alone = false;
    if let Some((alone, share, tool)) = alone(library, &clauses, &terms, given)
        && instead.is_empty()
    {
        let apart = coverage
            - 0.06 * draft.nodes.len().saturating_sub(1) as f64
            - 0.3 * uncovered.len() as f64;
        if alone > apart {
            let single = bind(&[Pick { clause: 0, tool }], &clauses, library, given);
            if single.nodes.len() == 1 {
                stands_alone = true;
                coverage = share;
                uncovered.clear();
                draft = single;
            }
        }
    }
    let claims = claims(&draft, &clauses, library, given);
    // Where only kinds are known there are too few words to hold a plan to.
    if !library.flows() {
        let refused = claims.iter().filter(|claim| !claim.covered);
        uncovered = refused.map(|claim| claim.text.clone()).collect();
    }
    let lacks = lacks(&claims, &draft, &clauses, given);
    draft.outputs = answer::outputs(&draft, &clauses);
    spread::spread(&mut draft, &clauses);
    uncovered.extend(super::conditions::apply(&mut draft, &clauses, given));
    uncovered.extend(defied(&draft, &forbidden, library));
    let reasons = if stands_alone {
        reasons::alone(&draft, &clauses, given)
    } else {
        reasons::each_step(&draft, &clauses, given)
    };
    Composition {
        draft,
        uncovered,
        coverage,
        reasons,
        claims,
        lacks,
        instead: instead.to_vec(),
    }
}

/// Words that the library writes as one are one: "user name" where it says `username`.
fn compound(clause: &mut Clause, library: &Library) {
    let pairs: Vec<(usize, String)> = clause
        .stems
        .windows(2)
        .enumerate()
        .filter_map(|(at, pair)| Some((at, format!("{}{}", pair.first()?, pair.get(1)?))))
        .filter(|(_, one)| library.knows(one))
        .collect();
    for (at, one) in pairs.into_iter().rev() {
        clause.stems.splice(at..at + 2, [one]);
    }
}

/// What the goal forbids and the plan does all the same: such a plan must not stand.
fn defied(draft: &Draft, forbidden: &[Clause], library: &Library) -> Vec<String> {
    let tools: Vec<&Tool> = draft
        .nodes
        .iter()
        .filter_map(|node| {
            library
                .tools()
                .iter()
                .find(|t| *t.name() == node.component.name)
        })
        .collect();
    let done = |clause: &&Clause| {
        let terms = library.terms(&clause.stems);
        tools
            .iter()
            .any(|tool| Library::coverage(&terms, tool) >= DEFIED)
    };
    let defied = forbidden.iter().filter(done);
    defied.map(|clause| clause.text.clone()).collect()
}

fn coverage_of(draft: &Draft, library: &Library, terms: &[Term]) -> f64 {
    let names: BTreeSet<&str> = draft
        .nodes
        .iter()
        .map(|n| n.component.name.as_str())
        .collect();
    let tools: Vec<&Tool> = library
        .tools()
        .iter()
        .filter(|t| names.contains(t.name()))
        .collect();
    let total: f64 = terms.iter().map(|t| t.weight).sum();
    if total == 0.0 {
        return 0.0;
    }
    let met: f64 = terms
        .iter()
        .map(|t| t.weight * tools.iter().map(|tool| tool.meets(t)).fold(0.0, f64::max))
        .sum();
    met / total
}

/// The component that could stand for the whole goal alone: its rank, its share and itself.
fn alone(
    library: &Library,
    clauses: &[Clause],
    terms: &[Term],
    given: &Given,
) -> Option<(f64, f64, usize)> {
    let each: Vec<Vec<Term>> = clauses.iter().map(|c| library.terms(&c.stems)).collect();
    library
        .tools()
        .iter()
        .enumerate()
        .filter(|(_, t)| {
            clauses.iter().all(|c| c.condition.is_none()) && t.component.kind != Kind::Tool
                || clauses.len() == 1
        })
        .filter_map(|(at, tool)| {
            let share = Library::coverage(terms, tool);
            // What was made for one clause of several does not stand for all of them.
            let made_for_it = given.preferred.contains(&tool.component.name)
                && (clauses.len() == 1 || share >= MADE);
            // Where only kinds are known, what a file holds decides as much as the words do.
            if library.flows() && !made_for_it {
                return None;
            }
            let all = || {
                each.iter()
                    .all(|c| c.is_empty() || Library::coverage(c, tool) >= 0.5)
            };
            let rank = share + if made_for_it { 1.0 } else { 0.0 };
            (made_for_it || (share >= ALONE && all())).then_some((rank, share, at))
        })
        .max_by(|a, b| {
            let name = |at: usize| library.get(at).map_or("", Tool::name);
            a.0.total_cmp(&b.0).then_with(|| name(b.2).cmp(name(a.2)))
        })
}
