//! What a call makes, gives, runs or asks.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::asks;
use super::objects::{Given, Value};
use super::reading::Reader;
use super::vocabulary as says;
use super::wire;

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
        let line = self.module.lines.of(call);
        let name = asks::last_name(&call.func).unwrap_or_default();
        let own = self.is_own(&call.func);
        if asks::spelled_as_asking(call, self.module) || !own && asks::limits_its_answer(call) {
            self.asked(line, None);
            self.spoken_for(&arguments);
        }
        if all.to_model && !own && wire::sends(name) {
            self.asked(line, None);
            self.spoken_for(&arguments);
            all.to_model = false;
        }
        let dotted = self.module.dotted(&call.func).unwrap_or_default();
        if wire::starts_a_model(&dotted, &arguments, self.module) {
            self.asked(line, None);
        }
        self.called(call, &arguments, all)
    }

    /// Whether what is called is defined in this file.
    fn is_own(&self, callee: &Expr) -> bool {
        match callee {
            Expr::Name(name) => {
                self.function_named(name.id.as_str()).is_some()
                    || self.class_named(name.id.as_str()).is_some()
            }
            other => self.method_of_self(other).is_some(),
        }
    }

    fn called(&mut self, call: &'a ExprCall, arguments: &[Argument<'a>], all: Value) -> Value {
        match &*call.func {
            Expr::Attribute(attribute) => {
                if matches!(&*attribute.value, Expr::Call(c) if self.module.dotted(&c.func).as_deref() == Some("super"))
                {
                    let given = self.given(arguments);
                    if let Some(class) = self
                        .class_around()
                        .and_then(|path| self.classes.get_mut(&path))
                    {
                        class.given.join(given);
                    }
                    return Value::default();
                }
                if let Some(path) = self.method_of_self(&call.func) {
                    return self.apply(&path, arguments, call.range());
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
                    return self.foreign(&dotted, call, arguments, &all);
                }
                // `self.answer(…)`, where what `self.answer` holds can be called.
                if matches!(&*attribute.value, Expr::Name(base) if base.id.as_str() == "self") {
                    let held = self.value(&call.func);
                    if !held.holds.is_empty() {
                        return self.on_object(&held, None, call, arguments, &all);
                    }
                }
                let owner = self.value(&attribute.value);
                self.acted(&attribute.value, method, arguments);
                if owner == Value::default() {
                    return self.unknown(call, &attribute.value, method, arguments, &all);
                }
                self.on_object(&owner, Some(method), call, arguments, &all)
            }
            Expr::Name(name) => {
                let name = name.id.as_str();
                if let Some(path) = self.function_named(name) {
                    let asks = self.store.functions.get(&path).is_some_and(|f| f.asks);
                    // A class whose method asks by way of a function of the file asks too.
                    if asks
                        && let Some(class) = self
                            .class_around()
                            .and_then(|class| self.classes.get_mut(&class))
                    {
                        class.asks = true;
                    }
                    return self.apply(&path, arguments, call.range());
                }
                if let Some(path) = self.class_named(name) {
                    return self.instance(&path, call, arguments, &all);
                }
                let bound = self.bound(name);
                if bound != Value::default() {
                    return self.on_object(&bound, None, call, arguments, &all);
                }
                match self.module.imported(name) {
                    Some(dotted) => self.foreign(&dotted, call, arguments, &all),
                    None => match self.module.dotted(&call.func) {
                        Some(dotted) if dotted.contains('.') => {
                            self.foreign(&dotted, call, arguments, &all)
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
                self.foreign(&dotted, call, arguments, &all)
            }
            other => {
                let owner = self.value(other);
                if owner == Value::default() {
                    return all;
                }
                self.on_object(&owner, None, call, arguments, &all)
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

    pub(super) fn bound(&self, name: &str) -> Value {
        self.scopes
            .iter()
            .rev()
            .find_map(|scope| self.store.names.get(&(scope.clone(), name.to_owned())))
            .cloned()
            .unwrap_or_default()
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
        // `server.run(transport=…)` is put on the network, and asked nothing.
        let served = method.is_some_and(says::serves)
            || !arguments.is_empty()
                && arguments
                    .iter()
                    .all(|a| a.keyword.is_some_and(says::says_how_to_serve));
        let runs = !served && method.is_none_or(says::runs);
        // `client.create_agent(instructions=…)`: a client that makes agents of its model.
        let makes = !runs
            || method == Some("create")
                && given.model_name
                && !asks::spelled_as_asking(call, self.module);
        if makes && given.instructed {
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
            if let Some(path) = method.and_then(|method| self.method_of(&class, method)) {
                returned.join(&self.apply(&path, arguments, call.range()));
            }
        }
        if served {
            self.store.each(ids, |object| object.served = true);
        }
        self.store.give(ids, &all.holds);
        if let (Some(method), Some(first)) = (method, arguments.first())
            && method.starts_with("register")
        {
            self.store.give(&first.value.holds, ids);
        }
        // `kernel.add_service(Model(…))` gives the kernel a model to decide with.
        if method.is_some_and(says::equips) && given.model_object {
            self.store
                .each(ids, |object| object.given.model_object = true);
            self.mark_handed_models(arguments);
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
