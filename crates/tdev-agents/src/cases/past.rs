//! Planning by what worked: solved goals vote for components and links, and how far to believe
//! them against a plan made without them is learned from the solved goals themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::belief::Belief;
use super::case::{Case, Outline};
use super::choice::{Choice, Worth, choose, in_order, worth};
use super::habits::Habits;
use super::lessons::{Lessons, Tally};
use super::signs::{LINK, Question, TOOL};
use super::votes::Votes;
use crate::composer::Draft;

/// The composer, as far as learning needs it.
pub(crate) trait Composer {
    /// The plan for a goal without the past; none where its components are not here.
    fn plan(&self, case: &Case) -> Option<Outline>;
    /// How these components hang together for a goal.
    fn join(&self, case: &Case, nodes: &[&str]) -> Outline;
    /// The components that may be planned with, sorted.
    fn names(&self, case: &Case) -> Vec<&str>;
}

/// Whether a case of the very same goal is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Same {
    /// It is: who asks again gets what worked.
    Heard,
    /// It is not, so that a case never learns from itself.
    LeftOut,
}

/// Past goals that are tried on each other, to see how far to believe them.
const TRIALS: usize = 240;
/// Trials are held in so many groups; what is believed of a goal comes from the other groups.
const GROUPS: usize = 5;
/// How much the belief before all evidence withstands it.
const FIRMNESS: f64 = 6.0;

/// Solved goals, ready to be asked.
pub(crate) struct Past {
    habits: Habits,
    cases: Vec<Case>,
    lessons: Lessons,
    /// Beliefs without each group of trials, and with all of them last.
    tools: Vec<Belief<TOOL>>,
    links: Vec<Belief<LINK>>,
    worth: Worth,
    /// How often a component was planned without the past, and how often rightly.
    trusted: BTreeMap<String, (f64, f64)>,
    /// The plans of the trials, by goal.
    trials: BTreeMap<usize, Outline>,
}

/// A plan by the past.
#[derive(Debug, Clone, Default)]
pub(crate) struct Advice {
    pub(crate) plan: Outline,
    /// Where it comes from: sources of the cases that counted most, and how alike their goals are.
    pub(crate) counted: Vec<(String, f32)>,
}

/// What is known of a goal before it is decided.
struct Heard {
    votes: Votes,
    tally: Tally,
    own: Option<usize>,
}

impl Past {
    /// Learns from cases, with the composer's plans for some of them to compare.
    pub(crate) fn learn(cases: Vec<Case>, composer: &dyn Composer) -> Self {
        let lessons = Lessons::of(&cases);
        let step = lessons.rows.len().div_ceil(TRIALS).max(1);
        let trials: BTreeMap<usize, Outline> = (0..lessons.rows.len())
            .step_by(step)
            .filter_map(|at| Some((at, composer.plan(&cases[lessons.rows[at].cases[0]])?)))
            .collect();
        let mut past = Self {
            tools: vec![Belief::first(FIRST_TOOL); GROUPS + 1],
            links: vec![Belief::first(FIRST_LINK); GROUPS + 1],
            worth: Worth {
                tool: worth(std::iter::empty()),
                link: worth(std::iter::empty()),
            },
            trusted: BTreeMap::new(),
            habits: Habits::of(&cases),
            cases,
            lessons,
            trials,
        };
        for (at, plan) in &past.trials {
            let row = &past.lessons.rows[*at];
            for name in plan.nodes.iter().collect::<BTreeSet<_>>() {
                let share = past
                    .lessons
                    .known(name)
                    .and_then(|tool| row.tools.get(&tool));
                let (planned, right) = past.trusted.entry(name.clone()).or_insert((0.0, 0.0));
                *planned += 1.0;
                *right += f64::from(share.copied().unwrap_or(0.0));
            }
        }
        past.try_out(composer);
        past
    }

    /// Lets the inputs of a draft follow what past plans agree on.
    pub(crate) fn follow(&self, draft: &mut Draft, goal: &str, same: Same) {
        let counts = |at: usize| same == Same::Heard || self.cases[at].goal != goal;
        self.habits.follow(draft, &self.cases, &counts);
    }

    /// The plan for a goal, given the one made without the past.
    pub(crate) fn advise(
        &self,
        case: &Case,
        fresh: &Outline,
        composer: &dyn Composer,
        same: Same,
    ) -> Advice {
        let own = match same {
            Same::Heard => None,
            Same::LeftOut => self.lessons.place(&case.goal),
        };
        if self.lessons.rows.len() == usize::from(own.is_some()) {
            return Advice {
                plan: fresh.clone(),
                counted: Vec::new(),
            };
        }
        let heard = self.hear(case, own);
        let group = own.map_or(GROUPS, |at| at % GROUPS);
        let question = self.question(&heard, fresh);
        let choice = self.nodes(&question, case, composer, group);
        let chosen: Vec<&str> = choice.nodes.iter().map(String::as_str).collect();
        let joined = joined(composer, case, &chosen, fresh);
        let links = |from: &str, to: &str| {
            self.links[group].chance(&question.link(from, to, &chosen, &joined))
        };
        let before = |from: &str, to: &str| self.before(&heard, from, to, fresh);
        Advice {
            plan: in_order(&chosen, &links, &before, self.lessons.rowlike, self.worth),
            counted: self.counted(&heard, &choice),
        }
    }

    fn hear(&self, case: &Case, own: Option<usize>) -> Heard {
        let votes = self.lessons.ask(case, own);
        Heard {
            tally: self.lessons.tally(&votes),
            votes,
            own,
        }
    }

    fn question<'a>(&'a self, heard: &'a Heard, fresh: &'a Outline) -> Question<'a> {
        Question {
            lessons: &self.lessons,
            votes: &heard.votes,
            tally: &heard.tally,
            fresh,
            own: heard.own.map(|at| &self.lessons.rows[at]),
        }
    }

    /// How often the composer was right to plan a component, as odds, without what one's own goal
    /// taught.
    fn trust(&self, name: &str, own: Option<usize>) -> f64 {
        let (mut planned, mut right) = self.trusted.get(name).copied().unwrap_or((0.0, 0.0));
        if let Some(own) = own
            && self.trials.get(&own).is_some_and(|plan| plan.has(name))
        {
            let row = &self.lessons.rows[own];
            let share = self
                .lessons
                .known(name)
                .and_then(|tool| row.tools.get(&tool));
            planned -= 1.0;
            right -= f64::from(share.copied().unwrap_or(0.0));
        }
        ((right + 0.8) / (planned - right + 0.8)).ln()
    }

    fn nodes(
        &self,
        question: &Question,
        case: &Case,
        composer: &dyn Composer,
        group: usize,
    ) -> Choice {
        let own = self
            .lessons
            .place(&case.goal)
            .filter(|_| question.own.is_some());
        let rated = question
            .candidates(&composer.names(case))
            .into_iter()
            .map(|name| {
                let signs = question.tool(&name, self.trust(&name, own));
                (self.tools[group].chance(&signs), name)
            })
            .collect();
        let mut least = self.worth;
        // Where nothing was composed, there is nothing to lose.
        if question.fresh.nodes.is_empty() {
            least.tool *= 0.6;
        }
        choose(rated, &|from, to| question.pull(from, to), least)
    }

    /// Tries past goals on each other, and learns how far to believe what.
    fn try_out(&mut self, composer: &dyn Composer) {
        let mut tools: Vec<(usize, ([f64; TOOL], bool))> = Vec::new();
        let mut heard: Vec<(usize, Heard)> = Vec::new();
        for (at, fresh) in &self.trials {
            let row = &self.lessons.rows[*at];
            let case = &self.cases[row.cases[0]];
            let said = self.hear(case, Some(*at));
            let question = self.question(&said, fresh);
            for name in question.candidates(&composer.names(case)) {
                let signs = question.tool(&name, self.trust(&name, Some(*at)));
                let share = self
                    .lessons
                    .known(&name)
                    .and_then(|tool| row.tools.get(&tool));
                tools.push((at % GROUPS, (signs, share.is_some_and(|s| *s >= 0.5))));
            }
            heard.push((*at, said));
        }
        self.tools = beliefs(FIRST_TOOL, &tools);
        self.worth.tool = worth(tested(&self.tools, &tools));
        let mut links: Vec<(usize, ([f64; LINK], bool))> = Vec::new();
        for (at, said) in &heard {
            let row = &self.lessons.rows[*at];
            let (case, fresh) = (&self.cases[row.cases[0]], &self.trials[at]);
            let question = self.question(said, fresh);
            let choice = self.nodes(&question, case, composer, at % GROUPS);
            let chosen: Vec<&str> = choice.nodes.iter().map(String::as_str).collect();
            let joined = joined(composer, case, &chosen, fresh);
            for from in &chosen {
                for to in chosen.iter().filter(|to| *to != from) {
                    let pair = self.lessons.known(from).zip(self.lessons.known(to));
                    let share = pair.and_then(|pair| row.links.get(&pair));
                    let signs = question.link(from, to, &chosen, &joined);
                    links.push((at % GROUPS, (signs, share.is_some_and(|s| *s >= 0.5))));
                }
            }
        }
        self.links = beliefs(FIRST_LINK, &links);
        self.worth.link = worth(tested(&self.links, &links));
    }

    /// How surely a component comes before another, -1 to 1, by past plans that have both and by
    /// the one made without them.
    fn before(&self, heard: &Heard, from: &str, to: &str, fresh: &Outline) -> f64 {
        let (mut sum, mut weight) = (0.0, 0.5);
        if let Some((a, b)) = self.lessons.known(from).zip(self.lessons.known(to)) {
            for (at, alike) in &heard.votes.near {
                let order = &self.lessons.rows[*at].order;
                if let Some((x, y)) = order.get(&a).zip(order.get(&b)) {
                    sum += f64::from(alike * (y - x).signum());
                    weight += f64::from(*alike);
                }
            }
        }
        let place = |name: &str| fresh.nodes.iter().position(|n| n == name);
        if let Some((x, y)) = place(from).zip(place(to)) {
            sum += if x < y { 0.5 } else { -0.5 };
        }
        sum / weight
    }

    /// The past plans that speak most for what was chosen.
    fn counted(&self, heard: &Heard, choice: &Choice) -> Vec<(String, f32)> {
        let near = heard.votes.near.iter().filter(|(at, _)| {
            let row = &self.lessons.rows[*at];
            row.tools
                .keys()
                .any(|tool| choice.nodes.iter().any(|n| n == self.lessons.name(*tool)))
        });
        near.take(3)
            .map(|(at, alike)| {
                let newest = self.lessons.rows[*at].cases[0];
                (self.cases[newest].source.clone(), *alike)
            })
            .collect()
    }
}

/// How the composer joins what is chosen: as it did already, where it chose the same.
fn joined(composer: &dyn Composer, case: &Case, chosen: &[&str], fresh: &Outline) -> Outline {
    let planned: BTreeSet<&str> = fresh.nodes.iter().map(String::as_str).collect();
    if planned == chosen.iter().copied().collect() {
        return fresh.clone();
    }
    composer.join(case, chosen)
}

/// What was believed of each group by the others, and whether it was so.
fn tested<'a, const N: usize>(
    beliefs: &'a [Belief<N>],
    evidence: &'a [(usize, ([f64; N], bool))],
) -> impl Iterator<Item = (f64, bool)> + 'a {
    let chance =
        |(group, (signs, so)): &(usize, ([f64; N], bool))| (beliefs[*group].chance(signs), *so);
    evidence.iter().map(chance)
}

/// What is believed without each group's evidence, and with all of it.
fn beliefs<const N: usize>(
    first: [f64; N],
    evidence: &[(usize, ([f64; N], bool))],
) -> Vec<Belief<N>> {
    (0..=GROUPS)
        .map(|left_out| {
            let rows = evidence.iter().filter(|(group, _)| *group != left_out);
            let rows: Vec<&([f64; N], bool)> = rows.map(|(_, row)| row).collect();
            Belief::first(first).after(&rows, FIRMNESS)
        })
        .collect()
}

/// Beliefs before any evidence, in the order of the signs.
const FIRST_TOOL: [f64; TOOL] = [
    -1.8, 1.0, 0.6, 4.0, -1.0, -0.5, 0.7, -0.5, -0.5, 1.0, 0.3, 0.5, 0.5,
];
const FIRST_LINK: [f64; LINK] = [-2.0, 0.4, 0.4, 4.0, -1.0, 0.0, 1.5, 1.5, -1.0];
