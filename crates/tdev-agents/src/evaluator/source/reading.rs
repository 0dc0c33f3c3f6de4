//! What the functions of a source do on the way: how many paths each has, what errors it hides,
//! and which effects it asks for without a word on their failing. Parsed, never run.

use ruff_python_ast::visitor::{
    Visitor, walk_comprehension, walk_except_handler, walk_expr, walk_match_case, walk_stmt,
};
use ruff_python_ast::{
    Comprehension, ExceptHandler, ExceptHandlerExceptHandler, Expr, ExprCall, MatchCase, Stmt,
    StmtTry,
};
use ruff_python_parser::parse_module;
use ruff_text_size::Ranged;

/// A function, or what stands outside of all.
#[derive(Debug, Clone, Default)]
pub(super) struct Function {
    /// `Class.method`, or `the module`.
    pub(super) name: String,
    /// 1-based.
    pub(super) line: usize,
    /// Ways through it: McCabe's number.
    pub(super) paths: usize,
    /// Lines of handlers that catch whatever there is, without naming it.
    pub(super) bare: Vec<usize>,
    /// Lines of handlers after which nobody can tell that something failed.
    pub(super) silent: Vec<usize>,
    /// Effects nothing is said of for when they fail: the line, and what is called.
    pub(super) unguarded: Vec<(usize, String)>,
    /// Effects in all.
    pub(super) effects: usize,
}

/// The functions of a source, in its order. Nothing where it does not parse.
pub(super) fn functions(code: &str) -> Vec<Function> {
    let Ok(parsed) = parse_module(code) else {
        return Vec::new();
    };
    let mut walk = Walk {
        code,
        functions: vec![Function {
            name: "the module".to_owned(),
            line: 1,
            paths: 1,
            ..Function::default()
        }],
        at: 0,
        inside: Vec::new(),
        guards: 0,
    };
    walk.visit_body(&parsed.syntax().body);
    walk.functions
}

/// Whether a source says in words what it is: the docstring of its module, or of a class or
/// function in it.
pub(super) fn has_docstring(code: &str) -> bool {
    let says = |body: &[Stmt]| matches!(body.first(), Some(Stmt::Expr(first)) if matches!(&*first.value, Expr::StringLiteral(_)));
    let Ok(parsed) = parse_module(code) else {
        return false;
    };
    let body = &parsed.syntax().body;
    says(body)
        || body.iter().any(|stmt| match stmt {
            Stmt::ClassDef(class) => says(&class.body),
            Stmt::FunctionDef(function) => says(&function.body),
            _ => false,
        })
}

/// What a call asks of the world outside by `tdev`: the component it names, or the model.
pub(crate) fn effect(call: &ExprCall) -> Option<String> {
    let Expr::Name(function) = &*call.func else {
        return None;
    };
    match function.id.as_str() {
        "llm" => Some("the model".to_owned()),
        "call_tool" | "call_agent" => match call.arguments.args.first() {
            Some(Expr::StringLiteral(name)) => {
                let name = name.value.to_str();
                name.chars()
                    .all(|c| c.is_ascii_alphanumeric())
                    .then(|| name.to_owned())
            }
            _ => None,
        },
        _ => None,
    }
}

struct Walk<'a> {
    code: &'a str,
    functions: Vec<Function>,
    /// The function that is walked.
    at: usize,
    /// Names of the classes and functions around.
    inside: Vec<&'a str>,
    /// How many `try` with handlers stand around.
    guards: usize,
}

impl<'a> Walk<'a> {
    fn line(&self, node: &impl Ranged) -> usize {
        let before = self.code.get(..node.start().to_usize()).unwrap_or("");
        before.matches('\n').count() + 1
    }

    fn now(&mut self) -> Option<&mut Function> {
        self.functions.get_mut(self.at)
    }

    fn branch(&mut self, ways: usize) {
        if let Some(function) = self.now() {
            function.paths += ways;
        }
    }

    fn tried(&mut self, tried: &'a StmtTry) {
        let guard = usize::from(!tried.handlers.is_empty());
        self.guards += guard;
        self.visit_body(&tried.body);
        self.guards -= guard;
        for handler in &tried.handlers {
            self.visit_except_handler(handler);
        }
        self.visit_body(&tried.orelse);
        self.visit_body(&tried.finalbody);
    }
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.inside.push(function.name.as_str());
                self.functions.push(Function {
                    name: self.inside.join("."),
                    line: self.line(&function.name),
                    paths: 1,
                    ..Function::default()
                });
                let (around, guards) = (self.at, std::mem::take(&mut self.guards));
                self.at = self.functions.len() - 1;
                self.visit_body(&function.body);
                (self.at, self.guards) = (around, guards);
                self.inside.pop();
                return;
            }
            Stmt::ClassDef(class) => {
                self.inside.push(class.name.as_str());
                self.visit_body(&class.body);
                self.inside.pop();
                return;
            }
            Stmt::Try(tried) => return self.tried(tried),
            Stmt::If(branch) => {
                let more = branch.elif_else_clauses.iter();
                self.branch(1 + more.filter(|clause| clause.test.is_some()).count());
            }
            Stmt::For(_) | Stmt::While(_) => self.branch(1),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(caught) = handler;
        self.branch(1);
        let line = self.line(handler);
        let (bare, silent) = (caught.type_.is_none(), is_silent(caught));
        if let Some(function) = self.now() {
            if bare {
                function.bare.push(line);
            }
            if silent {
                function.silent.push(line);
            }
        }
        walk_except_handler(self, handler);
    }

    fn visit_match_case(&mut self, case: &'a MatchCase) {
        self.branch(1);
        walk_match_case(self, case);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.branch(1 + comprehension.ifs.len());
        walk_comprehension(self, comprehension);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::If(_) => self.branch(1),
            Expr::BoolOp(all) => self.branch(all.values.len().saturating_sub(1)),
            Expr::Call(call) => {
                if let Some(called) = effect(call) {
                    let (line, guarded) = (self.line(call), self.guards > 0);
                    if let Some(function) = self.now() {
                        function.effects += 1;
                        if !guarded {
                            function.unguarded.push((line, called));
                        }
                    }
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Whether nobody can tell afterwards that something failed. A narrow exception that leads to
/// another value is a decision; one of a component that leads nowhere is not.
pub(crate) fn is_silent(handler: &ExceptHandlerExceptHandler) -> bool {
    let nothing = handler.body.iter().all(|stmt| match stmt {
        Stmt::Pass(_) | Stmt::Continue(_) => true,
        Stmt::Expr(only) => matches!(&*only.value, Expr::EllipsisLiteral(_)),
        _ => false,
    });
    let caught = handler.type_.as_deref();
    if !(is_broad(caught) || nothing && caught.is_some_and(|c| names(c, &["ToolError"]))) {
        return false;
    }
    let mut told = Told {
        name: handler.name.as_ref().map(|name| name.as_str()),
        found: false,
    };
    told.visit_body(&handler.body);
    !told.found
}

/// Whether everything is caught.
fn is_broad(caught: Option<&Expr>) -> bool {
    caught.is_none_or(|caught| names(caught, &["Exception", "BaseException"]))
}

fn names(caught: &Expr, wanted: &[&str]) -> bool {
    match caught {
        Expr::Name(name) => wanted.contains(&name.id.as_str()),
        Expr::Tuple(several) => several.elts.iter().any(|one| names(one, wanted)),
        _ => false,
    }
}

/// Looks for a sign of the error: it is raised, logged, or used.
struct Told<'a> {
    name: Option<&'a str>,
    found: bool,
}

impl<'a> Visitor<'a> for Told<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.found |= matches!(stmt, Stmt::Raise(_));
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => self.found |= self.name == Some(name.id.as_str()),
            Expr::Call(call) => {
                self.found |= matches!(&*call.func, Expr::Name(f) if f.id.as_str() == "log");
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
