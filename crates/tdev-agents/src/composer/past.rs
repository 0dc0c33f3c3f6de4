//! Learning from solved goals: near goals of the past vote for components and their order.
//!
//! The votes are those of kernel ridge regression over the nearest past goals: near ones that say
//! the same share their weight instead of counting double. Where little was learned, the plan made
//! without it keeps its say.

use std::collections::{BTreeMap, BTreeSet};

use super::literals::{literals, masked};
use super::words::stems;

/// How many past goals vote.
const NEAREST: usize = 60;
/// How much a past goal is distrusted by itself.
const DOUBT: f64 = 0.35;
/// With so many cases the past and the present have an equal say.
const EVEN: f64 = 40.0;
const CHOSEN: f64 = 0.42;

/// A goal and the plan that solved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The goal as it was said.
    pub goal: String,
    /// Components in their order.
    pub nodes: Vec<String>,
    /// Which component feeds which.
    pub edges: Vec<(String, String)>,
}

/// Solved goals, ready to be asked.
pub struct Past {
    cases: Vec<Case>,
    words: Vec<BTreeMap<String, f64>>,
    /// How many cases a word occurs in.
    frequency: BTreeMap<String, usize>,
    /// Cases by word.
    postings: BTreeMap<String, Vec<usize>>,
}

/// A plan as the names in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Components in their order.
    pub nodes: Vec<String>,
    /// Which component feeds which.
    pub edges: Vec<(String, String)>,
}

impl Past {
    /// Learns from cases.
    pub fn of(cases: Vec<Case>) -> Self {
        let bags: Vec<BTreeSet<String>> = cases.iter().map(|c| features(&c.goal)).collect();
        let mut frequency: BTreeMap<String, usize> = BTreeMap::new();
        let mut postings: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, bag) in bags.iter().enumerate() {
            for word in bag {
                *frequency.entry(word.clone()).or_insert(0) += 1;
                postings.entry(word.clone()).or_default().push(at);
            }
        }
        let mut past = Self {
            cases,
            words: Vec::new(),
            frequency,
            postings,
        };
        past.words = bags.iter().map(|bag| past.weighted(bag)).collect();
        past
    }

    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// A bag of words as a vector of length one.
    fn weighted(&self, bag: &BTreeSet<String>) -> BTreeMap<String, f64> {
        let count = self.cases.len() as f64;
        let mut vector: BTreeMap<String, f64> = bag
            .iter()
            .map(|word| {
                let df = self.frequency.get(word).copied().unwrap_or(0) as f64;
                let pair = if word.contains(' ') { 0.6 } else { 1.0 };
                (
                    word.clone(),
                    pair * ((count + 1.0) / (df + 0.5)).ln().max(0.05),
                )
            })
            .collect();
        let length = vector
            .values()
            .map(|v| v * v)
            .sum::<f64>()
            .sqrt()
            .max(f64::EPSILON);
        vector.values_mut().for_each(|v| *v /= length);
        vector
    }

    /// The plan for a goal, given the one made without the past; cases of the very same goal are
    /// left out where `own` is, so that a case never learns from itself.
    pub fn advise(
        &self,
        goal: &str,
        fresh: &Outline,
        known: &dyn Fn(&str) -> bool,
        own: bool,
    ) -> Outline {
        let query = self.weighted(&features(goal));
        let mut near: BTreeMap<usize, f64> = BTreeMap::new();
        for (word, weight) in &query {
            for at in self.postings.get(word).into_iter().flatten() {
                let there = self
                    .words
                    .get(*at)
                    .and_then(|w| w.get(word))
                    .copied()
                    .unwrap_or(0.0);
                *near.entry(*at).or_insert(0.0) += weight * there;
            }
        }
        let mut near: Vec<(usize, f64)> = near
            .into_iter()
            .filter(|(at, _)| own || self.cases.get(*at).is_some_and(|c| c.goal != goal))
            .collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(NEAREST);
        let Some((_, nearest)) = near.first().copied() else {
            return fresh.clone();
        };
        let votes = self.votes(&near);
        let total: f64 = votes
            .iter()
            .map(|v| v.max(0.0))
            .sum::<f64>()
            .max(f64::EPSILON);
        let count = self.cases.len() as f64;
        let trust = (nearest.sqrt() * 1.2).min(1.0) * count / (count + EVEN);
        let mut tools: BTreeMap<&str, f64> = BTreeMap::new();
        let mut edges: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        let mut together: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        let plans = near
            .iter()
            .zip(&votes)
            .filter_map(|((at, _), vote)| Some((self.cases.get(*at)?, trust * vote / total)))
            .map(|(case, weight)| (&case.nodes, &case.edges, weight))
            .chain([(&fresh.nodes, &fresh.edges, 1.0 - trust)]);
        let mut order: BTreeMap<&str, f64> = BTreeMap::new();
        for (nodes, links, weight) in plans {
            let names: BTreeSet<&str> = nodes
                .iter()
                .map(String::as_str)
                .filter(|n| known(n))
                .collect();
            for name in &names {
                *tools.entry(name).or_insert(0.0) += weight;
                let place = nodes.iter().position(|n| n == name).unwrap_or(0) as f64
                    / nodes.len().max(1) as f64;
                *order.entry(name).or_insert(0.0) += weight.max(0.0) * place;
                for other in names.iter().filter(|o| *o != name) {
                    *together.entry((name, other)).or_insert(0.0) += weight.max(0.0);
                }
            }
            let links: BTreeSet<(&str, &str)> = links
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            for link in links {
                *edges.entry(link).or_insert(0.0) += weight.max(0.0);
            }
        }
        let chosen: BTreeSet<&str> = tools
            .iter()
            .filter(|(_, s)| **s >= CHOSEN)
            .map(|(t, _)| *t)
            .collect();
        if chosen.is_empty() {
            return fresh.clone();
        }
        let place = |name: &str| {
            order.get(name).copied().unwrap_or(0.0)
                / tools.get(name).copied().unwrap_or(1.0).max(f64::EPSILON)
        };
        let mut nodes: Vec<&str> = chosen.iter().copied().collect();
        nodes.sort_by(|a, b| place(a).total_cmp(&place(b)).then(a.cmp(b)));
        Outline {
            edges: edges
                .into_iter()
                .filter(|((a, b), weight)| {
                    if !chosen.contains(a) || !chosen.contains(b) {
                        return false;
                    }
                    // Little learned says nothing of how what is chosen anyway hangs together.
                    let both_fresh = [a, b].iter().all(|n| fresh.nodes.iter().any(|f| f == *n));
                    if trust < 0.6 && both_fresh {
                        return fresh.edges.iter().any(|(x, y)| x == a && y == b);
                    }
                    let both = together.get(&(*a, *b)).copied().unwrap_or(*weight);
                    *weight >= 0.45 * both
                })
                .map(|((a, b), _)| (a.to_owned(), b.to_owned()))
                .collect(),
            nodes: nodes.into_iter().map(str::to_owned).collect(),
        }
    }

    /// The weight of each near case: `(K + doubt)⁻¹ k`, by elimination.
    fn votes(&self, near: &[(usize, f64)]) -> Vec<f64> {
        let size = near.len();
        let mut rows: Vec<Vec<f64>> = near
            .iter()
            .map(|(a, similarity)| {
                let mut row: Vec<f64> = near.iter().map(|(b, _)| self.similarity(*a, *b)).collect();
                row.push(*similarity);
                row
            })
            .collect();
        for (at, row) in rows.iter_mut().enumerate() {
            if let Some(cell) = row.get_mut(at) {
                *cell += DOUBT;
            }
        }
        for at in 0..size {
            let pivot = rows.get(at).cloned().unwrap_or_default();
            let head = pivot.get(at).copied().unwrap_or(1.0);
            for (other, row) in rows.iter_mut().enumerate() {
                let factor = row.get(at).copied().unwrap_or(0.0) / head;
                if other != at && factor != 0.0 {
                    row.iter_mut()
                        .zip(&pivot)
                        .for_each(|(cell, p)| *cell -= factor * p);
                }
            }
        }
        rows.iter()
            .enumerate()
            .map(|(at, row)| match (row.last(), row.get(at)) {
                (Some(value), Some(head)) if *head != 0.0 => value / head,
                _ => 0.0,
            })
            .collect()
    }

    fn similarity(&self, a: usize, b: usize) -> f64 {
        let (Some(a), Some(b)) = (self.words.get(a), self.words.get(b)) else {
            return 0.0;
        };
        a.iter()
            .filter_map(|(word, weight)| b.get(word).map(|other| weight * other))
            .sum()
    }
}

/// The words of a goal and its pairs of neighbours, without its literals.
fn features(goal: &str) -> BTreeSet<String> {
    let words = stems(&masked(goal, &literals(goal)));
    let pairs = words.windows(2).map(|pair| pair.join(" "));
    pairs.chain(words.iter().cloned()).collect()
}
