//! Components prepared for composing: their words weighted for retrieval, their fields for
//! binding. Prepared once for a registry, searched for every goal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tdev_core::component::Component;
use tdev_core::vector::Vector;

use super::action::Action;
use super::nouns;
use super::slots::{Role, Slot};
use super::tool::Tool;
use super::words::{related, stems};
use crate::bm25::{self, B, K1};

/// Components ready to be searched.
pub(crate) struct Library {
    tools: Vec<Tool>,
    /// Where each stem occurs: the tool and how weighty it is there.
    postings: BTreeMap<String, Vec<(usize, f64)>>,
    average_length: f64,
    /// How many components produce a field of that name.
    producers: BTreeMap<String, usize>,
    /// The components with an output that has a word in its name, by that word.
    givers: BTreeMap<String, BTreeSet<usize>>,
    /// The identifier that a word is the kind of: the component and the output.
    kinds: BTreeMap<String, (usize, usize)>,
    /// By which identifiers things of a kind are listed, by the identifier of the kind.
    owners: BTreeMap<String, BTreeSet<String>>,
    /// Where all that is known of inputs and outputs is their kind: the words for each kind.
    nouns: Option<BTreeMap<String, String>>,
}

/// A word of a goal as the library knows it.
pub(super) struct Term {
    pub(super) stem: String,
    /// How telling it is.
    pub(super) weight: f64,
    /// The stems it stands for, itself and relatives, and how much.
    pub(super) meant: Vec<(String, f64)>,
}

impl Library {
    /// Prepares components.
    pub(crate) fn of(components: impl IntoIterator<Item = Arc<Component>>) -> Self {
        let mut postings: BTreeMap<String, Vec<(usize, f64)>> = BTreeMap::new();
        let mut producers: BTreeMap<String, usize> = BTreeMap::new();
        let mut givers: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut tools: Vec<Tool> = Vec::new();
        let mut total = 0.0;
        for (at, component) in components.into_iter().enumerate() {
            let (tool, weights) = Tool::of(component);
            total += tool.length;
            for (stem, weight) in weights {
                postings.entry(stem).or_default().push((at, weight));
            }
            for output in tool
                .outputs
                .iter()
                .filter(|o| tool.is_fresh(o) && matches!(tool.action, Action::Find | Action::Open))
            {
                *producers.entry(output.field.name.clone()).or_insert(0) += 1;
            }
            for word in tool.outputs.iter().flat_map(Slot::keys) {
                givers.entry(word.clone()).or_default().insert(at);
            }
            tools.push(tool);
        }
        let mut library = Self {
            average_length: (total / tools.len().max(1) as f64).max(1.0),
            tools,
            postings,
            producers,
            givers,
            kinds: BTreeMap::new(),
            owners: BTreeMap::new(),
            nouns: None,
        };
        library.kinds = library.kinds_named();
        library.owners = library.owners_listed();
        library.nouns = nouns::nouns(&library.tools);
        library
    }

    /// What identifiers are called by: their own words, and words that only those use who give
    /// them.
    fn kinds_named(&self) -> BTreeMap<String, (usize, usize)> {
        let mut kinds = BTreeMap::new();
        for (at, tool) in self.tools.iter().enumerate() {
            for (place, output) in tool.outputs.iter().enumerate() {
                if let [first, rest @ ..] = output.telling()
                    && output.role == Role::Identifier
                    && rest.iter().all(|w| w == first)
                {
                    kinds.entry(first.clone()).or_insert((at, place));
                }
            }
        }
        for (stem, found) in &self.postings {
            let Some(tool) = found.first().and_then(|(at, _)| self.tools.get(*at)) else {
                continue;
            };
            if let ([only], Some((at, _))) = (tool.outputs.as_slice(), found.first())
                && only.role == Role::Identifier
                && self.stands_for(stem, only)
            {
                kinds.entry(stem.clone()).or_insert((*at, 0));
            }
        }
        kinds
    }

    fn owners_listed(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for tool in &self.tools {
            // What tells of one thing in full tells of much besides.
            let fresh = tool.outputs.iter().filter(|o| tool.is_fresh(o));
            let mut keys = fresh.filter(|o| o.role == Role::Identifier);
            let (Some(thing), None) = (keys.next(), keys.next()) else {
                continue;
            };
            let looks = matches!(tool.action, Action::Find | Action::Open);
            if looks {
                let keys = tool.inputs.iter().filter(|i| i.needed());
                let keys = keys.filter(|i| i.role == Role::Identifier);
                let names = keys.map(|i| i.field.name.clone());
                let all = owners.entry(thing.field.name.clone()).or_default();
                all.extend(names.filter(|name| *name != thing.field.name));
            }
        }
        owners
    }

    /// The same, with what the components mean; those without a vector are known by words alone.
    pub(crate) fn meaning(mut self, meaning: impl Fn(&Component) -> Vec<Vector>) -> Self {
        for tool in &mut self.tools {
            tool.meanings = meaning(&tool.component);
        }
        self
    }

    /// Whether it was prepared from these very components, in their order.
    pub(crate) fn is_of(&self, components: &[Arc<Component>]) -> bool {
        let same = |(tool, other): (&Tool, &Arc<Component>)| {
            Arc::ptr_eq(&tool.component, other) || tool.component == *other
        };
        self.tools.len() == components.len() && self.tools.iter().zip(components).all(same)
    }

    /// Whether all its components turn things of one kind into things of another.
    pub(super) const fn flows(&self) -> bool {
        self.nouns.is_some()
    }

    /// Whether components find things by keys that others give.
    pub(super) fn is_keyed(&self) -> bool {
        !self.kinds.is_empty()
    }

    /// The kind of thing that a word means.
    pub(super) fn noun(&self, stem: &str) -> Option<&str> {
        self.nouns.as_ref()?.get(stem).map(String::as_str)
    }

    /// A kind of thing that components take or give, by its name.
    pub(super) fn kind(&self, name: &str) -> Option<&str> {
        let mut kinds = self.nouns.iter().flat_map(BTreeMap::values);
        kinds.find(|k| *k == name).map(String::as_str)
    }

    /// The components that could give what a field wants, by the words of its name.
    pub(super) fn givers(&self, wanted: &Slot) -> BTreeSet<usize> {
        // Where types bear it out, what a field is said to hold may be what another is called.
        let told = if wanted.is_bare() {
            &[][..]
        } else {
            wanted.words.as_slice()
        };
        wanted
            .keys()
            .iter()
            .chain(told)
            .filter_map(|word| self.givers.get(word))
            .flatten()
            .copied()
            .collect()
    }

    pub(super) fn tools(&self) -> &[Tool] {
        &self.tools
    }

    pub(super) fn get(&self, at: usize) -> Option<&Tool> {
        self.tools.get(at)
    }

    /// How telling a stem is among these components.
    pub(super) fn weight(&self, stem: &str) -> f64 {
        let having = self.postings.get(stem).map_or(0, Vec::len);
        bm25::rarity(self.tools.len(), having)
    }

    /// Whether a stem occurs in any component.
    pub(super) fn knows(&self, stem: &str) -> bool {
        self.postings.contains_key(stem)
    }

    /// Whether no component has a word of this one's family.
    pub(super) fn is_unheard(&self, word: &str) -> bool {
        let terms = self.terms(&stems(word));
        self.shares(&terms).is_empty()
    }

    /// Whether a word is what some output is called.
    pub(super) fn is_kind(&self, stem: &str) -> bool {
        self.givers.contains_key(stem)
    }

    /// Whether a word stands in the descriptions of those alone that give what a field wants.
    pub(super) fn stands_for(&self, stem: &str, slot: &Slot) -> bool {
        self.postings.get(stem).is_some_and(|found| {
            found.len() <= 3
                && found.iter().all(|(at, _)| {
                    self.tools.get(*at).is_some_and(|t| {
                        t.outputs.iter().any(|o| o.field.name == slot.field.name)
                            && t.outputs.len() == 1
                    })
                })
        })
    }

    /// The identifier field that a word of a goal is the kind of: `album` for `album_id`.
    pub(super) fn identified(&self, stem: &str) -> Option<&Slot> {
        let (at, place) = self.kinds.get(stem)?;
        self.tools.get(*at)?.outputs.get(*place)
    }

    /// The identifiers by which components list things of a kind: an author's for the books.
    pub(super) fn owners(&self, thing: &str) -> Option<&BTreeSet<String>> {
        self.owners.get(thing)
    }

    /// Whether some component makes what a field wants, under its own name.
    pub(super) fn makes(&self, field: &str) -> bool {
        self.producers.contains_key(field)
    }

    /// How rare it is to produce a field of that name, at most 1.
    pub(super) fn rarity(&self, field: &str) -> f64 {
        1.0 / (self.producers.get(field).copied().unwrap_or(1).max(1) as f64).sqrt()
    }

    /// The words of a query as this library knows them, each once.
    pub(super) fn terms(&self, query: &[String]) -> Vec<Term> {
        let mut seen = BTreeSet::new();
        query
            .iter()
            .filter(|stem| seen.insert((*stem).clone()))
            .map(|stem| {
                let known = self.postings.contains_key(stem);
                let mut meant: Vec<(String, f64)> = vec![(stem.clone(), 1.0)];
                if stem.len() >= 4 && stem.is_ascii() {
                    let opening = stem.get(..4).unwrap_or(stem).to_owned();
                    let factor = if known { 0.5 } else { 0.8 };
                    meant.extend(
                        self.postings
                            .range(opening.clone()..)
                            .map(|(other, _)| other)
                            .take_while(|other| other.starts_with(&opening))
                            .filter(|other| *other != stem && related(stem, other))
                            .map(|other| (other.clone(), factor)),
                    );
                }
                let weight = meant
                    .iter()
                    .filter(|(s, _)| known == (s == stem) || !known)
                    .map(|(s, _)| self.weight(s))
                    .fold(f64::INFINITY, f64::min);
                Term {
                    stem: stem.clone(),
                    weight,
                    meant,
                }
            })
            .collect()
    }

    /// What each term brings to each component, by BM25: for every component with a match, its
    /// share per term.
    pub(super) fn shares(&self, terms: &[Term]) -> BTreeMap<usize, Vec<f64>> {
        let mut shares: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for (place, term) in terms.iter().enumerate() {
            for (stem, factor) in &term.meant {
                for (at, tf) in self.postings.get(stem).into_iter().flatten() {
                    let length = self.tools.get(*at).map_or(1.0, |t| t.length);
                    let norm = K1 * (1.0 - B + B * length / self.average_length);
                    let share = factor * self.weight(stem) * tf * (K1 + 1.0) / (tf + norm);
                    let row = shares.entry(*at).or_insert_with(|| vec![0.0; terms.len()]);
                    if let Some(cell) = row.get_mut(place) {
                        *cell = cell.max(share);
                    }
                }
            }
        }
        shares
    }

    /// The share of the terms' weight that a component's words account for, 0 to 1.
    pub(super) fn coverage(terms: &[Term], tool: &Tool) -> f64 {
        let total: f64 = terms.iter().map(|t| t.weight).sum();
        if total == 0.0 {
            return 0.0;
        }
        let met: f64 = terms.iter().map(|t| t.weight * tool.meets(t)).sum();
        met / total
    }
}
