//! What an expression of a file may stand for. Every part is read, for calls stand anywhere.

use ruff_python_ast::{Comprehension, Expr, ExprSubscript};

use super::objects::{Key, Object, Origin, Value};
use super::reading::{Reader, inside};
use super::vocabulary::is_called_an_agent;
use super::wire;

impl<'a> Reader<'_, 'a> {
    /// What an expression may stand for.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Value {
        match expr {
            Expr::Name(name) => self.named(name.id.as_str()),
            Expr::Attribute(attribute) => {
                if let Some(known) = self
                    .place_of(expr)
                    .and_then(|place| self.store.names.get(&place))
                {
                    return known.clone();
                }
                if let Some(known) = self.inherited(expr) {
                    return known;
                }
                if let Some(path) = self.method_of_self(expr) {
                    return self.function_as_value(&path);
                }
                let owner = self.value(&attribute.value);
                self.attribute_of(&owner, attribute.attr.as_str())
            }
            Expr::Call(call) => self.call(call),
            Expr::Subscript(subscript) => {
                if let Some(known) = self.at_key(subscript) {
                    return known;
                }
                let mut value = self.value(&subscript.value);
                let index = self.value(&subscript.slice);
                // Who is asked next is chosen by an answer: `agents[choice].run(…)`.
                if value.holds.len() > 1 && !index.answers.is_empty() {
                    self.passed(
                        subscript.range.start(),
                        index.answers.clone(),
                        value.holds.clone(),
                    );
                }
                value.answers.extend(index.answers);
                value
            }
            Expr::StringLiteral(text) => Value {
                to_model: wire::is_address(text.value.to_str()),
                ..Value::default()
            },
            Expr::Dict(dict) => {
                let mut all = self.parts_of(expr);
                all.to_model |= wire::is_question(dict, self.module);
                all
            }
            Expr::FString(text) => {
                let mut all = self.parts_of(expr);
                all.to_model |= wire::is_address(&wire::literal_parts(text));
                all
            }
            Expr::Lambda(lambda) => self.value(&lambda.body),
            Expr::Named(named) => {
                let value = self.value(&named.value);
                self.bind(&named.target, &value);
                value
            }
            Expr::Compare(compare) => {
                let mut value = self.value(&compare.left);
                for other in &compare.comparators {
                    value.join(&self.value(other));
                }
                value.holds.clear();
                value
            }
            Expr::ListComp(list) => self.comprehension(&list.generators, &[&list.elt]),
            Expr::SetComp(set) => self.comprehension(&set.generators, &[&set.elt]),
            Expr::Generator(each) => self.comprehension(&each.generators, &[&each.elt]),
            Expr::DictComp(dict) => match &dict.key {
                Some(key) => self.comprehension(&dict.generators, &[key, &dict.value]),
                None => self.comprehension(&dict.generators, &[&dict.value]),
            },
            Expr::Yield(given) => {
                let value = given
                    .value
                    .as_ref()
                    .map_or_else(Value::default, |v| self.value(v));
                self.returns(&value);
                Value::default()
            }
            Expr::YieldFrom(given) => {
                let value = self.value(&given.value);
                self.returns(&value);
                value
            }
            _ => self.parts_of(expr),
        }
    }

    fn parts_of(&mut self, expr: &'a Expr) -> Value {
        let mut all = Value::default();
        for part in parts(expr) {
            all.join(&self.value(part));
        }
        all
    }

    /// What an attribute of `self` stands for by its class, or by what that inherits from.
    fn inherited(&self, expr: &Expr) -> Option<Value> {
        let (class, spelled) = self.place_of(expr)?;
        let name = spelled.strip_prefix("self.")?;
        self.by_class(&class, name)
    }

    fn by_class(&self, class: &str, name: &str) -> Option<Value> {
        self.lineage(class).into_iter().find_map(|class| {
            let given = (class.clone(), format!("self.{name}"));
            let names = &self.store.names;
            names
                .get(&given)
                .or_else(|| names.get(&(class, name.to_owned())))
                .cloned()
        })
    }

    /// What a mapping of this file holds under a key that is written out.
    fn at_key(&self, subscript: &ExprSubscript) -> Option<Value> {
        let key = subscript.slice.as_string_literal_expr()?;
        let (scope, spelled) = self.place_of(&subscript.value)?;
        let spelled = keyed(&spelled, key.value.to_str());
        let around = self.scopes.iter().rev().cloned();
        std::iter::once(scope)
            .chain(around)
            .find_map(|scope| self.store.names.get(&(scope, spelled.clone())))
            .cloned()
    }

    fn comprehension(&mut self, generators: &'a [Comprehension], elements: &[&'a Expr]) -> Value {
        for generator in generators {
            let value = self.value(&generator.iter);
            self.bind(&generator.target, &value);
            for test in &generator.ifs {
                self.value(test);
            }
        }
        self.loops += 1;
        let mut all = Value::default();
        for element in elements {
            all.join(&self.value(element));
        }
        self.loops -= 1;
        all
    }

    fn attribute_of(&mut self, owner: &Value, name: &str) -> Value {
        let mut found = Value {
            answers: owner.answers.clone(),
            ..Value::default()
        };
        let classes: Vec<String> = owner
            .holds
            .iter()
            .filter_map(|id| self.store.objects.get(*id)?.class.clone())
            .collect();
        for class in classes {
            if let Some(known) = self.by_class(&class, name) {
                found.join(&known);
            }
        }
        found
    }

    /// What a plain name stands for, from the innermost scope outwards.
    pub(super) fn named(&mut self, name: &str) -> Value {
        for scope in self.scopes.iter().rev() {
            if let Some(known) = self.store.names.get(&(scope.clone(), name.to_owned())) {
                return known.clone();
            }
        }
        if let Some(path) = self.function_named(name) {
            return self.function_as_value(&path);
        }
        if let Some(path) = self.class_named(name) {
            let line = self.classes.get(&path).map_or(1, |class| class.line);
            return Value::of(self.defined(&path, line));
        }
        let Some(dotted) = self.module.imported(name) else {
            return Value::default();
        };
        let ready_made = !name.starts_with(|c: char| c.is_ascii_uppercase());
        // A module is no object: `import x.agent`, then `agent.Agent(…)`.
        if !ready_made || !self.module.is_member(name) || !self.is_foreign(&dotted) {
            return Value::default();
        }
        let line = self.module.line_of_import(name);
        let id = self.store.at(Key::Imported(name.to_owned()), || {
            let says_so = is_called_an_agent(name);
            Object::new(line, name, Origin::Imported { says_so })
        });
        Value::of(id)
    }

    /// The path of a function of this file by that name, as seen from here.
    pub(super) fn function_named(&self, name: &str) -> Option<String> {
        self.scopes
            .iter()
            .rev()
            .map(|scope| inside(scope, name))
            .find(|path| self.store.functions.contains_key(path))
    }

    /// The path of a class of this file by that name, as seen from here.
    pub(super) fn class_named(&self, name: &str) -> Option<String> {
        self.scopes
            .iter()
            .rev()
            .map(|scope| inside(scope, name))
            .find(|path| self.classes.contains_key(path))
    }

    /// The path of the method that `self.method` is.
    pub(super) fn method_of_self(&self, expr: &Expr) -> Option<String> {
        let Expr::Attribute(attribute) = expr else {
            return None;
        };
        let Expr::Name(base) = &*attribute.value else {
            return None;
        };
        if !matches!(base.id.as_str(), "self" | "cls") {
            return None;
        }
        self.method_of(&self.class_around()?, attribute.attr.as_str())
    }

    /// The path of a method of a class, inherited or its own.
    pub(super) fn method_of(&self, class: &str, name: &str) -> Option<String> {
        self.lineage(class)
            .iter()
            .map(|class| inside(class, name))
            .find(|path| self.store.functions.contains_key(path))
    }

    /// A function handed over stands for what it makes and what it runs.
    fn function_as_value(&mut self, path: &str) -> Value {
        let Some(function) = self.store.functions.get(path) else {
            return Value::default();
        };
        let mut value = Value {
            holds: function
                .returns
                .holds
                .union(&function.runs)
                .copied()
                .collect(),
            ..Value::default()
        };
        if function.asks {
            let line = function.line;
            value.holds.insert(self.defined(path, line));
        }
        value
    }

    /// Notes that answers are handed to others.
    pub(super) fn passed(
        &mut self,
        at: ruff_text_size::TextSize,
        from: std::collections::BTreeSet<usize>,
        to: std::collections::BTreeSet<usize>,
    ) {
        let line = self.module.lines.at(at);
        let passed = self.store.passed.entry(line).or_default();
        passed.from.extend(from);
        passed.to.extend(to);
    }
}

/// How one key of a mapping is kept.
pub(super) fn keyed(spelled: &str, key: &str) -> String {
    format!("{spelled}[{key}]")
}

/// The expressions an expression is made of, where it stands for any of them.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Await(wait) => vec![&wait.value],
        Expr::Starred(starred) => vec![&starred.value],
        Expr::List(list) => list.elts.iter().collect(),
        Expr::Tuple(tuple) => tuple.elts.iter().collect(),
        Expr::Set(set) => set.elts.iter().collect(),
        Expr::Dict(dict) => dict
            .items
            .iter()
            .flat_map(|item| item.key.as_ref().into_iter().chain([&item.value]))
            .collect(),
        Expr::If(choice) => vec![&choice.test, &choice.body, &choice.orelse],
        Expr::BoolOp(either) => either.values.iter().collect(),
        Expr::BinOp(both) => vec![&both.left, &both.right],
        Expr::UnaryOp(one) => vec![&one.operand],
        Expr::FString(text) => text
            .value
            .elements()
            .filter_map(|piece| piece.as_interpolation().map(|i| &*i.expression))
            .collect(),
        Expr::Slice(slice) => [&slice.lower, &slice.upper, &slice.step]
            .into_iter()
            .flatten()
            .map(|bound| &**bound)
            .collect(),
        _ => Vec::new(),
    }
}
