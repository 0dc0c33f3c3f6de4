//! What happens when objects run: whose answers go where, and what is asked.

use std::collections::BTreeSet;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::asks::{self, Asked};
use super::calls::Argument;
use super::frameworks::Role;
use super::objects::{Id, Key, Object, Origin, Value};
use super::reading::Reader;
use super::vocabulary as says;

impl<'a> Reader<'_, 'a> {
    /// Notes that objects run with what is given, and gives their answers.
    pub(super) fn ran(&mut self, call: &ExprCall, ids: &BTreeSet<Id>, all: &Value) -> Value {
        self.store.each(ids, |object| object.run = true);
        // A package that was told which model to speak through speaks through it.
        let speaks = ids
            .iter()
            .filter_map(|id| self.store.objects.get(*id))
            .any(|o| {
                let told = o
                    .package
                    .as_ref()
                    .is_some_and(|p| self.store.voiced.contains(p));
                told && o.prior.is_none() && !o.given.tools && !o.given.model()
                // A pipeline with a model in it.
                || o.prior == Some(Role::Composition) && o.given.model_object
            });
        if speaks {
            self.asked(self.module.lines.of(call), None);
        }
        // `person.initiate_chat(assistant)` runs the assistant.
        self.store.each(&all.holds, |object| object.run = true);
        let here = self.scope();
        if let Some(function) = self.store.functions.get_mut(&here) {
            function.runs.extend(ids);
        }
        let from: BTreeSet<Id> = all.answers.difference(ids).copied().collect();
        if !from.is_empty() {
            self.passed(call.range().start(), from, ids.clone());
        }
        Value {
            answers: ids.union(&all.answers).copied().collect(),
            ..Value::default()
        }
    }

    /// `Runner.run(agent, …)`: the first object given runs with the rest.
    pub(super) fn ran_by(
        &mut self,
        call: &'a ExprCall,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        let first = arguments
            .iter()
            .find(|a| a.keyword == Some("agent") || !a.value.holds.is_empty())
            .map(|a| a.value.holds.clone())
            .unwrap_or_default();
        if self.is_asked(&first) {
            self.asked(self.module.lines.of(call), None);
        }
        self.ran(call, &first, all)
    }

    /// A method of something unknown: a parameter, an attribute given elsewhere.
    pub(super) fn unknown(
        &mut self,
        call: &'a ExprCall,
        owner: &'a Expr,
        method: &str,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        self.acted(owner, method, arguments);
        if says::runs(method) {
            let spelled = asks::last_name(owner);
            if spelled.is_some_and(says::is_called_a_model) || self.is_annotated_as_model(owner) {
                self.asked(self.module.lines.of(call), None);
            }
            if !all.holds.is_empty() {
                return self.ran_by(call, arguments, all);
            }
        } else if let (Some(place), false) = (self.place_of(owner), all.holds.is_empty()) {
            // `graph.add_node("x", agent)`, where the graph is handed in.
            let line = self.module.lines.of(call);
            let name = place.1.clone();
            let id = self
                .store
                .at(Key::Defined(format!("{}:{name}", place.0)), || {
                    Object::new(line, name, Origin::Foreign)
                });
            self.store.give(&BTreeSet::from([id]), &all.holds);
            self.bind(owner, &Value::of(id));
        }
        all.clone()
    }

    /// `action = policy(seen)`, then `world.step(action)` on a world that is reset and seen again:
    /// whose answer is done acts. A policy may also be called one.
    pub(super) fn acted(&mut self, owner: &'a Expr, method: &str, arguments: &[Argument<'a>]) {
        let name = asks::last_name(owner);
        if says::acts_by(method)
            && (method.ends_with("action") || name.is_some_and(says::is_called_a_policy))
        {
            let made = self.value(owner).holds;
            let foreign = |id: &Id| {
                let object = self.store.objects.get(*id);
                object.is_some_and(|object| object.origin == Origin::Foreign)
            };
            if made.iter().any(foreign) {
                self.store.each(&made, |object| object.acts = true);
            }
        }
        if method == "step"
            && let (Some(name), Some(first)) = (name, arguments.first())
            && self.module.is_reset(name)
        {
            let world = self.value(owner).holds;
            let acting = first.value.answers.difference(&world).copied().collect();
            self.store.each(&acting, |object| object.acts = true);
        }
    }

    pub(super) fn classes_of(&self, ids: &BTreeSet<Id>) -> BTreeSet<String> {
        ids.iter()
            .filter_map(|id| self.store.objects.get(*id)?.class.clone())
            .collect()
    }

    /// Whether running one of these asks a model.
    pub(super) fn is_asked(&self, ids: &BTreeSet<Id>) -> bool {
        ids.iter()
            .filter_map(|id| self.store.objects.get(*id))
            .any(|object| asks::answers(object) == Asked::Model)
    }
}
