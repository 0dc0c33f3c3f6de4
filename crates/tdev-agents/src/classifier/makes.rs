//! What a call makes: an instance of a class of the file, or an object of somebody else's.

use std::collections::BTreeSet;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::asks;
use super::calls::Argument;
use super::frameworks::{Role, role_of};
use super::given::is_empty;
use super::module::Module;
use super::objects::{Given, Key, Object, Origin, Value};
use super::reading::Reader;
use super::vocabulary as says;

impl<'a> Reader<'_, 'a> {
    /// An instance of a class of the file.
    pub(super) fn instance(
        &mut self,
        path: &str,
        call: &ExprCall,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        let class = self.classes.get(path).cloned().unwrap_or_default();
        let line = self.module.lines.of(call);
        let name = path.rsplit('.').next().unwrap_or(path).to_owned();
        let scope = self.scope();
        let id = self.store.at(Key::At(call.range()), || {
            let mut object = Object::new(line, name, Origin::Local);
            object.scope = scope;
            object
        });
        let (asks, channel) = (self.class_asks(path), self.is_channel(path));
        let mut given = if class.foreign {
            self.given(arguments)
        } else {
            Given::default()
        };
        given.join(class.given);
        if !class.foreign {
            given = Given::default();
        }
        self.mark_models(arguments);
        let many = self.loops > 0;
        self.store.each(&BTreeSet::from([id]), |object| {
            object.class = Some(path.to_owned());
            object.prior = class.prior;
            object.asks |= asks;
            object.channel |= channel;
            object.given.join(given);
            object.many |= many;
        });
        self.store.give(&BTreeSet::from([id]), &all.holds);
        if let Some(init) = self.method_of(path, "__init__") {
            self.apply(&init, arguments, call.range());
        }
        Value {
            answers: all.answers.clone(),
            ..Value::of(id)
        }
    }

    /// A call of something imported: it makes an object, or runs one it is given.
    pub(super) fn foreign(
        &mut self,
        dotted: &str,
        call: &'a ExprCall,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        if !self.is_foreign(dotted) {
            return self.standard(dotted, call, arguments, all);
        }
        let last = dotted.rsplit('.').next().unwrap_or_default();
        let before = dotted.rsplit('.').nth(1).unwrap_or_default();
        let is_class = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
        if !is_class(last) && says::runs(last) && !all.holds.is_empty() {
            return self.ran_by(call, arguments, all);
        }
        // `Agent.from_tools(…)` makes an `Agent`.
        let made = if !is_class(last) && is_class(before) {
            dotted.rsplit_once('.').map_or(dotted, |(class, _)| class)
        } else {
            dotted
        };
        let what = made.rsplit('.').next().unwrap_or(made).to_owned();
        let given = self.given(arguments);
        let root = dotted.split('.').next().unwrap_or_default();
        if !is_class(last) && !is_class(before) {
            // `complete(text, model="gpt-…")`, whoever offers it.
            if given.model_name && says::runs(last) && !asks::transforms(dotted) {
                self.asked(self.module.lines.of(call), None);
            }
            // `package.configure(lm=…)`: from here on the package speaks through a model.
            if says::settles(last) && given.model() {
                self.store.voiced.insert(root.to_owned());
            }
        }
        let mut prior = role_of(made);
        // A workflow made of tools and a model is one agent.
        if prior == Some(Role::Composition) && last.starts_with("from_tools") {
            prior = Some(Role::Brain);
        }
        let value = self.made(call, what, prior, given, arguments, all);
        self.store.each(&value.holds, |object| {
            object.package = Some(root.to_owned());
            object.is_model |= asks_in_words(arguments, self.module);
        });
        value
    }

    /// A call of something that comes with Python: it holds what it is given.
    fn standard(
        &mut self,
        dotted: &str,
        call: &'a ExprCall,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        let line = self.module.lines.of(call);
        let scope = self.scope();
        let last = dotted.rsplit('.').next().unwrap_or_default();
        let new = |what: &str| {
            let mut object = Object::new(line, what, Origin::Local);
            object.scope = scope.clone();
            object
        };
        if dotted.contains('.') && says::is_queue(last) {
            let id = self.store.at(Key::At(call.range()), || new(last));
            self.store
                .each(&BTreeSet::from([id]), |object| object.channel = true);
            return Value::of(id);
        }
        // `partial(ask, "You plan.")` is a mind of its own, with its own words.
        let asking = arguments
            .first()
            .filter(|_| last == "partial")
            .and_then(|first| {
                let path = match first.expr {
                    Expr::Name(name) => self.function_named(name.id.as_str()),
                    other => self.method_of_self(other),
                }?;
                self.store.functions.get(&path)?.asks.then_some(path)
            });
        let Some(path) = asking else {
            return all.clone();
        };
        let id = self.store.at(Key::At(call.range()), || new(&path));
        let bound = arguments.len() > 1;
        self.store.each(&BTreeSet::from([id]), |object| {
            object.asks = true;
            object.bound |= bound;
        });
        Value::of(id)
    }

    /// An object that somebody else's code makes.
    pub(super) fn made(
        &mut self,
        call: &ExprCall,
        what: String,
        prior: Option<Role>,
        given: Given,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        let line = self.module.lines.of(call);
        let scope = self.scope();
        let id = self.store.at(Key::At(call.range()), || {
            let mut object = Object::new(line, what, Origin::Foreign);
            object.scope = scope;
            object
        });
        self.mark_models(arguments);
        let many = self.loops > 0;
        let (mut open, mut leads) = (false, false);
        for argument in arguments {
            let several = argument.keyword.is_some_and(says::gives_agents);
            leads |= several && !argument.value.holds.is_empty();
            if several || argument.keyword == Some("agent") {
                open |= argument.value.holds.is_empty() && !is_empty(argument.expr);
                self.store
                    .each(&argument.value.holds, |object| object.listed = true);
            } else if matches!(argument.expr, Expr::List(_) | Expr::ListComp(_)) {
                // A list of ready-made functions is a list of functions.
                self.store.each(&argument.value.holds, |object| {
                    object.listed |= object.origin == Origin::Foreign;
                });
            }
        }
        self.store.each(&BTreeSet::from([id]), |object| {
            object.prior = prior;
            object.given.join(given);
            object.many |= many;
            object.open |= open;
            object.leads |= leads;
        });
        self.store.give(&BTreeSet::from([id]), &all.holds);
        Value {
            answers: all.answers.clone(),
            ..Value::of(id)
        }
    }
}

/// Whether something is made from the words of a question and its answer alone:
/// `Predict("passages, question -> answer")`, or a local pipeline that writes text.
fn asks_in_words(arguments: &[Argument<'_>], module: &Module<'_>) -> bool {
    let Some(text) = arguments
        .iter()
        .find(|a| matches!(a.keyword, None | Some("signature" | "task")))
        .and_then(|first| module.text(first.expr))
    else {
        return false;
    };
    let fields = |side: &str| {
        !side.trim().is_empty()
            && side
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | ',' | ' ' | ':' | '[' | ']'))
    };
    matches!(text, "text-generation" | "text2text-generation")
        || text
            .split_once("->")
            .is_some_and(|(left, right)| fields(left) && fields(right))
}
