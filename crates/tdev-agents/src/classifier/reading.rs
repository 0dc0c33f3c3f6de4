//! Reads a file's statements: what names stand for, what functions return, what is in a loop.
//! Read again until nothing new is found, since a name may be used above the line that gives it.

use std::collections::HashMap;

use ruff_python_ast::{Decorator, Expr, Stmt, StmtClassDef, StmtFunctionDef};

use super::calls::Argument;
use super::dead::{Unused, is_never};
use super::declared::Class;
use super::expressions::keyed;
use super::module::Module;
use super::objects::{Given, Id, Store, Value};
use super::standard::is_standard;

/// Most times a file is read.
const READINGS: usize = 6;

/// One reading of a module.
pub(super) struct Reader<'m, 'a> {
    pub(super) module: &'m Module<'a>,
    pub(super) store: Store,
    pub(super) classes: HashMap<String, Class>,
    /// Paths of the scopes around, the module's `""` first.
    pub(super) scopes: Vec<String>,
    /// The top-level definition being read.
    pub(super) within: String,
    /// How many loops are around.
    pub(super) loops: usize,
}

/// Reads a module.
pub(super) fn read<'m, 'a>(module: &'m Module<'a>) -> Reader<'m, 'a> {
    let mut reader = Reader {
        module,
        store: Store::default(),
        classes: HashMap::new(),
        scopes: vec![String::new()],
        within: String::new(),
        loops: 0,
    };
    reader.declare(module.body, "");
    let unused = Unused::of(module.body);
    for _ in 0..READINGS {
        let before = reader.store.size();
        for stmt in module.body.iter().filter(|stmt| !unused.contains(stmt)) {
            reader.within = match stmt {
                Stmt::FunctionDef(function) => function.name.to_string(),
                Stmt::ClassDef(class) => class.name.to_string(),
                _ => String::new(),
            };
            reader.stmt(stmt);
        }
        if reader.store.size() == before || reader.store.is_full() {
            break;
        }
    }
    reader
}

/// The path of a definition inside another.
pub(super) fn inside(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}

impl<'a> Reader<'_, 'a> {
    /// Whether a dotted name is of somebody else's package.
    pub(super) fn is_foreign(&self, dotted: &str) -> bool {
        let root = dotted.split('.').next().unwrap_or_default();
        dotted.contains('.')
            && !is_standard(root)
            && root != "self"
            && root != "cls"
            && root != "tdev"
    }

    /// The innermost scope.
    pub(super) fn scope(&self) -> String {
        self.scopes.last().cloned().unwrap_or_default()
    }

    /// The class around.
    pub(super) fn class_around(&self) -> Option<String> {
        self.scopes
            .iter()
            .rev()
            .find(|scope| self.classes.contains_key(scope.as_str()))
            .cloned()
    }

    /// Where a name or attribute is kept: its scope and its spelling.
    pub(super) fn place_of(&self, expr: &Expr) -> Option<(String, String)> {
        match expr {
            Expr::Name(name) => Some((self.scope(), name.id.to_string())),
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Name(base) if matches!(base.id.as_str(), "self" | "cls") => {
                    Some((self.class_around()?, format!("self.{}", attribute.attr)))
                }
                base => {
                    let (_, spelled) = self.place_of(base)?;
                    Some((String::new(), format!("{spelled}.{}", attribute.attr)))
                }
            },
            _ => None,
        }
    }

    /// Makes a name stand for a value too.
    pub(super) fn bind(&mut self, target: &'a Expr, value: &Value) {
        if *value == Value::default() {
            return;
        }
        match target {
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|one| self.bind(one, value)),
            Expr::List(list) => list.elts.iter().for_each(|one| self.bind(one, value)),
            Expr::Starred(starred) => self.bind(&starred.value, value),
            Expr::Subscript(subscript) => {
                if let Expr::StringLiteral(key) = &*subscript.slice
                    && let Some((scope, spelled)) = self.place_of(&subscript.value)
                {
                    let place = (scope, keyed(&spelled, key.value.to_str()));
                    self.store.names.entry(place).or_default().join(value);
                }
                self.bind(&subscript.value, value);
            }
            _ => {
                if let Some(place) = self.place_of(target) {
                    self.store.names.entry(place).or_default().join(value);
                }
                // `agent.handoffs = […]` gives the agent what is assigned.
                if let Expr::Attribute(attribute) = target {
                    let owner = self.value(&attribute.value);
                    self.store.give(&owner.holds, &value.holds);
                }
            }
        }
    }

    fn block(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn assign(&mut self, target: &'a Expr, value: &'a Expr) {
        // `a, b = A(), B()` is two assignments.
        if let (Expr::Tuple(targets), Expr::Tuple(values)) = (target, value)
            && targets.elts.len() == values.elts.len()
        {
            for (target, value) in targets.elts.iter().zip(&values.elts) {
                self.assign(target, value);
            }
            return;
        }
        let found = self.value(value);
        if let (Expr::Dict(dict), Some((scope, spelled))) = (value, self.place_of(target)) {
            for item in &dict.items {
                if let Some(Expr::StringLiteral(key)) = &item.key {
                    let one = self.value(&item.value);
                    let place = (scope.clone(), keyed(&spelled, key.value.to_str()));
                    self.store.names.entry(place).or_default().join(&one);
                }
            }
        }
        if let Some(place) = self.place_of(target)
            && matches!(
                value,
                Expr::List(_)
                    | Expr::Dict(_)
                    | Expr::Set(_)
                    | Expr::ListComp(_)
                    | Expr::DictComp(_)
            )
        {
            self.store.lists.insert(place);
        }
        // `agent = A(…)` in one branch and `agent = B(…)` in another is one agent by turns.
        if let (Expr::Name(_), Expr::Call(_), [made]) = (
            target,
            value,
            found.holds.iter().copied().collect::<Vec<Id>>().as_slice(),
        ) && let Some(place) = self.place_of(target)
            && let Some(first) = self.store.names.get(&place).and_then(|v| v.holds.first())
            && first != made
        {
            let first = *first;
            self.store.instead_of.insert(*made, first);
        }
        self.bind(target, &found);
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class_body(class),
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.assign(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.assign(&assign.target, value);
                }
            }
            Stmt::AugAssign(assign) => {
                let value = self.value(&assign.value);
                self.bind(&assign.target, &value);
            }
            Stmt::Return(returned) => {
                if let Some(value) = &returned.value {
                    let value = self.value(value);
                    self.returns(&value);
                }
            }
            Stmt::Expr(expr) => drop(self.value(&expr.value)),
            Stmt::For(each) => {
                let value = self.value(&each.iter);
                self.bind(&each.target, &value);
                self.loops += 1;
                self.block(&each.body);
                self.loops -= 1;
                self.block(&each.orelse);
            }
            Stmt::While(wait) => {
                self.value(&wait.test);
                self.block(&wait.body);
                self.block(&wait.orelse);
            }
            Stmt::If(test) => {
                self.value(&test.test);
                if !is_never(&test.test) {
                    self.block(&test.body);
                }
                for clause in &test.elif_else_clauses {
                    if let Some(test) = &clause.test {
                        self.value(test);
                    }
                    self.block(&clause.body);
                }
            }
            Stmt::With(with) => {
                for item in &with.items {
                    let value = self.value(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, &value);
                    }
                }
                self.block(&with.body);
            }
            Stmt::Try(attempt) => {
                self.block(&attempt.body);
                for handler in &attempt.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.block(&handler.body);
                }
                self.block(&attempt.orelse);
                self.block(&attempt.finalbody);
            }
            Stmt::Match(choice) => {
                self.value(&choice.subject);
                for case in &choice.cases {
                    self.block(&case.body);
                }
            }
            Stmt::Assert(assert) => drop(self.value(&assert.test)),
            Stmt::Raise(raise) => {
                if let Some(what) = &raise.exc {
                    self.value(what);
                }
            }
            _ => {}
        }
    }

    /// Notes what the function around returns.
    pub(super) fn returns(&mut self, value: &Value) {
        let scope = self.scope();
        if let Some(function) = self.store.functions.get_mut(&scope) {
            function.returns.join(value);
        }
    }

    fn function(&mut self, function: &'a StmtFunctionDef) {
        let path = inside(&self.scope(), function.name.as_str());
        for parameter in function.parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.value(default);
            }
        }
        let loops = std::mem::take(&mut self.loops);
        self.scopes.push(path.clone());
        self.block(&function.body);
        self.scopes.pop();
        self.loops = loops;
        for decorator in &function.decorator_list {
            self.decorated(decorator, &path);
        }
    }

    /// A decorator may make a function an agent's tool, or the words a model is asked with.
    fn decorated(&mut self, decorator: &'a Decorator, path: &str) {
        let (head, given) = match &decorator.expression {
            Expr::Call(call) => {
                let arguments = self.arguments_of(call);
                self.follows(path, &arguments);
                (&*call.func, self.given(&arguments))
            }
            bare => (bare, Given::default()),
        };
        if given.model_name
            && self
                .module
                .dotted(head)
                .is_some_and(|d| self.is_foreign(&d))
        {
            self.asked(self.module.lines.of(decorator), Some(path.to_owned()));
        }
        if let Expr::Attribute(attribute) = head {
            let owner = self.value(&attribute.value);
            let runs = self.store.functions.get(path).map(|f| f.runs.clone());
            self.store.give(&owner.holds, &runs.unwrap_or_default());
        }
    }

    /// `@listen(outline)`: what `outline` returned is this function's first argument.
    fn follows(&mut self, path: &str, arguments: &[Argument<'a>]) {
        let Some(first) = self
            .store
            .functions
            .get(path)
            .and_then(|function| function.parameters.first().cloned())
        else {
            return;
        };
        for argument in arguments {
            let Expr::Name(name) = argument.expr else {
                continue;
            };
            let returned = self
                .function_named(name.id.as_str())
                .and_then(|path| self.store.functions.get(&path))
                .map(|function| function.returns.clone())
                .unwrap_or_default();
            if returned != Value::default() {
                let place = (path.to_owned(), first.clone());
                self.store.names.entry(place).or_default().join(&returned);
            }
        }
    }

    fn class_body(&mut self, class: &'a StmtClassDef) {
        let path = inside(&self.scope(), class.name.as_str());
        let mut given = Given::default();
        for stmt in &class.body {
            let (target, value) = match stmt {
                Stmt::Assign(assign) => (assign.targets.first(), &*assign.value),
                Stmt::AnnAssign(assign) => match &assign.value {
                    Some(value) => (Some(&*assign.target), &**value),
                    None => continue,
                },
                _ => continue,
            };
            if let Some(Expr::Name(name)) = target {
                given.join(self.given_by(name.id.as_str(), value, &Value::default()));
            }
        }
        self.scopes.push(path.clone());
        self.block(&class.body);
        self.scopes.pop();
        if let Some(known) = self.classes.get_mut(&path) {
            known.given.join(given);
        }
    }
}
