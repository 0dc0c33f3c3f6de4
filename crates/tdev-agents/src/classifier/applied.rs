//! What happens when a function of the file is called, and where a model is asked in it.

use std::collections::BTreeSet;

use ruff_python_ast::Expr;
use ruff_text_size::TextRange;

use super::calls::Argument;
use super::objects::{Id, Key, Value};
use super::reading::Reader;
use super::vocabulary as says;

impl<'a> Reader<'_, 'a> {
    /// Notes that a model is asked here, or in the function named.
    pub(super) fn asked(&mut self, line: u32, within: Option<String>) {
        self.store.model_calls.insert((line, self.within.clone()));
        let scope = within.unwrap_or_else(|| self.scope());
        if let Some(function) = self.store.functions.get_mut(&scope) {
            function.asks = true;
        }
        if let Some(class) = self
            .class_around()
            .and_then(|path| self.classes.get_mut(&path))
        {
            class.asks = true;
        }
    }

    /// A call of a function of this file.
    pub(super) fn apply(&mut self, path: &str, arguments: &[Argument<'a>], at: TextRange) -> Value {
        let Some(function) = self.store.functions.get(path).cloned() else {
            return Value::default();
        };
        for (at, argument) in arguments.iter().enumerate() {
            let name = match argument.keyword {
                Some(name) => Some(name.to_owned()),
                None => function.parameters.get(at).cloned(),
            };
            if let Some(name) = name
                && argument.value != Value::default()
            {
                let place = (path.to_owned(), name);
                self.store
                    .names
                    .entry(place)
                    .or_default()
                    .join(&argument.value);
            }
        }
        let here = self.scope();
        if here != path
            && let Some(caller) = self.store.functions.get_mut(&here)
        {
            caller.runs.extend(&function.runs);
            caller.asks |= function.asks;
            caller.calls.insert(path.to_owned());
        }
        if self.loops > 0 {
            self.store
                .each(&function.returns.holds, |object| object.many = true);
        }
        self.made_anew(path, &function.returns, at)
    }

    /// What a function makes anew each time it is called is another thing at each call.
    fn made_anew(&mut self, path: &str, returns: &Value, at: TextRange) -> Value {
        let objects = &self.store.objects;
        let own = |id: &&Id| {
            objects.get(**id).is_some_and(|object| {
                let inner = object.scope.strip_prefix(path);
                inner.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                    && !self.classes.contains_key(&object.scope)
            })
        };
        let made: BTreeSet<Id> = returns.holds.iter().filter(own).copied().collect();
        if made.is_empty() {
            return returns.clone();
        }
        self.store.each(&made, |object| {
            object.bound |= object.asks && object.class.is_none();
        });
        let first = *self.store.first_call.entry(path.to_owned()).or_insert(at);
        let mut value = returns.clone();
        for id in made.iter().filter(|_| first != at) {
            let Some(model) = self.store.objects.get(*id).cloned() else {
                continue;
            };
            let copy = self.store.at(Key::Again(at, *id), || model.clone());
            self.store
                .each(&BTreeSet::from([copy]), |object| object.learn_from(&model));
            self.store.instead_of.insert(copy, *id);
            value.holds.remove(id);
            value.holds.insert(copy);
        }
        value
    }

    /// Whose words a model is asked with: `system=desk.words` speaks for the desk.
    pub(super) fn spoken_for(&mut self, arguments: &[Argument<'a>]) {
        let mut words = Vec::new();
        for argument in arguments {
            match argument.keyword {
                Some(keyword) if says::instructs(keyword) => words.push(argument.expr),
                _ => system_words(argument.expr, &mut words),
            }
        }
        for word in words {
            let Expr::Attribute(attribute) = word else {
                continue;
            };
            let owner = self.value(&attribute.value);
            for class in self.classes_of(&owner.holds) {
                if let Some(class) = self.classes.get_mut(&class) {
                    class.asks = true;
                }
            }
        }
    }
}

/// What stands for the words of the system in turns of a conversation.
fn system_words<'a>(expr: &'a Expr, found: &mut Vec<&'a Expr>) {
    match expr {
        Expr::List(list) => list.elts.iter().for_each(|one| system_words(one, found)),
        Expr::BinOp(both) => {
            system_words(&both.left, found);
            system_words(&both.right, found);
        }
        Expr::Dict(dict) => {
            let entry = |name: &str| {
                dict.items.iter().find_map(|item| {
                    let key = item.key.as_ref()?.as_string_literal_expr()?;
                    (key.value.to_str() == name).then_some(&item.value)
                })
            };
            let system = entry("role")
                .and_then(|role| role.as_string_literal_expr())
                .is_some_and(|role| matches!(role.value.to_str(), "system" | "developer"));
            match entry("content") {
                Some(content) if system => found.push(content),
                _ => dict
                    .items
                    .iter()
                    .for_each(|item| system_words(&item.value, found)),
            }
        }
        _ => {}
    }
}
