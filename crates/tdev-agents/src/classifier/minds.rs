//! What decides at run time in a file: agents built, how they are put together, models asked.

use std::collections::BTreeSet;

use super::frameworks::leads_by_deciding;

/// Something that decides at run time.
#[derive(Debug, Clone)]
pub(super) struct Mind {
    /// Line of its construction.
    pub(super) line: u32,
    /// What is built.
    pub(super) what: String,
}

/// Everything in a module that bears on who decides.
#[derive(Debug, Default)]
pub(super) struct Minds {
    /// Agents built.
    pub(super) brains: Vec<Mind>,
    /// Teams and other compositions that lead with a decision of their own.
    pub(super) leaders: Vec<Mind>,
    /// Where agents are put together, and how.
    pub(super) joined: Vec<Mind>,
    /// Where things are arranged that are a team only if two or more of them decide.
    pub(super) arranged: Vec<Mind>,
    /// Where a model is asked without an agent around it, and in which top-level definition.
    pub(super) model_calls: Vec<(u32, String)>,
    /// Which top-level definitions call which.
    pub(super) calls: BTreeSet<(String, String)>,
}

impl Minds {
    /// How many decide: agents built, and functions that ask a model themselves.
    fn deciders(&self) -> usize {
        let asking: BTreeSet<&str> = self
            .model_calls
            .iter()
            .map(|(_, function)| function.as_str())
            .collect();
        self.brains.len() + asking.len()
    }

    /// Lines where a model is asked, but not in these definitions, nor in what they alone need.
    pub(super) fn asked_outside(&self, definitions: &[&str]) -> Vec<u32> {
        let mut reached: BTreeSet<&str> = definitions.iter().copied().collect();
        loop {
            let before = reached.len();
            for (from, to) in &self.calls {
                if reached.contains(from.as_str()) {
                    reached.insert(to);
                }
            }
            if reached.len() == before {
                break;
            }
        }
        let outside = |(_, within): &&(u32, String)| !reached.contains(within.as_str());
        self.model_calls
            .iter()
            .filter(outside)
            .map(|(line, _)| *line)
            .collect()
    }

    /// How many brains a team of these has.
    pub(super) fn team_brains(&self) -> usize {
        (self.deciders()
            + self
                .leaders
                .iter()
                .filter(|leader| leads_by_deciding(&leader.what))
                .count())
        .max(2)
    }

    /// Whether several decide together.
    pub(super) fn is_team(&self) -> bool {
        !self.leaders.is_empty()
            || !self.joined.is_empty()
            || (!self.arranged.is_empty() && self.deciders() >= 2)
    }
}
