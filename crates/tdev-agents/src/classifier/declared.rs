//! The functions and classes a file defines, before what they do is read.

use ruff_python_ast::{Expr, Parameters, Stmt, StmtClassDef};

use super::frameworks::{Role, role_of_base};
use super::objects::{Function, Given, Id, Key, Object, Origin};
use super::reading::{Reader, inside};

/// A class of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    /// The part its base plays.
    pub(super) prior: Option<Role>,
    /// Its bases that are classes of this file.
    pub(super) bases: Vec<String>,
    /// Its methods, by name.
    pub(super) methods: Vec<String>,
    /// Whether its base is somebody else's.
    pub(super) foreign: bool,
    /// What its attributes, and its call of its base, give it.
    pub(super) given: Given,
    /// Whether a model is asked in it.
    pub(super) asks: bool,
    /// Its line.
    pub(super) line: u32,
}

impl<'a> Reader<'_, 'a> {
    pub(super) fn declare(&mut self, body: &'a [Stmt], scope: &str) {
        for stmt in body {
            match stmt {
                Stmt::FunctionDef(function) => {
                    let path = inside(scope, function.name.as_str());
                    self.declare(&function.body, &path);
                    let method = self.classes.contains_key(scope);
                    let known = Function {
                        parameters: parameters(&function.parameters, method),
                        line: self.module.lines.of(&function.name),
                        ..Function::default()
                    };
                    self.store.functions.insert(path, known);
                }
                Stmt::ClassDef(class) => {
                    let path = inside(scope, class.name.as_str());
                    let known = self.class(class);
                    self.classes.insert(path.clone(), known);
                    self.declare(&class.body, &path);
                }
                Stmt::If(test) => {
                    self.declare(&test.body, scope);
                    for clause in &test.elif_else_clauses {
                        self.declare(&clause.body, scope);
                    }
                }
                Stmt::Try(attempt) => self.declare(&attempt.body, scope),
                _ => {}
            }
        }
    }

    fn class(&self, class: &StmtClassDef) -> Class {
        let bases: Vec<String> = class
            .arguments
            .iter()
            .flat_map(|arguments| arguments.args.iter())
            .filter_map(|base| match base {
                Expr::Subscript(generic) => self.module.dotted(&generic.value),
                other => self.module.dotted(other),
            })
            .collect();
        let own = |base: &str| self.classes.get(base);
        Class {
            prior: bases.iter().find_map(|base| {
                role_of_base(base).or_else(|| own(base).and_then(|class| class.prior))
            }),
            foreign: bases
                .iter()
                .any(|base| self.is_foreign(base) || own(base).is_some_and(|class| class.foreign)),
            methods: class
                .body
                .iter()
                .filter_map(|stmt| match stmt {
                    Stmt::FunctionDef(method) => Some(method.name.to_string()),
                    _ => None,
                })
                .collect(),
            line: self.module.lines.of(&class.name),
            bases: bases
                .into_iter()
                .filter(|base| self.classes.contains_key(base))
                .collect(),
            ..Class::default()
        }
    }

    /// A class of the file and those it inherits from, nearest first.
    pub(super) fn lineage(&self, path: &str) -> Vec<String> {
        let mut all = vec![path.to_owned()];
        let mut at = 0;
        while let Some(class) = all.get(at).and_then(|path| self.classes.get(path)) {
            let new: Vec<String> = class
                .bases
                .iter()
                .filter(|base| !all.contains(base))
                .cloned()
                .collect();
            all.extend(new);
            at += 1;
        }
        all
    }

    /// Whether a model is asked in a class, or in one it inherits from.
    pub(super) fn class_asks(&self, path: &str) -> bool {
        self.lineage(path)
            .iter()
            .any(|path| self.classes.get(path).is_some_and(|class| class.asks))
    }

    /// Whether what one puts into an instance of a class, another gets out of it.
    pub(super) fn is_channel(&self, path: &str) -> bool {
        let has = |names: &[&str]| {
            self.classes
                .get(path)
                .is_some_and(|class| class.methods.iter().any(|m| names.contains(&m.as_str())))
        };
        has(&[
            "publish",
            "emit",
            "broadcast",
            "dispatch",
            "send",
            "post",
            "put",
        ]) && has(&[
            "subscribe",
            "on",
            "listen",
            "register",
            "join",
            "get",
            "receive",
        ])
    }

    /// The object that stands for a class or function that decides itself.
    pub(super) fn defined(&mut self, path: &str, line: u32) -> Id {
        let class = self.classes.get(path).cloned();
        let asks = self.class_asks(path);
        let scope = path.rsplit_once('.').map_or("", |(scope, _)| scope);
        let what = path.rsplit('.').next().unwrap_or(path).to_owned();
        let id = self.store.at(Key::Defined(path.to_owned()), || {
            let mut object = Object::new(line, what, Origin::Local);
            object.scope = scope.to_owned();
            object
        });
        if let Some(object) = self.store.objects.get_mut(id) {
            match class {
                Some(class) => {
                    object.class = Some(path.to_owned());
                    object.prior = class.prior;
                    object.asks |= asks;
                    if class.foreign {
                        object.given.join(class.given);
                    }
                }
                None => object.asks = true,
            }
        }
        id
    }
}

fn parameters(parameters: &Parameters, method: bool) -> Vec<String> {
    parameters
        .iter_non_variadic_params()
        .map(|parameter| parameter.parameter.name.to_string())
        .enumerate()
        .filter(|(at, name)| !(method && *at == 0 && matches!(name.as_str(), "self" | "cls")))
        .map(|(_, name)| name)
        .collect()
}
