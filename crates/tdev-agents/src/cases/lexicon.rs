//! The words of past goals: how telling each is, and goals as vectors over them.

use std::collections::{BTreeSet, HashMap};

use crate::composer::{kinds, telling};

/// A goal as a vector of length one: word and weight, by word.
pub(super) type Sparse = Vec<(u32, f32)>;

/// Two neighbours say less than two words do, and a kind of value less than a word.
const PAIR: f32 = 0.6;
const KIND: f32 = 0.6;

/// The words of past goals.
pub(super) struct Lexicon {
    words: HashMap<String, u32>,
    /// How many goals have each word.
    frequency: Vec<u32>,
    goals: f32,
}

impl Lexicon {
    /// Reads goals; each as a vector, in their order.
    pub(super) fn of<'a>(goals: impl Iterator<Item = &'a str>) -> (Self, Vec<Sparse>) {
        let bags: Vec<BTreeSet<String>> = goals.map(features).collect();
        let mut lexicon = Self {
            words: HashMap::new(),
            frequency: Vec::new(),
            goals: bags.len() as f32,
        };
        for word in bags.iter().flatten() {
            let next = lexicon.frequency.len() as u32;
            let at = *lexicon.words.entry(word.clone()).or_insert(next);
            if at == next {
                lexicon.frequency.push(0);
            }
            if let Some(count) = lexicon.frequency.get_mut(at as usize) {
                *count += 1;
            }
        }
        let vectors = bags.iter().map(|bag| lexicon.weighted(bag)).collect();
        (lexicon, vectors)
    }

    /// A goal as a vector. Words no past goal has make it longer, and so less like any.
    pub(super) fn vector(&self, goal: &str) -> Sparse {
        self.weighted(&features(goal))
    }

    fn weighted(&self, bag: &BTreeSet<String>) -> Sparse {
        let mut length = 0.0_f32;
        let mut vector: Sparse = Vec::with_capacity(bag.len());
        for word in bag {
            let known = self.words.get(word);
            let having = known.and_then(|at| self.frequency.get(*at as usize));
            let having = having.copied().unwrap_or(0).max(1);
            let rarity = ((self.goals + 1.0) / (having as f32 + 0.5)).ln();
            // Of few goals, what one alone says tells them apart; of many, it is mostly a name.
            let lonely = if having == 1 {
                1.0 - 0.8 * self.goals / (self.goals + 200.0)
            } else {
                1.0
            };
            let rarity = rarity.max(0.05).powf(0.6) * lonely;
            let share = match word {
                pair if pair.contains(' ') => PAIR,
                kind if kind.starts_with('<') => KIND,
                _ => 1.0,
            };
            let weight = share * rarity;
            length += weight * weight;
            vector.extend(known.map(|at| (*at, weight)));
        }
        let length = length.sqrt().max(f32::EPSILON);
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
        vector.sort_unstable_by_key(|(at, _)| *at);
        vector
    }
}

/// The words of a goal, its pairs of neighbours and the kinds of its values.
fn features(goal: &str) -> BTreeSet<String> {
    let words = telling(goal);
    let pairs: Vec<String> = words.windows(2).map(|pair| pair.join(" ")).collect();
    words.into_iter().chain(pairs).chain(kinds(goal)).collect()
}

/// How alike two goals are, 0 to 1.
pub(super) fn cosine(a: &Sparse, b: &Sparse) -> f32 {
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    let mut sum = 0.0;
    while let (Some((x, u)), Some((y, v))) = (left.peek(), right.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                sum += u * v;
                left.next();
                right.next();
            }
        }
    }
    sum
}
