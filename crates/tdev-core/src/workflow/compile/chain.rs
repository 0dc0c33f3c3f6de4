//! States in a row: one beginning, ends that are still open.

use serde_json::{Map, Value, json};

/// States of one scope with one beginning and open ends.
#[derive(Debug, Default)]
pub(super) struct Chain {
    start: String,
    states: Map<String, Value>,
    /// States whose `Next` is still to be set.
    open: Vec<String>,
}

impl Chain {
    /// One state.
    pub(super) fn of(name: &str, state: Value) -> Self {
        Self {
            start: name.to_owned(),
            states: Map::from_iter([(name.to_owned(), state)]),
            open: vec![name.to_owned()],
        }
    }

    /// Follows this chain by another.
    pub(super) fn append(&mut self, next: Chain) {
        if self.start.is_empty() {
            *self = next;
            return;
        }
        for name in std::mem::take(&mut self.open) {
            if let Some(Value::Object(state)) = self.states.get_mut(&name) {
                state.insert("Next".into(), json!(next.start));
            }
        }
        self.states.extend(next.states);
        self.open = next.open;
    }

    /// Adds a state beside the chain whose end is open too (a way around a failure or a condition).
    pub(super) fn beside(&mut self, name: &str, state: Value) {
        self.states.insert(name.to_owned(), state);
        self.open.push(name.to_owned());
    }

    /// Adds a state beside the chain that ends everything.
    pub(super) fn terminal(&mut self, name: &str, state: Value) {
        self.states.insert(name.to_owned(), state);
    }

    /// Puts a state in front that names this chain's beginning itself (a Choice).
    pub(super) fn precede(&mut self, name: &str, state: Value) {
        self.start = name.to_owned();
        let mut states = Map::from_iter([(name.to_owned(), state)]);
        states.append(&mut self.states);
        self.states = states;
    }

    /// Follows this chain by another whose beginning its last state, a Choice, names itself.
    pub(super) fn join_choice(&mut self, next: Chain) {
        self.states.extend(next.states);
        self.open = next.open;
    }

    /// One of its states, to add policies to.
    pub(super) fn state_mut(&mut self, name: &str) -> Option<&mut Map<String, Value>> {
        self.states.get_mut(name).and_then(Value::as_object_mut)
    }

    /// The name of its first state.
    pub(super) fn start(&self) -> &str {
        &self.start
    }

    /// Closes every open end.
    pub(super) fn finish(mut self) -> (String, Map<String, Value>) {
        for name in &self.open {
            if let Some(Value::Object(state)) = self.states.get_mut(name) {
                state.insert("End".into(), json!(true));
            }
        }
        (self.start, self.states)
    }

    /// Closes it as a branch or the body of a loop.
    pub(super) fn into_machine(self) -> Value {
        let (start, states) = self.finish();
        json!({"StartAt": start, "States": states})
    }
}
