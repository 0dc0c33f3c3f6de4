//! Which words mean which kind of thing, where components say of what they take and give no more
//! than its kind.

use std::collections::{BTreeMap, BTreeSet};

use super::slots::{Role, Slot};
use super::tool::Tool;
use super::words::stems;

/// Fewer components than this show no habit.
const FEWEST: usize = 5;
/// This share of the components that use a word deal with the kind it means.
const SHARE: f64 = 0.8;

/// The words for each kind, by their stems; none where fields are more than kinds.
pub(super) fn nouns(tools: &[Tool]) -> Option<BTreeMap<String, String>> {
    if !are_kinds(tools) {
        return None;
    }
    let kinds: BTreeSet<&str> = tools.iter().flat_map(kinds_of).collect();
    let share = |kind: &str, using: &[&Tool]| {
        let dealing = using.iter().filter(|t| kinds_of(t).any(|k| k == kind));
        dealing.count() as f64 / using.len().max(1) as f64
    };
    let all: Vec<&Tool> = tools.iter().collect();
    let mut nouns = BTreeMap::new();
    let words: BTreeSet<String> = tools
        .iter()
        .flat_map(|t| stems(&t.component.description))
        .collect();
    for word in words {
        let using: Vec<&Tool> = tools.iter().filter(|t| t.has(&word)).collect();
        let found = kinds
            .iter()
            .map(|kind| (share(kind, &using), share(kind, &all), kind))
            .filter(|(share, _, _)| using.len() > 1 && *share >= SHARE)
            .max_by(|a, b| (a.0 - a.1).total_cmp(&(b.0 - b.1)));
        if let Some((_, _, kind)) = found {
            nouns.insert(word, (*kind).to_owned());
        }
    }
    for kind in kinds {
        nouns.extend(stems(kind).into_iter().map(|word| (word, kind.to_owned())));
        nouns.insert(kind.to_owned(), kind.to_owned());
    }
    Some(nouns)
}

fn kinds_of(tool: &Tool) -> impl Iterator<Item = &str> {
    tool.inputs
        .iter()
        .chain(&tool.outputs)
        .map(|s| s.kind.as_str())
}

/// Whether fields are called by few kinds that most components share, each taken and given.
fn are_kinds(tools: &[Tool]) -> bool {
    let kinds = |slots: fn(&Tool) -> &Vec<Slot>| -> BTreeSet<&str> {
        tools
            .iter()
            .flat_map(slots)
            .map(|s| s.kind.as_str())
            .collect()
    };
    let (taken, given) = (kinds(|t| &t.inputs), kinds(|t| &t.outputs));
    let both = taken.intersection(&given).count();
    let all = taken.union(&given).count();
    let plain = |slot: &Slot| {
        slot.role != Role::Identifier
            && (slot.is_bare() || slot.medium.is_some() || slot.role == Role::Url)
    };
    let whole = tools
        .iter()
        .filter(|t| !t.inputs.is_empty() && !t.outputs.is_empty());
    tools.len() >= FEWEST
        && all * 2 <= tools.len()
        && both * 2 >= all
        && whole.count() * 10 >= tools.len() * 9
        && tools
            .iter()
            .flat_map(|t| t.inputs.iter().chain(&t.outputs))
            .all(plain)
}
