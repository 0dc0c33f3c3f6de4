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
            line: self.module.lines.of(&class.name),
            ..Class::default()
        }
    }

    /// The object that stands for a class or function that decides itself.
    pub(super) fn defined(&mut self, path: &str, line: u32) -> Id {
        let class = self.classes.get(path).cloned();
        let what = path.rsplit('.').next().unwrap_or(path).to_owned();
        let id = self.store.at(Key::Defined(path.to_owned()), || {
            Object::new(line, what, Origin::Local)
        });
        if let Some(object) = self.store.objects.get_mut(id) {
            match class {
                Some(class) => {
                    object.class = Some(path.to_owned());
                    object.prior = class.prior;
                    object.asks |= class.asks;
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
