//! What speaks for a component in a plan, and for a link between two.

use std::collections::BTreeSet;

use super::case::Outline;
use super::lessons::{Lessons, Row, Tally, Tool};
use super::votes::Votes;

/// Signs for a component.
pub(super) const TOOL: usize = 9;
/// Signs for a link.
pub(super) const LINK: usize = 8;

/// One goal with all that is known before it is decided.
pub(super) struct Question<'a> {
    pub(super) lessons: &'a Lessons,
    pub(super) votes: &'a Votes,
    pub(super) tally: &'a Tally,
    /// The plan made without the past.
    pub(super) fresh: &'a Outline,
    /// What the goal itself taught, which does not count.
    pub(super) own: Option<&'a Row>,
}

impl Question<'_> {
    /// What may be in the plan: what votes speak for, what near plans have and what was planned
    /// without them.
    pub(super) fn candidates(&self, knows: &dyn Fn(&str) -> bool) -> Vec<String> {
        let lessons = self.lessons;
        let mut voted: Vec<(Tool, f32)> = self.tally.tools.iter().map(|(t, s)| (*t, *s)).collect();
        voted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let near = self.votes.near.iter().take(5);
        let near = near.flat_map(|(at, _)| lessons.rows[*at].tools.keys().copied());
        let tools: BTreeSet<Tool> = voted
            .iter()
            .take(12)
            .filter(|(_, score)| *score > 0.02)
            .map(|(tool, _)| *tool)
            .chain(near)
            .collect();
        let names: BTreeSet<String> = tools
            .into_iter()
            .map(|tool| lessons.name(tool).to_owned())
            .chain(self.fresh.nodes.iter().cloned())
            .filter(|name| knows(name))
            .collect();
        names.into_iter().collect()
    }

    /// The signs for a component; `trust` is how often the plans made without the past were right
    /// to have it, as odds.
    pub(super) fn tool(&self, name: &str, trust: f64) -> [f64; TOOL] {
        let known = self.lessons.known(name);
        let score = known.and_then(|tool| self.tally.tools.get(&tool));
        let uses = known.map_or(0.0, |tool| self.lessons.uses(tool, self.own));
        let seen = f64::from(uses / (uses + 6.0));
        let fresh = f64::from(u8::from(self.fresh.has(name)));
        let mass = f64::from(self.votes.mass.clamp(0.0, 1.2));
        let nearest = self.votes.near.first();
        let copied = nearest.map_or(0.0, |(at, alike)| {
            let share = known.and_then(|tool| self.lessons.rows[*at].tools.get(&tool));
            f64::from(share.copied().unwrap_or(0.0) * alike * alike)
        });
        let score = f64::from(score.copied().unwrap_or(0.0));
        [
            1.0,
            3.0 * score.clamp(0.0, 1.0),
            odds(score) * seen,
            fresh,
            fresh * mass,
            fresh * seen,
            fresh * trust,
            mass * (1.0 - fresh),
            copied,
        ]
    }

    /// How strongly the past links two components, where both are there.
    pub(super) fn pull(&self, from: &str, to: &str) -> f64 {
        let (Some(a), Some(b)) = (self.lessons.known(from), self.lessons.known(to)) else {
            return 0.0;
        };
        let of = |tool: Tool| self.tally.tools.get(&tool).copied().unwrap_or(0.0);
        let link = self.tally.links.get(&(a, b)).copied().unwrap_or(0.0);
        let local = f64::from((link / of(a).min(of(b)).max(0.1)).clamp(0.0, 1.0));
        let (both, linked) = self.lessons.joined((a, b), self.own);
        let general = f64::from((linked + 0.2) / (both + 1.0));
        0.5 * local + 0.5 * general
    }

    /// The signs for a link between two of the chosen components; `joined` is how the composer
    /// joins what is chosen.
    pub(super) fn link(&self, from: &str, to: &str, chosen: &[&str], joined: &Outline) -> [f64; LINK] {
        let pull = self.pull(from, to);
        let rival = |pull: &dyn Fn(&str) -> f64| {
            let others = chosen.iter().filter(|c| **c != from && **c != to);
            others.map(|c| pull(c)).fold(0.0, f64::max)
        };
        let (into, out) = (
            rival(&|other| self.pull(other, to)),
            rival(&|other| self.pull(from, other)),
        );
        let pair = self.lessons.known(from).zip(self.lessons.known(to));
        let both = pair.map_or(0.0, |pair| self.lessons.joined(pair, self.own).0);
        let seen = f64::from(both / (both + 1.0));
        let here = f64::from(u8::from(joined.links(from, to)));
        [
            1.0,
            odds(pull) * seen,
            here,
            here * seen,
            seen,
            (pull - into.max(self.pull(to, from))) * seen,
            (pull - out) * seen,
            f64::from(u8::from(joined.links(to, from))),
        ]
    }
}

/// A score as odds, kept within reason.
pub(super) fn odds(score: f64) -> f64 {
    let score = score.clamp(0.0, 1.0);
    ((score + 0.03) / (1.03 - score)).ln()
}
