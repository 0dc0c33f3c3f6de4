//! What is learned by the words of names, for components and links that no past plan had: where
//! `export_bill` was printed, `export_order` may be.

use std::collections::{BTreeSet, HashMap};

use crate::composer::stems;

/// Words of names, and how often one was linked to another where plans had both.
#[derive(Default)]
pub(super) struct Parts {
    numbers: HashMap<String, u32>,
    /// For two words: pairs of components so called in one plan, and those of them linked.
    pairs: HashMap<(u32, u32), (f32, f32)>,
}

impl Parts {
    /// Takes in a plan; the words of its components' names.
    pub(super) fn learn<'a>(
        &mut self,
        tools: &[&'a str],
        links: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> BTreeSet<u32> {
        let links: BTreeSet<(&str, &str)> = links.collect();
        let named: Vec<Vec<u32>> = tools.iter().map(|tool| self.numbered(tool)).collect();
        for (from, a) in tools.iter().zip(&named) {
            for (to, b) in tools.iter().zip(&named).filter(|(to, _)| *to != from) {
                let linked = f32::from(u8::from(links.contains(&(*from, *to))));
                for pair in pairs(a, b) {
                    let count = self.pairs.entry(pair).or_insert((0.0, 0.0));
                    count.0 += 1.0;
                    count.1 += linked;
                }
            }
        }
        named.into_iter().flatten().collect()
    }

    fn numbered(&mut self, name: &str) -> Vec<u32> {
        let mut words = stems(name);
        words.sort_unstable();
        words.dedup();
        let mut numbers = Vec::with_capacity(words.len());
        for word in words {
            let next = self.numbers.len() as u32;
            numbers.push(*self.numbers.entry(word).or_insert(next));
        }
        numbers
    }

    /// The words of a name that past plans have; none where one of them is new.
    pub(super) fn of(&self, name: &str) -> Option<Vec<u32>> {
        let mut words = stems(name);
        words.sort_unstable();
        words.dedup();
        words
            .iter()
            .map(|word| self.numbers.get(word).copied())
            .collect()
    }

    /// How often components called like these two are linked where both are there, 0 to 1;
    /// `own` is a pair that does not count and whether it is linked.
    pub(super) fn linked(&self, a: &[u32], b: &[u32], own: Option<bool>) -> f64 {
        let (mut together, mut tied) = (0.0, 0.0);
        for pair in pairs(a, b) {
            let (mut both, mut linked) = self.pairs.get(&pair).copied().unwrap_or((0.0, 0.0));
            if let Some(own) = own {
                both -= 1.0;
                linked -= f32::from(u8::from(own));
            }
            together += f64::from(both.max(0.0));
            tied += f64::from(linked.max(0.0));
        }
        (tied + 0.2) / (together + 1.0)
    }
}

fn pairs<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = (u32, u32)> + 'a {
    a.iter().flat_map(move |x| b.iter().map(move |y| (*x, *y)))
}
