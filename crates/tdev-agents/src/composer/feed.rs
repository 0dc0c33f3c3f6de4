//! What a step is fed with where inputs are kinds of thing: files and texts that the goal tells,
//! what earlier steps give, or one conversion between what is at hand and what is lacking.

use std::collections::BTreeSet;

use super::clauses::Clause;
use super::library::Library;
use super::literals::{Kind, Literal};
use super::offer::given_fit;
use super::roles::held;
use super::search::Search;
use super::slots::Slot;
use super::tool::Tool;
use super::words::stems;

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Feed {
    /// Given with the goal, by its name.
    Given(String),
    /// What an earlier step gives.
    Step(usize),
    /// A literal, by its clause and place.
    Told(usize, usize),
    /// What the words of the clause say.
    Words,
    /// Nothing tells: whoever runs the plan must.
    Asked,
}

/// One component in a row of steps.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) tool: usize,
    /// The clause it answers; none for a conversion that nobody named.
    pub(super) clause: Option<usize>,
    /// Of each needed input, in their order.
    pub(super) feeds: Vec<Feed>,
}

/// A way to feed a component: how good it is, the conversion it needs first, and each input.
pub(super) struct Fed {
    pub(super) score: f64,
    pub(super) before: Option<Step>,
    pub(super) feeds: Vec<Feed>,
}

/// What a literal is, as a thing to work on.
#[derive(PartialEq)]
enum Thing<'a> {
    Of(&'a str),
    /// A file or address that does not say of what kind it is.
    Unsaid,
    Text,
    /// No thing but a number, a date or a name.
    Detail,
}

pub(super) fn needed(tool: &Tool) -> impl Iterator<Item = &Slot> {
    tool.inputs.iter().filter(|s| s.needed())
}

/// Whether a clause is a question.
pub(super) fn asks(clause: &Clause) -> bool {
    const ASKING: &[&str] = &[
        "what", "which", "who", "whose", "where", "when", "how", "why",
    ];
    ASKING.contains(&clause.verb.as_str())
}

/// What feeds the steps of a row, looked at from one clause.
pub(super) struct Hand<'a> {
    pub(super) search: &'a Search<'a>,
    pub(super) steps: &'a [Step],
    pub(super) at: usize,
}

impl<'a> Hand<'a> {
    fn library(&self) -> &'a Library {
        self.search.library
    }

    fn clause(&self) -> Option<&'a Clause> {
        self.search.clauses.get(self.at)
    }

    /// Whether the clause tells of something else to work on.
    pub(super) fn brings_more(&self) -> bool {
        self.told(self.at)
            .any(|(_, literal)| self.thing(literal) != Thing::Detail)
    }

    /// The best way to feed a component; with `converted`, one conversion may come first.
    pub(super) fn feed(&self, tool: &Tool, converts: Converts) -> Fed {
        let mut fed = Fed {
            score: 0.0,
            before: None,
            feeds: Vec::new(),
        };
        let mut count = 0.0_f64;
        for slot in needed(tool) {
            let (mut score, mut feed) = self.source(slot, &fed.feeds);
            let settled = matches!(feed, Feed::Given(_) | Feed::Step(_) | Feed::Told(..));
            let poor = !settled || score < 0.05;
            if poor
                && matches!(converts, Converts::Once)
                && fed.before.is_none()
                && let Some((gain, step)) = self.conversion(slot, tool)
                && gain > score
            {
                fed.before = Some(step);
                (score, feed) = (gain, Feed::Step(self.steps.len()));
            }
            fed.score += score;
            fed.feeds.push(feed);
            count += 1.0;
        }
        fed.score /= count.max(1.0);
        fed.score -= self.left_lying(&fed);
        fed
    }

    /// What it costs to leave what was just made, or what the clause tells, untouched.
    fn left_lying(&self, fed: &Fed) -> f64 {
        let converted = fed.before.iter().flat_map(|s| &s.feeds);
        let used: Vec<&Feed> = fed.feeds.iter().chain(converted).collect();
        let refers = self.clause().is_some_and(|c| c.refers);
        let mut cost = 0.0;
        if let Some(last) = self.steps.len().checked_sub(1)
            && !used.contains(&&Feed::Step(last))
        {
            cost += if refers { 0.5 } else { 0.15 };
        }
        for (place, literal) in self.told(self.at) {
            let file = !matches!(self.thing(literal), Thing::Text | Thing::Detail);
            if file && !used.contains(&&Feed::Told(self.at, place)) {
                cost += 0.3;
            }
        }
        cost
    }

    /// The best source of an input that no other input has taken.
    fn source(&self, slot: &Slot, taken: &[Feed]) -> (f64, Feed) {
        let kind = slot.kind.as_str();
        let text = kind == "text";
        let mut best = (-1.0, Feed::Asked);
        let mut offer = |score: f64, feed: Feed| {
            if score > best.0 && !taken.contains(&feed) {
                best = (score, feed);
            }
        };
        let refers = self.refers();
        for (name, schema) in self.search.given.inputs {
            if given_fit(name, schema, &slot.field) > 0.3 {
                offer(0.3, Feed::Given(name.clone()));
            }
        }
        let fed: BTreeSet<usize> = self
            .steps
            .iter()
            .flat_map(|s| &s.feeds)
            .filter_map(|f| match f {
                Feed::Step(at) => Some(*at),
                _ => None,
            })
            .collect();
        for (at, step) in self.steps.iter().enumerate() {
            let gives = self
                .library()
                .get(step.tool)
                .is_some_and(|t| t.outputs.iter().any(|o| o.kind == kind));
            if !gives {
                continue;
            }
            let recency = 0.02 * at as f64 / self.steps.len() as f64;
            let score = if at + 1 == self.steps.len() {
                if refers { 0.45 } else { 0.3 }
            } else if fed.contains(&at) {
                0.0
            } else {
                0.25
            };
            offer(score + recency, Feed::Step(at));
        }
        let used: Vec<&Feed> = self.steps.iter().flat_map(|s| &s.feeds).collect();
        for at in 0..=self.at {
            for (place, literal) in self.told(at) {
                let own = at == self.at;
                let feed = Feed::Told(at, place);
                let score = match self.thing(literal) {
                    Thing::Of(held) if held == kind => {
                        if own {
                            0.4
                        } else {
                            0.25
                        }
                    }
                    Thing::Unsaid => {
                        if own {
                            0.3
                        } else {
                            0.15
                        }
                    }
                    Thing::Text if text => {
                        if own {
                            0.32
                        } else {
                            0.15
                        }
                    }
                    _ => continue,
                };
                let score = if used.contains(&&feed) { 0.01 } else { score };
                offer(score, feed);
            }
        }
        if text && !taken.is_empty() && self.clause().is_some_and(asks) {
            // Beside what it is asked of, the question itself is the text.
            offer(0.35, Feed::Words);
        } else if text {
            offer(0.05, Feed::Words);
        } else if self.mentions(kind) {
            offer(-0.1, Feed::Asked);
        }
        best
    }

    /// The one step between what is at hand and what an input wants.
    fn conversion(&self, slot: &Slot, consumer: &Tool) -> Option<(f64, Step)> {
        let clause = self.clause()?;
        let terms = self.library().terms(&clause.stems);
        let mut best: Option<(f64, Step)> = None;
        for (at, tool) in self.library().tools().iter().enumerate() {
            let avoided = self.search.given.avoided.contains(&tool.component.name);
            let turns = tool.outputs.iter().any(|o| o.kind == slot.kind)
                && needed(tool).count() == 1
                && needed(tool).all(|i| i.kind != slot.kind);
            let placed = self.steps.iter().any(|s| s.tool == at);
            if avoided || placed || !turns || tool.name() == consumer.name() {
                continue;
            }
            let fed = self.feed(tool, Converts::Never);
            let at_hand = |f: &Feed| match f {
                Feed::Step(step) => step + 1 == self.steps.len(),
                Feed::Told(..) | Feed::Given(_) => true,
                // A name is as good as a thing where the thing can be had by its name.
                Feed::Words => {
                    slot.kind != "text" && clause.literals.iter().any(|l| l.kind == Kind::Name)
                }
                Feed::Asked => false,
            };
            if fed.score < 0.0 || !fed.feeds.iter().all(at_hand) {
                continue;
            }
            let meant = tool.nearness(clause.meaning.as_ref());
            let names = stems(&slot.kind).iter().any(|w| tool.has(w));
            let evidence =
                0.6 * meant + 0.3 * Library::coverage(&terms, tool) + if names { 0.1 } else { 0.0 };
            let score = 0.4 * evidence.min(0.6);
            if best.as_ref().is_none_or(|(s, _)| score > *s) {
                let step = Step {
                    tool: at,
                    clause: None,
                    feeds: fed.feeds,
                };
                best = Some((score, step));
            }
        }
        best
    }

    /// Whether the clause speaks of what is at hand: "it", "the picture".
    fn refers(&self) -> bool {
        let Some(clause) = self.clause() else {
            return false;
        };
        let the = clause.words.windows(2).any(|pair| match pair {
            [(the, _), (_, Some(stem))] => {
                matches!(the.as_str(), "the" | "this" | "that")
                    && self.library().noun(stem).is_some()
            }
            _ => false,
        });
        clause.refers || the
    }

    /// Whether the clause or one before it speaks of things of a kind.
    fn mentions(&self, kind: &str) -> bool {
        let clauses = self.search.clauses.iter().take(self.at + 1);
        let mut stems = clauses.flat_map(|c| &c.stems);
        stems.any(|stem| self.library().noun(stem) == Some(kind))
    }

    fn told(&self, at: usize) -> impl Iterator<Item = (usize, &'a Literal)> {
        let clause = self.search.clauses.get(at).into_iter();
        let literals = clause.flat_map(|c| c.literals.iter().enumerate());
        literals.filter(|(_, l)| l.kind != Kind::List)
    }

    fn thing(&self, literal: &Literal) -> Thing<'a> {
        let library = self.library();
        let written = literal.value.as_str().unwrap_or("");
        let ending = written.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_file = !written.contains(' ')
            && (2..=5).contains(&ending.len())
            && ending.chars().all(|c| c.is_ascii_alphanumeric())
            && ending.chars().any(|c| c.is_ascii_alphabetic());
        match literal.kind {
            Kind::Quoted | Kind::Path | Kind::Url if is_file && !held(written).is_empty() => {
                library.kind(held(written)).map_or(Thing::Unsaid, Thing::Of)
            }
            Kind::Url => library.kind("url").map_or(Thing::Unsaid, Thing::Of),
            Kind::Path => Thing::Unsaid,
            Kind::Quoted if is_file => Thing::Unsaid,
            Kind::Quoted => Thing::Text,
            _ => Thing::Detail,
        }
    }
}

/// Whether a conversion may be put before a step.
#[derive(Clone, Copy)]
pub(super) enum Converts {
    Once,
    Never,
}
