//! Second thoughts about a plan that leaves a clause uncovered: the two steps that one clause may
//! wish for at once, or the step that gives what it names.

use std::cmp::Reverse;

use super::clauses::Clause;
use super::compose::{Composition, planned};
use super::draft::{Binding, Draft, Given, Source};
use super::library::Library;
use super::meaning::Goal;
use super::slots::{Role, Slot};
use super::tool::Tool;
use super::wish::Wish;

/// Components tried for each half of a wish.
const MOST: usize = 4;

/// The plan, or a better one for the same goal.
pub(super) fn better(
    goal: &Goal,
    library: &Library,
    given: &Given,
    first: Composition,
) -> Composition {
    if library.flows() {
        return first;
    }
    let mut best = first;
    // Each round covers one more of the clauses.
    while let Some(found) = fuller(goal, library, given, &best) {
        best = found;
    }
    best
}

/// The plan in which what a clause wishes to be done to a thing is done by one step to what
/// another gives: "mail the summary of it".
fn fuller(
    goal: &Goal,
    library: &Library,
    given: &Given,
    found: &Composition,
) -> Option<Composition> {
    let clauses: Vec<&Clause> = goal.wishes().collect();
    let open = found.claims.iter().filter(|claim| !claim.covered);
    open.filter_map(|claim| Some((claim.clause, *clauses.get(claim.clause)?)))
        .flat_map(|(at, clause)| {
            pairs(clause, library, given)
                .into_iter()
                .map(move |p| (at, p))
        })
        .find_map(|(at, pair)| {
            let mut instead = found.instead.clone();
            instead.retain(|(of, _)| *of != at);
            instead.push((at, pair.clone()));
            let tried = planned(goal, library, given, &instead);
            let fuller = tried.uncovered.len() < found.uncovered.len();
            (fuller && feeds(&tried, &pair, library)).then_some(tried)
        })
}

/// Who gives the thing of a clause, and who does its deed to it; or who does each of its two deeds.
fn pairs(clause: &Clause, library: &Library, given: &Given) -> Vec<Vec<usize>> {
    let wish = Wish::of(clause);
    let meant = |stem: &str| -> Vec<String> {
        let terms = library.terms(&[stem.to_owned()]);
        terms
            .into_iter()
            .flat_map(|t| t.meant)
            .map(|(s, _)| s)
            .collect()
    };
    let does = |stem: &str| {
        let family = meant(stem);
        let said = |t: &Tool| family.iter().any(|s| t.does.contains(s));
        let called = |t: &Tool| Reverse(family.iter().any(|s| t.name.contains(s)));
        likeliest(library, clause, given, said, called)
    };
    let gives = |stem: &str| {
        let family = meant(stem);
        let made = |t: &Tool| {
            let mut fresh = t.outputs.iter().filter(|o| t.is_fresh(o));
            let named = fresh.any(|o| o.name.iter().any(|w| w == stem));
            named && !t.component.side_effects
        };
        let called = |t: &Tool| Reverse(family.iter().any(|s| t.does.contains(s)));
        likeliest(library, clause, given, made, called)
    };
    let single = |tools: Vec<usize>| tools.into_iter().map(|tool| vec![tool]).collect();
    let (before, after) = match (wish.deeds.as_slice(), &wish.thing) {
        ([], Some(thing)) => return single(gives(&thing.stem)),
        ([one], Some(thing)) => (gives(&thing.stem), does(&one.stem)),
        ([one, two], _) => (does(&one.stem), does(&two.stem)),
        _ => return Vec::new(),
    };
    let places = before.iter().enumerate().flat_map(|(i, one)| {
        let both = after.iter().enumerate();
        both.map(move |(j, two)| (i + j, vec![*one, *two]))
    });
    let mut pairs: Vec<(usize, Vec<usize>)> = places
        .filter(|(_, pair)| pair.first() != pair.last())
        .collect();
    pairs.sort_by_key(|(place, _)| *place);
    pairs.into_iter().map(|(_, pair)| pair).collect()
}

/// The components of a sort, the likeliest for a clause first.
fn likeliest<K: Ord>(
    library: &Library,
    clause: &Clause,
    given: &Given,
    sort: impl Fn(&Tool) -> bool,
    first: impl Fn(&Tool) -> K,
) -> Vec<usize> {
    let terms = library.terms(&clause.stems);
    let tools = library.tools().iter().enumerate();
    let mut found: Vec<(usize, &Tool)> = tools
        .filter(|(_, t)| sort(t) && !given.avoided.contains(&t.component.name))
        .collect();
    found.sort_by(|(_, a), (_, b)| {
        let share = |t: &Tool| Library::coverage(&terms, t) + t.nearness(clause.meaning.as_ref());
        first(a)
            .cmp(&first(b))
            .then_with(|| share(b).total_cmp(&share(a)))
            .then_with(|| a.name().cmp(b.name()))
    });
    found.truncate(MOST);
    found.into_iter().map(|(at, _)| at).collect()
}

/// Whether the first of two steps feeds the second with something that is no key.
fn feeds(found: &Composition, pair: &[usize], library: &Library) -> bool {
    let [one, two] = pair else { return true };
    let (Some(one), Some(two)) = (library.get(*one), library.get(*two)) else {
        return false;
    };
    let nodes = &found.draft.nodes;
    let Some(from) = nodes.iter().position(|n| n.component.name == one.name()) else {
        return false;
    };
    let key = |field: &str| {
        let mut slots = two.inputs.iter();
        slots.any(|s| s.field.name == field && s.role == Role::Identifier)
    };
    let mut takers = nodes.iter().filter(|n| n.component.name == two.name());
    takers.any(|n| {
        n.bindings.iter().any(|b| {
            matches!(b.source, Source::Output { node, .. } if node == from) && !key(&b.field)
        })
    })
}

/// Hands what the first of two steps gives, and their clause names, to the second, which may have
/// been bound to something nearer by name.
pub(super) fn link(draft: &mut Draft, clause: &Clause, pair: &[usize], library: &Library) {
    let wish = Wish::of(clause);
    let ([one, two], Some(thing)) = (pair, &wish.thing) else {
        return;
    };
    let (Some(one), Some(two)) = (library.get(*one), library.get(*two)) else {
        return;
    };
    let place = |tool: &Tool, draft: &Draft| {
        let mut nodes = draft.nodes.iter();
        nodes.position(|n| n.component.name == tool.name())
    };
    let (Some(from), Some(to)) = (place(one, draft), place(two, draft)) else {
        return;
    };
    let named = |o: &&Slot| o.field.required && o.name.contains(&thing.stem);
    let Some(out) = one.outputs.iter().find(named).filter(|_| from < to) else {
        return;
    };
    let source = Source::Output {
        node: from,
        field: Some(out.field.name.clone()),
    };
    let Some(node) = draft.nodes.get_mut(to) else {
        return;
    };
    // The main text comes last among those that it was not told: after title and subject.
    let told = |name: &str| {
        let literal = |b: &Binding| b.field == name && matches!(b.source, Source::Literal(_));
        node.bindings.iter().any(literal)
    };
    let mut slots = two.inputs.iter().filter(|s| s.needed());
    let Some(main) = slots
        .rfind(|s| s.role == Role::Open && out.goes_into(s) && !told(&s.field.name))
        .map(|s| s.field.name.clone())
    else {
        return;
    };
    node.bindings.retain(|b| b.field != main);
    node.bindings.push(Binding {
        field: main,
        source,
    });
    let asked: Vec<Source> = draft
        .nodes
        .iter()
        .flat_map(|n| n.bindings.iter().map(|b| b.source.clone()))
        .collect();
    draft
        .inputs
        .retain(|f| asked.contains(&Source::Input(f.name.clone())));
}
