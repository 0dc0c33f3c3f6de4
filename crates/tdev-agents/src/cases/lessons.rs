//! Past plans by the numbers: which goal used what, and what was linked to what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::case::Case;
use super::lexicon::Lexicon;
use super::parts::Parts;
use super::votes::{Point, Voters, Votes};

/// A component by its number.
pub(super) type Tool = u32;

/// Past goals, each once, with the plans that solved it.
pub(super) struct Lessons {
    pub(super) rows: Vec<Row>,
    places: HashMap<String, usize>,
    names: Vec<String>,
    numbers: HashMap<String, Tool>,
    lexicon: Lexicon,
    voters: Voters,
    /// How many goals used a component, both of two, and linked the two.
    used: HashMap<Tool, f32>,
    both: HashMap<(Tool, Tool), f32>,
    linked: HashMap<(Tool, Tool), f32>,
    /// The same by the words of names, for components and pairs that no plan had.
    pub(super) parts: Parts,
    near: HashMap<(u32, Tool), f32>,
    /// The share of plans of several steps that are rows: each step followed by the next.
    pub(super) rowlike: f32,
}

/// One goal and the shares of its plans that have a component, or a link.
pub(super) struct Row {
    /// Places of its cases.
    pub(super) cases: Vec<usize>,
    pub(super) tools: BTreeMap<Tool, f32>,
    pub(super) links: BTreeMap<(Tool, Tool), f32>,
    /// How far on in its plans a component comes, 0 to 1.
    pub(super) order: BTreeMap<Tool, f32>,
    /// The words of its components' names.
    pub(super) words: BTreeSet<u32>,
    /// Words of names and the components that those so called are linked with.
    near: BTreeSet<(u32, Tool)>,
}

/// What votes come to.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) tools: HashMap<Tool, f32>,
    pub(super) links: HashMap<(Tool, Tool), f32>,
    pub(super) words: HashMap<u32, f32>,
}

impl Lessons {
    pub(super) fn of(cases: &[Case]) -> Self {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (at, case) in cases.iter().enumerate() {
            let next = groups.len();
            let place = *places.entry(case.goal.clone()).or_insert(next);
            if place == next {
                groups.push(Vec::new());
            }
            groups[place].push(at);
        }
        let goals = groups.iter().map(|group| cases[group[0]].goal.as_str());
        let (lexicon, vectors) = Lexicon::of(goals);
        let points: Vec<Point> = vectors
            .into_iter()
            .zip(&groups)
            .map(|(words, group)| Point {
                words,
                meaning: cases[group[0]].meaning.clone(),
            })
            .collect();
        let counts = groups.iter().map(|group| group.len() as f32).collect();
        let mut lessons = Self {
            voters: Voters::of(points, counts),
            rows: Vec::new(),
            places,
            names: Vec::new(),
            numbers: HashMap::new(),
            lexicon,
            used: HashMap::new(),
            both: HashMap::new(),
            linked: HashMap::new(),
            parts: Parts::default(),
            near: HashMap::new(),
            rowlike: rowlike(cases),
        };
        for group in groups {
            let mut row = lessons.row(cases, group);
            let tools: Vec<&str> = row
                .tools
                .keys()
                .map(|t| lessons.names[*t as usize].as_str())
                .collect();
            let links = row.links.keys().map(|(a, b)| {
                (
                    lessons.names[*a as usize].as_str(),
                    lessons.names[*b as usize].as_str(),
                )
            });
            row.words = lessons.parts.learn(&tools, links);
            for (a, b) in row.links.keys() {
                for (one, other) in [(a, b), (b, a)] {
                    let words = lessons.parts.of(&lessons.names[*one as usize]);
                    row.near
                        .extend(words.into_iter().flatten().map(|word| (word, *other)));
                }
            }
            for pair in &row.near {
                *lessons.near.entry(*pair).or_insert(0.0) += 1.0;
            }
            lessons.count(&row, 1.0);
            lessons.rows.push(row);
        }
        lessons
    }

    fn number(&mut self, name: &str) -> Tool {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let next = self.names.len() as Tool;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), next);
        next
    }

    fn row(&mut self, cases: &[Case], group: Vec<usize>) -> Row {
        let share = 1.0 / group.len() as f32;
        let mut row = Row {
            cases: Vec::new(),
            tools: BTreeMap::new(),
            links: BTreeMap::new(),
            order: BTreeMap::new(),
            words: BTreeSet::new(),
            near: BTreeSet::new(),
        };
        for at in &group {
            let plan = &cases[*at].plan;
            let numbers: Vec<Tool> = plan.nodes.iter().map(|n| self.number(n)).collect();
            for (place, tool) in numbers.iter().enumerate() {
                if numbers[..place].contains(tool) {
                    continue;
                }
                *row.tools.entry(*tool).or_insert(0.0) += share;
                let place = place as f32 / numbers.len() as f32;
                row.order.entry(*tool).or_insert(place);
            }
            let mut links: Vec<(Tool, Tool)> = plan
                .edges
                .iter()
                .map(|(a, b)| (self.number(a), self.number(b)))
                .collect();
            links.sort_unstable();
            links.dedup();
            for link in links {
                *row.links.entry(link).or_insert(0.0) += share;
            }
        }
        row.cases = group;
        row
    }

    /// Adds a row to the counts, or takes it away.
    fn count(&mut self, row: &Row, sign: f32) {
        for tool in row.tools.keys() {
            *self.used.entry(*tool).or_insert(0.0) += sign;
            for other in row.tools.keys().filter(|other| *other != tool) {
                *self.both.entry((*tool, *other)).or_insert(0.0) += sign;
            }
        }
        for link in row.links.keys() {
            *self.linked.entry(*link).or_insert(0.0) += sign;
        }
    }

    pub(super) fn name(&self, tool: Tool) -> &str {
        self.names.get(tool as usize).map_or("", String::as_str)
    }

    pub(super) fn known(&self, name: &str) -> Option<Tool> {
        self.numbers.get(name).copied()
    }

    /// The place of a goal that was solved before.
    pub(super) fn place(&self, goal: &str) -> Option<usize> {
        self.places.get(goal).copied()
    }

    /// How many goals but one's own used a component.
    pub(super) fn uses(&self, tool: Tool, own: Option<&Row>) -> f32 {
        let own = own.is_some_and(|row| row.tools.contains_key(&tool));
        self.used.get(&tool).copied().unwrap_or(0.0) - f32::from(u8::from(own))
    }

    /// How many goals but one's own used both components, and how many of them linked the two.
    pub(super) fn joined(&self, link: (Tool, Tool), own: Option<&Row>) -> (f32, f32) {
        let both = own
            .is_some_and(|row| row.tools.contains_key(&link.0) && row.tools.contains_key(&link.1));
        let linked = own.is_some_and(|row| row.links.contains_key(&link));
        let count = |map: &HashMap<(Tool, Tool), f32>, less: bool| {
            map.get(&link).copied().unwrap_or(0.0) - f32::from(u8::from(less))
        };
        (count(&self.both, both), count(&self.linked, linked))
    }

    /// The share of goals that used a component and linked it with one that has such a word in its
    /// name, without one's own goal.
    pub(super) fn wants(&self, tool: Tool, word: u32, own: Option<&Row>) -> f32 {
        let less = own.is_some_and(|row| row.near.contains(&(word, tool)));
        let near = self.near.get(&(word, tool)).copied().unwrap_or(0.0);
        (near - f32::from(u8::from(less))) / (self.uses(tool, own) + 1.0)
    }

    /// Asks past goals about a new one, known by its words and perhaps its meaning.
    pub(super) fn ask(&self, case: &Case, own: Option<usize>) -> Votes {
        let point = Point {
            words: self.lexicon.vector(&case.goal),
            meaning: case.meaning.clone(),
        };
        self.voters.ask(&point, own)
    }

    pub(super) fn tally(&self, votes: &Votes) -> Tally {
        let mut tally = Tally::default();
        for (at, vote) in &votes.of {
            let row = &self.rows[*at];
            for (tool, share) in &row.tools {
                *tally.tools.entry(*tool).or_insert(0.0) += vote * share;
            }
            for (link, share) in &row.links {
                *tally.links.entry(*link).or_insert(0.0) += vote * share;
            }
            for word in &row.words {
                *tally.words.entry(*word).or_insert(0.0) += vote;
            }
        }
        tally
    }
}

fn rowlike(cases: &[Case]) -> f32 {
    let several: Vec<&Case> = cases.iter().filter(|c| c.plan.nodes.len() > 1).collect();
    let rows = several.iter().filter(|c| c.plan.is_row()).count();
    rows as f32 / several.len().max(1) as f32
}
