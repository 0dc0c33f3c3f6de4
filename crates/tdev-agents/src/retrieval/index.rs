//! The fused index: by words and by meaning, a component at a time.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use tdev_core::component::Component;
use tdev_core::vector::Vector;

use super::document::weighted_stems;
use super::lexical::Lexical;
use super::queries::Query;
use super::semantic::Semantic;

/// How many of each ranking are weighed against each other, at least.
const DEEP: usize = 100;

/// How two rankings become one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fusion {
    /// Both scores are shares of 1; this much of the one by words is added to the cosine.
    Sum(f32),
    /// Reciprocal ranks, with this much patience for low ones.
    Ranks(f32),
}

impl Default for Fusion {
    /// What the bench showed to find most among very many.
    fn default() -> Self {
        Self::Ranks(10.0)
    }
}

/// A component that a goal may need.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Itself.
    pub component: Arc<Component>,
    /// How well it answers the goal, or that part of it which it answers best.
    pub score: f32,
    /// The share by words, 0 to 1.
    pub lexical: f32,
    /// The cosine of the meanings; 0 where one of them is unknown.
    pub cosine: f32,
}

/// Components by words and meaning.
#[derive(Default)]
pub struct Index {
    slots: Vec<Option<Arc<Component>>>,
    free: Vec<u32>,
    by_name: HashMap<String, u32>,
    lexical: Lexical,
    semantic: Semantic,
    fusion: Fusion,
}

impl Index {
    /// An empty index with another way of fusing.
    pub fn with(fusion: Fusion) -> Self {
        Self {
            fusion,
            ..Self::default()
        }
    }

    /// Fuses in another way from now on.
    pub fn fuse(&mut self, fusion: Fusion) {
        self.fusion = fusion;
    }

    /// How many components there are.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The component of a name, as it is indexed.
    pub fn get(&self, name: &str) -> Option<&Arc<Component>> {
        let slot = self.by_name.get(name)?;
        self.slots.get(*slot as usize)?.as_ref()
    }

    /// All of them, in no order.
    pub(super) fn components(&self) -> impl Iterator<Item = &Arc<Component>> {
        self.slots.iter().flatten()
    }

    /// The names of all.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Adds a component, in place of the one of the same name.
    pub fn insert(&mut self, component: &Arc<Component>) {
        self.remove(&component.name);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.lexical.insert(slot, &weighted_stems(component));
        self.by_name.insert(component.name.clone(), slot);
        self.slots[slot as usize] = Some(Arc::clone(component));
    }

    /// Tells what a component means. Unknown names are left alone.
    pub fn mean(&mut self, name: &str, vector: &Vector) {
        if let Some(slot) = self.by_name.get(name) {
            self.semantic.insert(*slot, vector);
        }
    }

    /// Whether a component's meaning is known.
    pub fn has_meaning(&self, name: &str) -> bool {
        let slot = self.by_name.get(name);
        slot.is_some_and(|slot| self.semantic.has(*slot))
    }

    /// What a component means, where it is known.
    pub(super) fn meaning(&self, name: &str) -> Option<Vector> {
        self.semantic.vector(*self.by_name.get(name)?)
    }

    /// The same component with other metadata that no search looks at, such as its status.
    pub(super) fn refresh(&mut self, component: &Arc<Component>) {
        if let Some(slot) = self.by_name.get(&component.name) {
            self.slots[*slot as usize] = Some(Arc::clone(component));
        }
    }

    /// Takes a component out.
    pub fn remove(&mut self, name: &str) {
        if let Some(slot) = self.by_name.remove(name) {
            self.lexical.remove(slot);
            self.semantic.remove(slot);
            self.slots[slot as usize] = None;
            self.free.push(slot);
        }
    }

    /// The `most` components that answer any of the queries best, of those that `may` be used.
    pub fn search(
        &self,
        queries: &[Query],
        most: usize,
        may: impl Fn(&Component) -> bool,
    ) -> Vec<Candidate> {
        let mut words = vec![0.0_f32; self.slots.len()];
        let mut best: HashMap<u32, Candidate> = HashMap::new();
        for query in queries {
            let touched = self.lexical.score(&query.stems, &mut words);
            let found = self.rank(&touched, &words, query.vector.as_ref(), most, &may);
            for (slot, candidate) in found {
                let known = best.get(&slot);
                if known.is_none_or(|known| known.score < candidate.score) {
                    best.insert(slot, candidate);
                }
            }
            for slot in touched {
                words[slot as usize] = 0.0;
            }
        }
        let mut all: Vec<Candidate> = best.into_values().collect();
        all.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.component.name.cmp(&b.component.name))
        });
        all.truncate(most);
        all
    }

    /// One query's rankings as one.
    fn rank(
        &self,
        touched: &[u32],
        words: &[f32],
        meaning: Option<&Vector>,
        most: usize,
        may: &impl Fn(&Component) -> bool,
    ) -> Vec<(u32, Candidate)> {
        let deep = most.max(DEEP);
        let scored = touched.iter().map(|slot| {
            let score = words.get(*slot as usize).copied();
            (*slot, score.unwrap_or(0.0))
        });
        let by_words = self.top(scored, deep, may);
        let by_meaning = meaning.map_or_else(Vec::new, |meaning| self.nearest(meaning, deep, may));
        let mut places: HashMap<u32, (Option<usize>, Option<usize>)> = HashMap::new();
        for (place, slot) in by_words.iter().enumerate() {
            places.entry(*slot).or_default().0 = Some(place);
        }
        for (place, slot) in by_meaning.iter().enumerate() {
            places.entry(*slot).or_default().1 = Some(place);
        }
        let fused = places.into_iter().filter_map(|(slot, (first, second))| {
            let at = slot as usize;
            let lexical = words.get(at).copied().unwrap_or(0.0);
            let cosine = meaning.map_or(0.0, |meaning| self.semantic.cosine(slot, meaning));
            let score = match self.fusion {
                Fusion::Sum(share) if meaning.is_some() => {
                    (cosine + share * lexical) / (1.0 + share)
                }
                Fusion::Sum(_) => lexical,
                Fusion::Ranks(patience) => [first, second]
                    .into_iter()
                    .flatten()
                    .map(|place| 1.0 / (patience + place as f32 + 1.0))
                    .sum(),
            };
            let component = Arc::clone(self.slots.get(at)?.as_ref()?);
            Some((
                slot,
                Candidate {
                    component,
                    score,
                    lexical,
                    cosine,
                },
            ))
        });
        fused.collect()
    }

    /// The `most` slots nearest to a meaning, nearest first, of those that may be used.
    fn nearest(
        &self,
        meaning: &Vector,
        most: usize,
        may: &impl Fn(&Component) -> bool,
    ) -> Vec<u32> {
        let found = self.top(self.semantic.near(meaning).into_iter(), most, may);
        if found.len() < most && self.semantic.passes_over() {
            // Few of the nearest may be used.
            return self.top(self.semantic.all(meaning).into_iter(), most, may);
        }
        found
    }

    /// The `most` slots of the highest scores above 0, highest first, of those that may be used.
    fn top(
        &self,
        slots: impl Iterator<Item = (u32, f32)>,
        most: usize,
        may: &impl Fn(&Component) -> bool,
    ) -> Vec<u32> {
        let component = |slot: u32| self.slots.get(slot as usize).and_then(Option::as_ref);
        let name = |slot: u32| component(slot).map(|c| c.name.as_str());
        let order = |a: &(u32, f32), b: &(u32, f32)| -> Ordering {
            b.1.total_cmp(&a.1).then_with(|| name(a.0).cmp(&name(b.0)))
        };
        // Most slots are below what has been found already, and cost one comparison.
        let mut least = f32::MIN_POSITIVE;
        let mut best: Vec<(u32, f32)> = Vec::with_capacity(4 * most);
        for (slot, score) in slots.filter(|(_, score)| *score > 0.0) {
            if score < least || !component(slot).is_some_and(|c| may(c)) {
                continue;
            }
            best.push((slot, score));
            if best.len() == 4 * most {
                let (_, last, _) = best.select_nth_unstable_by(most - 1, order);
                least = last.1;
                best.truncate(most);
            }
        }
        best.sort_unstable_by(order);
        best.truncate(most);
        best.into_iter().map(|(slot, _)| slot).collect()
    }

    /// Bytes held beside the components themselves, near enough.
    pub fn bytes(&self) -> usize {
        let names: usize = self.by_name.keys().map(|n| n.len() + 24 + 8).sum();
        self.lexical.bytes() + self.semantic.bytes() + names + self.slots.capacity() * 8
    }
}
