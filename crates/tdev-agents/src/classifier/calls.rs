//! What a call makes, gives, runs or asks.

use std::collections::BTreeSet;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::asks;
use super::frameworks::{Role, role_of};
use super::given::is_empty;
use super::objects::{Given, Key, Object, Origin, Value};
use super::reading::{Reader, inside};
use super::vocabulary as says;

/// One argument of a call, and what it may stand for.
pub(super) struct Argument<'a> {
    pub(super) keyword: Option<&'a str>,
    pub(super) expr: &'a Expr,
    pub(super) value: Value,
}

/// Methods by which a list, mapping or set of this file grows.
const GROWS: &[&str] = &[
    "append",
    "extend",
    "add",
    "insert",
    "update",
    "put",
    "setdefault",
    "appendleft",
];

impl<'a> Reader<'_, 'a> {
    /// The arguments of a call, each read.
    pub(super) fn arguments_of(&mut self, call: &'a ExprCall) -> Vec<Argument<'a>> {
        let mut all = Vec::new();
        for expr in &call.arguments.args {
            let value = self.value(expr);
            all.push(Argument {
                keyword: None,
                expr,
                value,
            });
        }
        for keyword in &call.arguments.keywords {
            let value = self.value(&keyword.value);
            let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
            all.push(Argument {
                keyword: Some(name),
                expr: &keyword.value,
                value,
            });
        }
        all
    }

    /// What a call may stand for.
    pub(super) fn call(&mut self, call: &'a ExprCall) -> Value {
        let arguments = self.arguments_of(call);
        let mut all = Value::default();
        for argument in &arguments {
            all.join(&argument.value);
        }
        if asks::spelled_as_asking(call, self.module) {
            self.asked(self.module.lines.of(call), None);
        }
        match &*call.func {
            Expr::Attribute(attribute) => {
                if matches!(&*attribute.value, Expr::Call(c) if self.module.dotted(&c.func).as_deref() == Some("super"))
                {
                    let given = self.given(&arguments);
                    if let Some(class) = self
                        .class_around()
                        .and_then(|path| self.classes.get_mut(&path))
                    {
                        class.given.join(given);
                    }
                    return Value::default();
                }
                if let Some(path) = self.method_of_self(&call.func) {
                    return self.apply(&path, &arguments);
                }
                let method = attribute.attr.as_str();
                if GROWS.contains(&method)
                    && let Some(grown) = self.grown(&attribute.value, &all)
                {
                    return grown;
                }
                if let Some(dotted) = self.module.dotted(&call.func)
                    && self.module.begins_at_import(&attribute.value)
                    && (method.starts_with(|c: char| c.is_ascii_uppercase())
                        || !self.is_object(&attribute.value))
                {
                    return self.foreign(&dotted, call, &arguments, &all);
                }
                let owner = self.value(&attribute.value);
                if owner == Value::default() {
                    return self.unknown(call, &attribute.value, method, &arguments, &all);
                }
                self.on_object(&owner, Some(method), call, &arguments, &all)
            }
            Expr::Name(name) => {
                let name = name.id.as_str();
                if let Some(path) = self.function_named(name) {
                    return self.apply(&path, &arguments);
                }
                if let Some(path) = self.class_named(name) {
                    return self.instance(&path, call, &arguments, &all);
                }
                let bound = self.bound(name);
                if bound != Value::default() {
                    return self.on_object(&bound, None, call, &arguments, &all);
                }
                match self.module.imported(name) {
                    Some(dotted) => self.foreign(&dotted, call, &arguments, &all),
                    None => match self.module.dotted(&call.func) {
                        Some(dotted) if dotted.contains('.') => {
                            self.foreign(&dotted, call, &arguments, &all)
                        }
                        _ => all,
                    },
                }
            }
            Expr::Subscript(generic)
                if self
                    .module
                    .dotted(&generic.value)
                    .is_some_and(|d| self.is_foreign(&d)) =>
            {
                let dotted = self.module.dotted(&generic.value).unwrap_or_default();
                self.foreign(&dotted, call, &arguments, &all)
            }
            other => {
                let owner = self.value(other);
                if owner == Value::default() {
                    return all;
                }
                self.on_object(&owner, None, call, &arguments, &all)
            }
        }
    }

    /// What a list stands for once something is added; `None` where it is no list.
    fn grown(&mut self, list: &'a Expr, added: &Value) -> Option<Value> {
        let place = self.place_of(list)?;
        let known = self.value(list);
        if !known.holds.is_empty() && !self.store.lists.contains(&place) {
            return None;
        }
        // `agent.handoffs.append(other)` gives the agent the other.
        if let Expr::Attribute(attribute) = list
            && says::gives_agents(attribute.attr.as_str())
        {
            let owner = self.value(&attribute.value);
            self.store.give(&owner.holds, &added.holds);
        }
        self.store.lists.insert(place);
        self.bind(list, added);
        Some(known)
    }

    /// Whether an expression is an object that was made or imported, and no module or class.
    fn is_object(&mut self, expr: &'a Expr) -> bool {
        !self.value(expr).holds.is_empty()
    }

    fn bound(&self, name: &str) -> Value {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| self.store.names.get(&(scope.clone(), name.to_owned())))
            .cloned()
            .unwrap_or_default()
    }

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
    fn apply(&mut self, path: &str, arguments: &[Argument<'a>]) -> Value {
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
        function.returns
    }

    fn instance(
        &mut self,
        path: &str,
        call: &ExprCall,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        let class = self.classes.get(path).cloned().unwrap_or_default();
        let line = self.module.lines.of(call);
        let name = path.rsplit('.').next().unwrap_or(path).to_owned();
        let id = self.store.at(Key::At(call.range()), || {
            Object::new(line, name, Origin::Local)
        });
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
            object.asks |= class.asks;
            object.given.join(given);
            object.many |= many;
        });
        self.store.give(&BTreeSet::from([id]), &all.holds);
        self.apply(&inside(path, "__init__"), arguments);
        Value {
            holds: BTreeSet::from([id]),
            answers: all.answers.clone(),
        }
    }

    /// A call of something imported: it makes an object, or runs one it is given.
    fn foreign(
        &mut self,
        dotted: &str,
        call: &'a ExprCall,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        if !self.is_foreign(dotted) {
            return all.clone();
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
        let mut prior = role_of(made);
        // A workflow made of tools and a model is one agent.
        if prior == Some(Role::Composition) && last.starts_with("from_tools") {
            prior = Some(Role::Brain);
        }
        self.made(call, what, prior, given, arguments, all)
    }

    fn made(
        &mut self,
        call: &ExprCall,
        what: String,
        prior: Option<Role>,
        given: Given,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        let line = self.module.lines.of(call);
        let id = self.store.at(Key::At(call.range()), || {
            Object::new(line, what, Origin::Foreign)
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
            holds: BTreeSet::from([id]),
            answers: all.answers.clone(),
        }
    }

    /// A call of an object, or of one of its methods.
    fn on_object(
        &mut self,
        owner: &Value,
        method: Option<&str>,
        call: &'a ExprCall,
        arguments: &[Argument<'a>],
        all: &Value,
    ) -> Value {
        let ids = &owner.holds;
        if ids.is_empty() {
            let mut value = owner.clone();
            value.join(all);
            return value;
        }
        let given = self.given(arguments);
        let runs = method.is_none_or(says::runs);
        // `client.create_agent(instructions=…)`: a client that makes agents of its model.
        if !runs && given.instructed {
            self.store.each(ids, |object| object.is_model = true);
            let given = Given {
                model_object: true,
                ..given
            };
            let what = method.unwrap_or("agent").to_owned();
            return self.made(call, what, None, given, arguments, all);
        }
        let mut returned = Value::default();
        for class in self.classes_of(ids) {
            if let Some(path) = method
                .map(|method| inside(&class, method))
                .filter(|path| self.store.functions.contains_key(path))
            {
                returned.join(&self.apply(&path, arguments));
            }
        }
        if method.is_some_and(says::serves) {
            self.store.each(ids, |object| object.served = true);
        }
        self.store.give(ids, &all.holds);
        if let (Some(method), Some(first)) = (method, arguments.first())
            && method.starts_with("register")
        {
            self.store.give(&first.value.holds, ids);
        }
        if !runs {
            let mut value = returned;
            value.holds.extend(ids);
            value.answers.extend(&owner.answers);
            return value;
        }
        if self.is_asked(ids) {
            self.asked(self.module.lines.of(call), None);
        }
        let mut given = all.clone();
        given.answers.extend(&owner.answers);
        let mut value = self.ran(call, ids, &given);
        value.join(&returned);
        value
    }
}
