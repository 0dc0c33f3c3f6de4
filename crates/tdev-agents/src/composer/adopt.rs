//! Composing with components that are chosen already: only how they hang together is found.

use std::collections::BTreeSet;
use std::sync::Arc;

use tdev_core::component::Component;

use super::answer;
use super::bind::{Pick, bind};
use super::clauses::clauses;
use super::draft::{Draft, Given};
use super::library::Library;

/// The draft of chosen components for a goal. They are bound in the order of the clauses they
/// answer, each once; nothing is added to them.
pub(crate) fn adopt(goal: &str, chosen: &[Arc<Component>], given: &Given) -> Draft {
    let clauses = clauses(goal);
    let library = Library::of(chosen.iter().cloned());
    let mut picks: Vec<Pick> = (0..chosen.len())
        .map(|tool| {
            let fits = clauses.iter().enumerate().map(|(at, clause)| {
                let terms = library.terms(&clause.stems);
                let fit = library
                    .get(tool)
                    .map_or(0.0, |t| Library::coverage(&terms, t));
                (fit, at)
            });
            let clause = fits
                .filter(|(fit, _)| *fit > 0.0)
                .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
                .map_or(clauses.len().saturating_sub(1), |(_, at)| at);
            Pick { clause, tool }
        })
        .collect();
    picks.sort_by_key(|pick| pick.clause);
    let mut draft = bind(&picks, &clauses, &library, given);
    // What stands for itself is not also put in to feed another.
    let mut seen = BTreeSet::new();
    if draft
        .nodes
        .iter()
        .all(|n| seen.insert(n.component.name.clone()))
    {
        draft.outputs = answer::outputs(&draft, &clauses);
    }
    draft
}
