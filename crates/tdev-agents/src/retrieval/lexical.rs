//! BM25 over an inverted index that changes a component at a time.

use std::collections::{BTreeMap, HashMap};

use crate::bm25;

const K1: f32 = bm25::K1 as f32;
const B: f32 = bm25::B as f32;

/// Which components have which stems, by slot.
#[derive(Default)]
pub(super) struct Lexical {
    terms: HashMap<Box<str>, u32>,
    postings: Vec<Postings>,
    /// The terms of each slot, for taking it out again.
    documents: Vec<Box<[u32]>>,
    /// The weight of all stems of each slot, in tenths.
    lengths: Vec<u32>,
    count: usize,
    total: u64,
}

/// The components that have one stem, in the order of their slots.
#[derive(Default)]
struct Postings {
    slots: Vec<u32>,
    tenths: Vec<u16>,
}

impl Lexical {
    /// Puts a component's stems at a slot, which must be empty.
    pub(super) fn insert(&mut self, slot: u32, stems: &BTreeMap<String, u16>) {
        let at = slot as usize;
        if self.documents.len() <= at {
            self.documents.resize_with(at + 1, Box::default);
            self.lengths.resize(at + 1, 0);
        }
        let mut terms = Vec::with_capacity(stems.len());
        let mut length = 0;
        for (stem, tenths) in stems {
            let term = self.term(stem);
            terms.push(term);
            length += u32::from(*tenths);
            if let Some(postings) = self.postings.get_mut(term as usize) {
                postings.insert(slot, *tenths);
            }
        }
        self.documents[at] = terms.into();
        self.lengths[at] = length;
        self.count += 1;
        self.total += u64::from(length);
    }

    /// Empties a slot.
    pub(super) fn remove(&mut self, slot: u32) {
        let at = slot as usize;
        let Some(terms) = self.documents.get_mut(at).map(std::mem::take) else {
            return;
        };
        for term in terms {
            if let Some(postings) = self.postings.get_mut(term as usize) {
                postings.remove(slot);
            }
        }
        self.count -= 1;
        self.total -= u64::from(std::mem::take(&mut self.lengths[at]));
    }

    fn term(&mut self, stem: &str) -> u32 {
        if let Some(term) = self.terms.get(stem) {
            return *term;
        }
        let term = u32::try_from(self.postings.len()).unwrap_or(u32::MAX);
        self.terms.insert(stem.into(), term);
        self.postings.push(Postings::default());
        term
    }

    /// Adds each slot's score for the stems to `scores`, as a share of the most that any
    /// component could score, and returns the slots that score at all.
    pub(super) fn score(&self, stems: &[String], scores: &mut [f32]) -> Vec<u32> {
        let mut touched = Vec::new();
        let found = |stem: &String| {
            let term = self.terms.get(stem.as_str());
            term.and_then(|term| self.postings.get(*term as usize))
        };
        let weight = |df: usize| bm25::rarity(self.count, df) as f32;
        // A stem that nobody has is as telling as can be, so that half an answer is half.
        let df = |stem| found(stem).map_or(0, |p: &Postings| p.slots.len());
        let most: f32 = stems.iter().map(|s| weight(df(s))).sum::<f32>() * (K1 + 1.0);
        if most <= 0.0 {
            return touched;
        }
        let average = self.total as f32 / 10.0 / self.count.max(1) as f32;
        let (flat, slope) = (K1 * (1.0 - B), K1 * B / 10.0 / average.max(1.0));
        for stem in stems {
            let Some(postings) = found(stem) else {
                continue;
            };
            let share = weight(postings.slots.len()) * (K1 + 1.0) / most;
            for (slot, tenths) in postings.slots.iter().zip(&postings.tenths) {
                let at = *slot as usize;
                let (Some(score), Some(length)) = (scores.get_mut(at), self.lengths.get(at)) else {
                    continue;
                };
                let tf = f32::from(*tenths) / 10.0;
                if *score == 0.0 {
                    touched.push(*slot);
                }
                *score += share * tf / (tf + flat + slope * *length as f32);
            }
        }
        touched
    }

    /// Bytes held, near enough.
    pub(super) fn bytes(&self) -> usize {
        let postings: usize = self
            .postings
            .iter()
            .map(|p| p.slots.capacity() * 4 + p.tenths.capacity() * 2 + size_of::<Postings>())
            .sum();
        let terms: usize = self.terms.keys().map(|t| t.len() + 16 + 8).sum();
        let documents: usize = self.documents.iter().map(|d| d.len() * 4 + 16).sum();
        postings + terms + documents + self.lengths.capacity() * 4
    }
}

impl Postings {
    fn insert(&mut self, slot: u32, tenths: u16) {
        match self.slots.binary_search(&slot) {
            Ok(at) => self.tenths[at] = tenths,
            Err(at) => {
                self.slots.insert(at, slot);
                self.tenths.insert(at, tenths);
            }
        }
    }

    fn remove(&mut self, slot: u32) {
        if let Ok(at) = self.slots.binary_search(&slot) {
            self.slots.remove(at);
            self.tenths.remove(at);
        }
    }
}
