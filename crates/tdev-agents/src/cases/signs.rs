//! What speaks for a component in a plan, and for a link between two.

use std::collections::BTreeSet;

use super::case::Outline;
use super::lessons::{Lessons, Row, Tally, Tool};
use super::votes::Votes;

/// Signs for a component.
pub(super) const TOOL: usize = 13;
/// Signs for a link.
pub(super) const LINK: usize = 9;

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
    pub(super) fn candidates(&self, all: &[&str]) -> Vec<String> {
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
        let mut called: Vec<(f64, &str)> = all
            .iter()
            .map(|name| (self.called(name), *name))
            .filter(|(called, _)| *called >= 0.15)
            .collect();
        called.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let voted = tools.into_iter().map(|tool| lessons.name(tool));
        let fresh = self.fresh.nodes.iter().map(String::as_str);
        let names: BTreeSet<&str> = voted
            .chain(fresh)
            .chain(called.into_iter().take(10).map(|(_, name)| name))
            .filter(|name| all.binary_search(name).is_ok())
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// How far the past speaks for a name by the words in it, 0 to 1.
    fn called(&self, name: &str) -> f64 {
        let Some(words) = self.lessons.parts.of(name).filter(|w| !w.is_empty()) else {
            return 0.0;
        };
        let score = |word: &u32| {
            let score = self.tally.words.get(word).copied().unwrap_or(0.0);
            f64::from(score.clamp(0.01, 1.0)).ln()
        };
        (words.iter().map(score).sum::<f64>() / words.len() as f64).exp()
    }

    /// How surely what is likely in the plan is linked with a component called like this, 0 to 1.
    fn wanted(&self, name: &str) -> f64 {
        let own = self.lessons.known(name);
        let words = self.lessons.parts.of(name).unwrap_or_default();
        let sure = self
            .tally
            .tools
            .iter()
            .filter(|(tool, score)| **score > 0.15 && Some(**tool) != own);
        sure.map(|(tool, score)| {
            let wants = words
                .iter()
                .map(|word| self.lessons.wants(*tool, *word, self.own));
            f64::from(score.min(1.0) * wants.fold(0.0, f32::max))
        })
        .fold(0.0, f64::max)
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
        let called = self.called(name);
        [
            1.0,
            3.0 * score.clamp(0.0, 1.0),
            odds(score) * seen,
            fresh,
            fresh * mass,
            fresh * seen,
            fresh * trust,
            f64::from(u8::from(self.fresh.implied.iter().any(|n| n == name))),
            mass * (1.0 - fresh),
            copied,
            odds(called) * (1.0 - seen),
            3.0 * called,
            3.0 * self.wanted(name),
        ]
    }

    /// How strongly the past links two components, where both are there, 0 to 1; and how many
    /// plans say so, 0 to 1 as well.
    pub(super) fn pull(&self, from: &str, to: &str) -> f64 {
        let pair = self.lessons.known(from).zip(self.lessons.known(to));
        let (both, linked) = pair.map_or((0.0, 0.0), |pair| self.lessons.joined(pair, self.own));
        // Where the two were hardly ever together, those called like them speak.
        let words = self.lessons.parts.of(from).zip(self.lessons.parts.of(to));
        let likely = words.map_or(0.0, |(a, b)| {
            let own = self.own.zip(pair).and_then(|(row, (x, y))| {
                let has = row.tools.contains_key(&x) && row.tools.contains_key(&y);
                has.then(|| row.links.contains_key(&(x, y)))
            });
            self.lessons.parts.linked(&a, &b, own)
        });
        let general = (f64::from(linked) + 2.0 * likely) / (f64::from(both) + 2.0);
        let local = pair.map_or(general, |(a, b)| {
            let of = |tool| self.tally.tools.get(&tool).copied().unwrap_or(0.0);
            let link = self.tally.links.get(&(a, b)).copied().unwrap_or(0.0);
            let least = of(a).min(of(b)).max(0.0);
            (f64::from(link.max(0.0)) + 0.1 * general) / (f64::from(least) + 0.1)
        });
        (0.5 * local + 0.5 * general).clamp(0.0, 1.0)
    }

    /// The signs for a link between two of the chosen components; `joined` is how the composer
    /// joins what is chosen.
    pub(super) fn link(
        &self,
        from: &str,
        to: &str,
        chosen: &[&str],
        joined: &Outline,
    ) -> [f64; LINK] {
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
            odds(pull),
            here,
            here * seen,
            seen,
            pull - into.max(self.pull(to, from)),
            pull - out,
            f64::from(u8::from(joined.links(to, from))),
        ]
    }
}

/// A score as odds, kept within reason.
pub(super) fn odds(score: f64) -> f64 {
    let score = score.clamp(0.0, 1.0);
    ((score + 0.03) / (1.03 - score)).ln()
}
