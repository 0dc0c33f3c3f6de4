//! One component prepared for composing: its words, its fields, what it does and what it means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tdev_core::component::Component;
use tdev_core::vector::Vector;

use super::action::Action;
use super::library::Term;
use super::slots::{Shape, Slot};
use super::words::{stems, tokens};

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
    /// Stems of what it says that it does: its name, description and tags.
    pub(super) does: BTreeSet<String>,
    pub(super) action: Action,
    /// Its namespace: what stands before the last dot of its name.
    pub(super) group: String,
    /// What it does, as a model reads it; of several texts the nearest counts.
    pub(super) meanings: Vec<Vector>,
    /// How long what is said of it is, in weighted words.
    pub(super) length: f64,
}

impl Tool {
    pub(super) fn of(component: Arc<Component>) -> (Self, BTreeMap<String, f64>) {
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
        let told = component.tags.iter().chain([&component.description]);
        let mut does: BTreeSet<String> = told.flat_map(|text| stems(text)).collect();
        does.extend(name.iter().cloned());
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
            does,
            component,
            inputs,
            outputs,
            group,
            meanings: Vec::new(),
            length,
        };
        (tool, weights)
    }

    pub(super) fn name(&self) -> &str {
        &self.component.name
    }

    /// How near what it does is to a meaning, at most 1; 0 where either is unknown.
    pub(super) fn nearness(&self, meaning: Option<&Vector>) -> f64 {
        meaning.map_or(0.0, |meaning| {
            let cosines = self.meanings.iter().map(|own| own.cosine(meaning));
            f64::from(cosines.fold(0.0, f32::max))
        })
    }

    /// Whether its name begins with that very verb, one that says what is done and not just that
    /// something is found or made.
    pub(super) fn is_the(&self, verb: &str) -> bool {
        !verb.is_empty() && self.opening == verb && Action::of_word(verb).is_none()
    }

    /// Whether it finds things by what they are called.
    pub(super) fn searches(&self) -> bool {
        self.name.contains("search")
    }

    /// Whether what is said of it first is that it creates something.
    pub(super) fn creates(&self) -> bool {
        self.action == Action::Make
            && (self.opening == "create"
                || tokens(&self.component.description)
                    .first()
                    .is_some_and(|w| w.starts_with("creat")))
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
        // A text made of a text is another text, and rows made of rows are other rows.
        if output.medium.is_some() || matches!(output.shape, Shape::List | Shape::Object) {
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
