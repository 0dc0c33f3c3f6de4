//! A list of states with a start: names resolved, dead ends and unreachable states noted.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::fault::{Faults, below, nearest};
use super::object::Object;
use super::state::{Kind, Start, State, StateId};
use super::variables::{Outer, assigned_in};
use crate::template::Language;

/// Branches nested deeper than this are refused rather than risk the stack.
const DEPTH: usize = 40;
/// A definition with more faults than this is told of them without guesses at the names it meant.
const GUESSES: usize = 100;

/// Compiles every list of states into one table.
pub(super) struct Compiler<'f> {
    pub(super) language: Language,
    pub(super) faults: &'f mut Faults,
    states: Vec<Option<State>>,
    names: HashMap<String, String>,
    /// Labels of distributed Maps, which are unique too.
    pub(super) labels: HashMap<String, String>,
    /// Variables of the scopes around the list being read.
    pub(super) outer: Outer,
}

/// The states one list may go to.
pub(super) struct Targets<'a> {
    ids: HashMap<&'a str, StateId>,
}

impl<'f> Compiler<'f> {
    pub(super) fn new(language: Language, faults: &'f mut Faults) -> Self {
        Self {
            language,
            faults,
            states: Vec::new(),
            names: HashMap::new(),
            labels: HashMap::new(),
            outer: Outer::new(),
        }
    }

    /// The table, if every state could be read.
    pub(super) fn finish(self) -> Option<Vec<State>> {
        self.states.into_iter().collect()
    }

    /// Compiles the list in `object` and gives the state it starts with.
    pub(super) fn flow(&mut self, object: Object<'_>, depth: usize) -> Option<Start> {
        if depth > DEPTH {
            self.faults
                .add(object.at, "TOO_DEEP", "branches are nested too deeply");
            return None;
        }
        let start = object.required("StartAt", self.faults);
        let at = object.place("States");
        let map = match object.get("States") {
            Some(Value::Object(map)) if !map.is_empty() => map,
            Some(Value::Object(_)) => {
                self.faults
                    .add(&at, "EMPTY_STATES", "`States` holds no state");
                return None;
            }
            Some(other) => {
                object.wrong("States", "an object", other, self.faults);
                return None;
            }
            None => {
                self.faults
                    .add(object.at, "MISSING_FIELD", "`States` is missing");
                return None;
            }
        };
        let own = assigned_in(map, &at, self.language, &self.outer, self.faults);
        let around = self.outer.clone();
        self.outer.extend(own);
        let targets = self.reserve(map, &at);
        for (name, value) in map {
            let here = below(&at, name);
            let state = Object::of(value, &here, self.faults)
                .and_then(|object| self.state(name, object, &targets, depth));
            if let Some(id) = targets.ids.get(name.as_str()) {
                self.states[*id] = state;
            }
        }
        self.outer = around;
        let start =
            start.and_then(|name| targets.find(name, &object.place("StartAt"), self.faults));
        self.check_reach(map, &targets, start, &at);
        start
    }

    /// Gives each state its index, so that targets resolve in any order.
    fn reserve<'a>(&mut self, map: &'a Map<String, Value>, at: &str) -> Targets<'a> {
        let mut ids = HashMap::with_capacity(map.len());
        for name in map.keys() {
            let here = below(at, name);
            if name.chars().count() > 80 {
                self.faults
                    .add(&here, "BAD_VALUE", "a state name has at most 80 characters");
            }
            if let Some(other) = self.names.insert(name.clone(), here.clone()) {
                self.faults.add(
                    &here,
                    "DUPLICATE_STATE",
                    format!("a state called `{name}` stands at {other} already"),
                );
            }
            ids.insert(name.as_str(), self.states.len());
            self.states.push(None);
        }
        Targets { ids }
    }

    /// Notes states nothing leads to, and a list that can never end.
    fn check_reach(
        &mut self,
        map: &Map<String, Value>,
        targets: &Targets<'_>,
        start: Option<StateId>,
        at: &str,
    ) {
        let Some(start) = start else { return };
        if map.keys().any(|n| {
            targets
                .ids
                .get(n.as_str())
                .is_none_or(|id| self.states[*id].is_none())
        }) {
            // A state that could not be read may have led anywhere.
            return;
        }
        let mut reached = HashSet::from([start]);
        let mut pending = vec![start];
        while let Some(id) = pending.pop() {
            for next in self.states[id].iter().flat_map(State::successors) {
                if reached.insert(next) {
                    pending.push(next);
                }
            }
        }
        for (name, id) in map
            .keys()
            .filter_map(|n| Some((n, *targets.ids.get(n.as_str())?)))
        {
            if !reached.contains(&id) {
                self.faults.add(
                    &below(at, name),
                    "UNREACHABLE_STATE",
                    format!("no state leads to `{name}`"),
                );
            }
        }
        if !reached
            .iter()
            .any(|id| self.states[*id].as_ref().is_some_and(State::may_end))
        {
            self.faults.add(
                at,
                "NO_TERMINAL_STATE",
                "no state that can be reached ends: one needs `\"End\": true` or the type Succeed or Fail",
            );
        }
    }
}

impl Targets<'_> {
    /// The state called `name`, or a fault at `at`.
    pub(super) fn find(&self, name: &str, at: &str, faults: &mut Faults) -> Option<StateId> {
        let found = self.ids.get(name).copied();
        if found.is_none() {
            // A guess looks at every name: past so many faults it would help nobody.
            let guess = if faults.list.len() < GUESSES {
                let mut names: Vec<&str> = self.ids.keys().copied().collect();
                names.sort_unstable();
                nearest(name, names)
            } else {
                None
            };
            faults.suggest(
                at,
                "UNKNOWN_STATE",
                format!("there is no state `{name}` here"),
                guess,
            );
        }
        found
    }
}

impl State {
    fn successors(&self) -> Vec<StateId> {
        let mut next: Vec<StateId> = self.next.into_iter().collect();
        next.extend(self.catch.iter().map(|c| c.next));
        if let Kind::Choice { rules, default } = &self.kind {
            next.extend(rules.iter().map(|r| r.next));
            next.extend(default);
        }
        next
    }

    const fn may_end(&self) -> bool {
        match self.kind {
            Kind::Succeed | Kind::Fail { .. } => true,
            Kind::Choice { .. } => false,
            _ => self.next.is_none(),
        }
    }
}
