//! What a goal says to somebody who compares goals: its words, and the kinds of its values in
//! place of the values.

use super::literals::{Kind, literals, masked};
use super::words::stems;

/// The stems of a goal in their order, without its values.
pub(crate) fn telling(goal: &str) -> Vec<String> {
    stems(&masked(goal, &literals(goal)))
}

/// The kinds of values a goal names, each once; files by their ending.
pub(crate) fn kinds(goal: &str) -> Vec<String> {
    let mut found: Vec<String> = literals(goal)
        .iter()
        .filter(|l| l.kind != Kind::Name)
        .map(|literal| {
            let ending = literal.value.as_str().and_then(|text| {
                let (_, ending) = text.rsplit_once('.')?;
                let short = (2..=4).contains(&ending.len());
                (short && ending.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(ending)
            });
            match ending {
                Some(ending) => format!("<{}>", ending.to_lowercase()),
                None => format!("<{:?}>", literal.kind),
            }
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
