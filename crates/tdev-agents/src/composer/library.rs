//! Components prepared for composing: their words weighted for retrieval, their fields for
//! binding. Prepared once for a registry, searched for every goal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tdev_core::component::Component;

use super::action::Action;
use super::slots::{Role, Slot};
use super::words::{related, stems, tokens};
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
}

/// One component with its words and fields.
pub(super) struct Tool {
    pub(super) component: Arc<Component>,
    pub(super) inputs: Vec<Slot>,
    pub(super) outputs: Vec<Slot>,
    /// Stems of its name.
    pub(super) name: BTreeSet<String>,
    /// The same in order, without what stands for its namespace.
    pub(super) called: Vec<String>,
    /// The first word of its name.
    opening: String,
    /// It is about whoever asks: `/me/albums`, "the current user's albums".
    pub(super) own: bool,
    /// All its stems.
    pub(super) words: BTreeSet<String>,
    pub(super) action: Action,
    /// Its namespace: what stands before the last dot of its name.
    pub(super) group: String,
    length: f64,
}

/// A word of a goal as the library knows it.
pub(super) struct Term {
    pub(super) stem: String,
    /// How telling it is.
    pub(super) weight: f64,
    /// The stems it stands for, itself and relatives, and how much.
    meant: Vec<(String, f64)>,
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
                givers.entry(word).or_default().insert(at);
            }
            tools.push(tool);
        }
        Self {
            average_length: (total / tools.len().max(1) as f64).max(1.0),
            tools,
            postings,
            producers,
            givers,
        }
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
        self.tools.iter().flat_map(|t| &t.outputs).find(|o| {
            o.role == Role::Identifier
                && (o.telling().iter().all(|w| w == stem) || self.stands_for(stem, o))
        })
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

impl Tool {
    fn of(component: Arc<Component>) -> (Self, BTreeMap<String, f64>) {
        let mut weights: BTreeMap<String, f64> = BTreeMap::new();
        let mut length = 0.0;
        let mut add = |words: &[String], weight: f64| {
            for stem in words {
                *weights.entry(stem.clone()).or_insert(0.0) += weight;
                length += weight;
            }
        };
        let inputs: Vec<Slot> = component
            .input_schema
            .fields()
            .into_iter()
            .map(Slot::of)
            .collect();
        let outputs: Vec<Slot> = component
            .output_schema
            .fields()
            .into_iter()
            .map(Slot::of)
            .collect();
        let name = stems(&component.name);
        add(&name, 2.0);
        add(&stems(&component.description), 1.0);
        for tag in &component.tags {
            add(&stems(tag), 1.5);
        }
        for slot in &inputs {
            add(&slot.name, 0.6);
            add(slot.words.get(slot.name.len()..).unwrap_or(&[]), 0.3);
        }
        for slot in &outputs {
            add(&slot.name, 0.8);
            add(slot.words.get(slot.name.len()..).unwrap_or(&[]), 0.4);
        }
        let group = component
            .name
            .rsplit_once('.')
            .map_or("", |(group, _)| group)
            .to_owned();
        let tool = Self {
            action: Action::of(&component),
            called: stems(component.name.rsplit('.').next().unwrap_or("")),
            opening: tokens(component.name.rsplit('.').next().unwrap_or(""))
                .into_iter()
                .next()
                .unwrap_or_default(),
            own: tokens(&component.name)
                .iter()
                .any(|w| w == "me" || w == "my")
                || component
                    .description
                    .to_lowercase()
                    .contains("current user"),
            name: name.into_iter().collect(),
            words: weights.keys().cloned().collect(),
            component,
            inputs,
            outputs,
            group,
            length,
        };
        (tool, weights)
    }

    pub(super) fn name(&self) -> &str {
        &self.component.name
    }

    /// Whether its name begins with that very verb, one that says what is done and not just that
    /// something is found or made.
    pub(super) fn is_the(&self, verb: &str) -> bool {
        !verb.is_empty() && self.opening == verb && Action::of_word(verb).is_none()
    }

    /// Whether a stem is one of its name or of what it gives.
    pub(super) fn is_called(&self, stem: &String) -> bool {
        self.name.contains(stem) || self.outputs.iter().any(|o| o.name.contains(stem))
    }

    pub(super) fn has(&self, stem: &str) -> bool {
        self.words.contains(stem)
    }

    /// How much of a term its words meet, 0 to 1.
    pub(super) fn meets(&self, term: &Term) -> f64 {
        term.meant
            .iter()
            .filter(|(stem, _)| self.words.contains(stem))
            .map(|(_, factor)| *factor)
            .fold(0.0, f64::max)
    }

    /// How much of a term it meets, less where only its description does.
    pub(super) fn tells(&self, term: &Term) -> f64 {
        let named = term
            .meant
            .iter()
            .filter(|(stem, _)| self.name.contains(stem))
            .map(|(_, factor)| *factor)
            .fold(0.0, f64::max);
        named.max(0.6 * self.meets(term))
    }

    /// Whether an output is made here rather than passed through.
    pub(super) fn is_fresh(&self, output: &Slot) -> bool {
        // A text made of a text is another text.
        if output.medium.is_some() {
            return true;
        }
        !self
            .inputs
            .iter()
            .any(|i| i.field.name == output.field.name)
    }

    /// Whether what it takes is not said: anything may be handed to it.
    pub(super) fn is_open(&self) -> bool {
        self.inputs.is_empty()
    }
}
