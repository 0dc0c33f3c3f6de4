//! What a file makes and hands about: objects, what each was given, and where its answers go.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ruff_text_size::TextRange;

use super::frameworks::Role;

/// Most objects of one file that are kept apart; nobody writes as many by hand, and beyond it
/// all that are made count as the last.
const MOST: usize = 100;

/// An object's place in the store.
pub(super) type Id = usize;

/// What an expression may stand for: objects themselves, and answers that objects gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Value {
    /// Objects it is, or holds.
    pub(super) holds: BTreeSet<Id>,
    /// Objects whose answers are in it.
    pub(super) answers: BTreeSet<Id>,
    /// Whether it is a question put the way a model's endpoint takes it, or such an address.
    pub(super) to_model: bool,
}

impl Value {
    /// The value that is this object.
    pub(super) fn of(id: Id) -> Self {
        Self {
            holds: BTreeSet::from([id]),
            ..Self::default()
        }
    }

    /// Adds what another may stand for.
    pub(super) fn join(&mut self, other: &Self) {
        self.holds.extend(&other.holds);
        self.answers.extend(&other.answers);
        self.to_model |= other.to_model;
    }
}

/// Where an object comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Built by something imported.
    Foreign,
    /// An instance of a class of this file, or a function of it.
    Local,
    /// Imported ready-made; whether its name says that it decides.
    Imported {
        /// Whether its name says so.
        says_so: bool,
    },
}

/// What an object was given to decide with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given {
    /// The name of a language model.
    pub(super) model_name: bool,
    /// An object by a keyword for models.
    pub(super) model_object: bool,
    /// A keyword for models says that there is none.
    pub(super) no_model: bool,
    /// Words that tell it how to behave.
    pub(super) instructed: bool,
    /// Words that say what it is for; alone they tell little.
    pub(super) described: bool,
    /// Things to use.
    pub(super) tools: bool,
}

impl Given {
    /// Adds what was given elsewhere.
    pub(super) fn join(&mut self, other: Self) {
        self.model_name |= other.model_name;
        self.model_object |= other.model_object;
        self.no_model |= other.no_model;
        self.instructed |= other.instructed;
        self.described |= other.described;
        self.tools |= other.tools;
    }

    /// Whether a model was given in any way.
    pub(super) const fn model(self) -> bool {
        self.model_name || self.model_object
    }
}

/// Something made, imported or defined that may decide.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// Line where it is made.
    pub(super) line: u32,
    /// What is built.
    pub(super) what: String,
    /// Where it comes from.
    pub(super) origin: Origin,
    /// The part it plays by what is known of its package.
    pub(super) prior: Option<Role>,
    /// What it decides with.
    pub(super) given: Given,
    /// It was handed over as a model: it answers, and another decides.
    pub(super) is_model: bool,
    /// It was run.
    pub(super) run: bool,
    /// It was given others by a keyword for agents.
    pub(super) leads: bool,
    /// It was only put on the network.
    pub(super) served: bool,
    /// It stands in a list of what is handed over, or was handed over as an agent.
    pub(super) listed: bool,
    /// It is made once for each of several.
    pub(super) many: bool,
    /// A model is asked in it.
    pub(super) asks: bool,
    /// What it was given.
    pub(super) members: BTreeSet<Id>,
    /// It was given agents that cannot be followed.
    pub(super) open: bool,
    /// The class of this file it is an instance of.
    pub(super) class: Option<String>,
    /// The scope it is made in.
    pub(super) scope: String,
    /// The root package it comes from, where it comes from one.
    pub(super) package: Option<String>,
    /// A function of this file with words of its own: made by another, or given some beforehand.
    pub(super) bound: bool,
    /// What is put in at one end comes out at another: a queue, a bus.
    pub(super) channel: bool,
    /// Its answer is what is done next in a surrounding that answers back.
    pub(super) acts: bool,
}

impl Object {
    /// An object of which nothing more is known.
    pub(super) fn new(line: u32, what: impl Into<String>, origin: Origin) -> Self {
        Self {
            line,
            what: what.into(),
            origin,
            prior: None,
            given: Given::default(),
            is_model: false,
            run: false,
            leads: false,
            served: false,
            listed: false,
            many: false,
            asks: false,
            members: BTreeSet::new(),
            open: false,
            class: None,
            scope: String::new(),
            package: None,
            bound: false,
            channel: false,
            acts: false,
        }
    }

    /// Adds what is known of another that is made the same way.
    pub(super) fn learn_from(&mut self, other: &Self) {
        self.given.join(other.given);
        self.is_model |= other.is_model;
        self.asks |= other.asks;
        self.leads |= other.leads;
        self.open |= other.open;
        self.bound |= other.bound;
        self.members.extend(&other.members);
    }
}

/// What an object is known by, so that reading a place twice finds the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The call that makes it.
    At(TextRange),
    /// A definition of this file that decides itself.
    Defined(String),
    /// The name it is imported by.
    Imported(String),
    /// What a function makes anew at a call of it.
    Again(TextRange, Id),
}

/// One object's answer given to another.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed {
    /// Whose answers.
    pub(super) from: BTreeSet<Id>,
    /// Who is asked with them.
    pub(super) to: BTreeSet<Id>,
}

/// A function of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Function {
    /// Its parameters in order, without `self`.
    pub(super) parameters: Vec<String>,
    /// What it returns.
    pub(super) returns: Value,
    /// What it runs.
    pub(super) runs: BTreeSet<Id>,
    /// Whether a model is asked in it, or in what it calls.
    pub(super) asks: bool,
    /// The functions of the file it calls.
    pub(super) calls: BTreeSet<String>,
    /// Its line.
    pub(super) line: u32,
}

/// Everything found so far. It only grows, so reading a file again adds what was not yet known.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// All objects.
    pub(super) objects: Vec<Object>,
    ids: HashMap<Key, Id>,
    /// What names stand for, by scope and name.
    pub(super) names: HashMap<(String, String), Value>,
    /// Functions by their path: `f`, `Class.method`, `f.inner`.
    pub(super) functions: HashMap<String, Function>,
    /// Answers handed on, by line.
    pub(super) passed: BTreeMap<u32, Passed>,
    /// Where a model is asked without an agent around it, and in which top-level definition.
    pub(super) model_calls: BTreeSet<(u32, String)>,
    /// Names of lists, mappings and sets: what is added to one is not given to what is in it.
    pub(super) lists: BTreeSet<(String, String)>,
    /// Of objects that one name stands for by turns, the first.
    pub(super) instead_of: HashMap<Id, Id>,
    /// The first call found of each function that makes something.
    pub(super) first_call: HashMap<String, TextRange>,
    /// Root packages that were told which model to speak through.
    pub(super) voiced: BTreeSet<String>,
}

impl Store {
    /// The object of a key, made by `new` the first time.
    pub(super) fn at(&mut self, key: Key, new: impl FnOnce() -> Object) -> Id {
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = self.objects.len().min(MOST);
        if id == self.objects.len() {
            self.objects.push(new());
        }
        self.ids.insert(key, id);
        id
    }

    /// Changes some objects.
    pub(super) fn each(&mut self, ids: &BTreeSet<Id>, change: impl Fn(&mut Object)) {
        for id in ids {
            if let Some(object) = self.objects.get_mut(*id) {
                change(object);
            }
        }
    }

    /// Gives objects to others; nothing is given to itself.
    pub(super) fn give(&mut self, to: &BTreeSet<Id>, what: &BTreeSet<Id>) {
        for id in to {
            if let Some(object) = self.objects.get_mut(*id) {
                object
                    .members
                    .extend(what.iter().filter(|member| *member != id));
            }
        }
    }

    /// Whether there are more objects than are kept apart.
    pub(super) const fn is_full(&self) -> bool {
        self.objects.len() > MOST
    }

    /// How much is known; reading ends when it no longer grows.
    pub(super) fn size(&self) -> usize {
        let values =
            |value: &Value| value.holds.len() + value.answers.len() + usize::from(value.to_model);
        self.objects
            .iter()
            .map(|o| {
                1 + o.members.len()
                    + usize::from(o.run)
                    + usize::from(o.is_model)
                    + usize::from(o.asks)
                    + usize::from(o.acts)
            })
            .sum::<usize>()
            + self.names.values().map(values).sum::<usize>()
            + self
                .functions
                .values()
                .map(|f| values(&f.returns) + f.runs.len() + usize::from(f.asks))
                .sum::<usize>()
            + self
                .passed
                .values()
                .map(|p| p.from.len() + p.to.len())
                .sum::<usize>()
            + self.model_calls.len()
            + self.voiced.len()
    }
}
