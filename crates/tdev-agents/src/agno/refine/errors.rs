//! Failures that are hidden or unexplained, mended by rule: handlers say what they caught, and
//! calls of components say which one failed. What the source does with a failure stays as it is.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{ExceptHandler, ExceptHandlerExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged;

use super::rewrite::{Edit, Work};
use crate::evaluator::source::reading::{effect, is_silent};

/// What an error is called in a handler: the first of these that the source does not use.
const NAMES: &[&str] = &["error", "failure", "caught"];

impl Work<'_> {
    /// Calls of components, in all functions, say which one failed. Those inside a `try` are
    /// somebody's decision already.
    pub(super) fn guards(&mut self, body: &[Stmt]) {
        self.importing(body, "ToolError", |work| {
            each_function(body, &mut |stmts| {
                simple(stmts, false, &mut |stmt| {
                    if let Some(called) = called_in(stmt) {
                        work.guard(stmt, &called);
                    }
                });
            });
        });
    }

    fn guard(&mut self, stmt: &Stmt, called: &str) {
        let (from, to) = (stmt.start().to_usize(), stmt.end().to_usize());
        let (Some(indent), Some(text)) = (
            self.indent(from).map(str::to_owned),
            self.code.get(from..to),
        ) else {
            return;
        };
        // Text over several lines would change with its indent.
        if text.contains("\"\"\"") || text.contains("'''") || text.contains("\\\n") {
            return;
        }
        let inner = text.replace('\n', "\n    ");
        let text = format!(
            "try:\n{indent}    {inner}\n{indent}except ToolError as error:\n{indent}    raise ToolError(\n{indent}        error.code, f\"{called}: {{error.message}}\", retryable=error.retryable\n{indent}    ) from None"
        );
        self.edits.push(Edit { from, to, text });
        self.changes
            .push(format!("an error of `{called}` names it"));
    }

    /// Handlers that catch everything without a name get one, and those that say nothing log what
    /// they caught.
    pub(super) fn handlers(&mut self, body: &[Stmt]) {
        let words: Vec<&str> = self
            .code
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .collect();
        let Some(free) = NAMES.iter().find(|name| !words.contains(name)) else {
            return;
        };
        // Another `log`, as that of `math`, is not to be shadowed.
        let logs = !words.contains(&"log") || imports(body, "log");
        let mut found: Vec<(&ExceptHandlerExceptHandler, String)> = Vec::new();
        each_function_named(body, "", &mut |name, stmts| {
            handlers_of(stmts, &mut |handler| found.push((handler, name.to_owned())));
        });
        for (handler, _) in found.iter().filter(|(h, _)| h.type_.is_none()) {
            let at = handler.start().to_usize();
            let silent = logs && is_silent(handler);
            self.edits.push(Edit {
                from: at,
                to: at + "except".len(),
                text: if silent {
                    format!("except Exception as {free}")
                } else {
                    "except Exception".to_owned()
                },
            });
            self.changes
                .push("a bare `except` no longer catches what ends the program".to_owned());
        }
        if !logs {
            return;
        }
        self.importing(body, "log", |work| {
            for (handler, function) in found.iter().filter(|(h, _)| is_silent(h)) {
                work.tell(handler, function, free);
            }
        });
    }

    /// A first line of a handler that logs what was caught.
    fn tell(&mut self, handler: &ExceptHandlerExceptHandler, function: &str, free: &str) {
        let Some(first) = handler.body.first() else {
            return;
        };
        let start = first.start().to_usize();
        let indent = match (self.indent(start), self.indent(handler.start().to_usize())) {
            (Some(own), _) => own.to_owned(),
            (None, Some(header)) => format!("{header}    "),
            (None, None) => return,
        };
        let name = match (&handler.name, &handler.type_) {
            (Some(name), _) => name.as_str(),
            (None, Some(caught)) => {
                self.insert(caught.end().to_usize(), format!(" as {free}"));
                free
            }
            (None, None) => free,
        };
        let line =
            format!("log(f\"{function} goes on after an error: {{{name}}}\", level=\"warning\")");
        let from = self
            .code
            .get(..start)
            .map_or(start, |before| before.trim_end().len());
        let (to, rest) = match first {
            Stmt::Pass(_) => (first.end().to_usize(), String::new()),
            _ => (start, format!("\n{indent}")),
        };
        self.edits.push(Edit {
            from,
            to,
            text: format!("\n{indent}{line}{rest}"),
        });
        self.changes
            .push(format!("`{function}` logs the errors it goes on after"));
    }

    /// Makes edits that need a name of `tdev`. Where nothing is imported from it by name, there is
    /// no place for one and nothing is done.
    fn importing(&mut self, body: &[Stmt], name: &str, edit: impl FnOnce(&mut Self)) {
        let import = body.iter().find_map(|stmt| match stmt {
            Stmt::ImportFrom(import)
                if import.module.as_ref().is_some_and(|m| m.as_str() == "tdev") =>
            {
                import.names.last()
            }
            _ => None,
        });
        let Some(last) = import else { return };
        let before = self.edits.len();
        edit(self);
        if self.edits.len() > before && !imports(body, name) {
            self.insert(last.end().to_usize(), format!(", {name}"));
        }
    }
}

fn imports(body: &[Stmt], name: &str) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::ImportFrom(import) => {
            import.module.as_ref().is_some_and(|m| m.as_str() == "tdev")
                && import.names.iter().any(|alias| alias.name.as_str() == name)
        }
        _ => false,
    })
}

fn each_function<'a>(body: &'a [Stmt], act: &mut dyn FnMut(&'a [Stmt])) {
    each_function_named(body, "", &mut |_, stmts| act(stmts));
}

/// The functions of a module and of its classes, each with its name.
fn each_function_named<'a>(body: &'a [Stmt], inside: &str, act: &mut dyn FnMut(&str, &'a [Stmt])) {
    for stmt in body {
        match stmt {
            Stmt::FunctionDef(f) => act(&format!("{inside}{}", f.name), &f.body),
            Stmt::ClassDef(c) => {
                each_function_named(&c.body, &format!("{inside}{}.", c.name), act);
            }
            _ => {}
        }
    }
}

/// The blocks inside a statement, and whether its handlers guard them.
fn blocks(stmt: &Stmt) -> Vec<(&[Stmt], bool)> {
    match stmt {
        Stmt::If(branch) => std::iter::once((branch.body.as_slice(), false))
            .chain(
                branch
                    .elif_else_clauses
                    .iter()
                    .map(|other| (other.body.as_slice(), false)),
            )
            .collect(),
        Stmt::For(repeated) => vec![(&repeated.body, false), (&repeated.orelse, false)],
        Stmt::While(repeated) => vec![(&repeated.body, false), (&repeated.orelse, false)],
        Stmt::With(with) => vec![(&with.body, false)],
        Stmt::Match(matched) => matched
            .cases
            .iter()
            .map(|case| (case.body.as_slice(), false))
            .collect(),
        Stmt::Try(tried) => {
            let guarded = !tried.handlers.is_empty();
            let handlers = tried
                .handlers
                .iter()
                .map(|ExceptHandler::ExceptHandler(h)| (h.body.as_slice(), false));
            std::iter::once((tried.body.as_slice(), guarded))
                .chain(handlers)
                .chain([
                    (tried.orelse.as_slice(), false),
                    (tried.finalbody.as_slice(), false),
                ])
                .collect()
        }
        Stmt::FunctionDef(inner) => vec![(&inner.body, false)],
        _ => Vec::new(),
    }
}

/// Statements without blocks of their own, where no `try` stands around them.
fn simple<'a>(body: &'a [Stmt], guarded: bool, act: &mut dyn FnMut(&'a Stmt)) {
    for stmt in body {
        let inner = blocks(stmt);
        if inner.is_empty() && !guarded {
            act(stmt);
        }
        for (block, held) in inner {
            let inside_function = matches!(stmt, Stmt::FunctionDef(_));
            simple(block, held || (guarded && !inside_function), act);
        }
    }
}

fn handlers_of<'a>(body: &'a [Stmt], act: &mut dyn FnMut(&'a ExceptHandlerExceptHandler)) {
    for stmt in body {
        if let Stmt::Try(tried) = stmt {
            for ExceptHandler::ExceptHandler(handler) in &tried.handlers {
                act(handler);
            }
        }
        for (block, _) in blocks(stmt) {
            handlers_of(block, act);
        }
    }
}

/// The first component that a statement calls there and then.
fn called_in(stmt: &Stmt) -> Option<String> {
    let value = match stmt {
        Stmt::Assign(assign) => Some(&*assign.value),
        Stmt::AnnAssign(assign) => assign.value.as_deref(),
        Stmt::AugAssign(assign) => Some(&*assign.value),
        Stmt::Return(returned) => returned.value.as_deref(),
        Stmt::Expr(expr) => Some(&*expr.value),
        _ => None,
    };
    let mut calls = Calls(None);
    calls.visit_expr(value?);
    calls.0
}

struct Calls(Option<String>);

impl<'a> Visitor<'a> for Calls {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            // What is only handed on is called somewhere else.
            Expr::Lambda(_) => return,
            Expr::Call(call) if self.0.is_none() => self.0 = effect(call),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
