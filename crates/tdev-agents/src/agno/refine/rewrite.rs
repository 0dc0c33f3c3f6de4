//! Source rewritten by rule: text is put in at places the parser names, and nothing else moves.

use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use ruff_python_parser::parse_module;
use ruff_text_size::Ranged;
use tdev_core::Result;
use tdev_core::component::Component;

use super::super::literal::{annotation, one_line};
use super::wishes::Mend;
use crate::classifier::classify;

/// Source, and what was done to it.
pub(super) struct Rewritten {
    pub(super) code: String,
    pub(super) changes: Vec<String>,
}

/// A piece of text that is put in place of another.
struct Edit {
    from: usize,
    to: usize,
    text: String,
}

/// Does what can be done by rule of what is asked for.
///
/// # Errors
/// `InvalidComponent` where the source does not parse.
pub(super) fn apply(code: &str, component: &Component, mends: &[Mend]) -> Result<Rewritten> {
    // Bounds what is parsed, and says where it does not.
    classify(code, component.path.as_deref())?;
    let same = || Rewritten {
        code: code.to_owned(),
        changes: Vec::new(),
    };
    let Ok(parsed) = parse_module(code) else {
        return Ok(same());
    };
    let body = &parsed.syntax().body;
    let Some(entry) = body.iter().find(|s| named(s) == Some(component.entry())) else {
        return Ok(same());
    };
    let mut work = Work {
        code,
        component,
        edits: Vec::new(),
        changes: Vec::new(),
    };
    let run = match entry {
        Stmt::FunctionDef(function) => Some(function),
        Stmt::ClassDef(class) => class.body.iter().find_map(|s| match s {
            Stmt::FunctionDef(f) if matches!(f.name.as_str(), "run" | "__call__") => Some(f),
            _ => None,
        }),
        _ => None,
    };
    if mends.contains(&Mend::Docstring) {
        match entry {
            Stmt::ClassDef(class) => work.docstring(&class.body),
            Stmt::FunctionDef(function) => work.docstring(&function.body),
            _ => {}
        }
    }
    if let Some(run) = run {
        if mends.contains(&Mend::Types) {
            work.types(run);
        }
        if mends.contains(&Mend::Errors) {
            let before = work.edits.len();
            work.errors(&run.body);
            if work.edits.len() > before {
                work.import(body, "ToolError");
            }
        }
    }
    let mut rewritten = work.code.to_owned();
    work.edits.sort_by_key(|edit| std::cmp::Reverse(edit.from));
    for edit in &work.edits {
        rewritten.replace_range(edit.from..edit.to, &edit.text);
    }
    // What a rule makes of source is source, or it is not done.
    if parse_module(&rewritten).is_err() {
        return Ok(same());
    }
    Ok(Rewritten {
        code: rewritten,
        changes: work.changes,
    })
}

fn named(stmt: &Stmt) -> Option<&str> {
    match stmt {
        Stmt::ClassDef(class) => Some(class.name.as_str()),
        Stmt::FunctionDef(function) => Some(function.name.as_str()),
        _ => None,
    }
}

struct Work<'a> {
    code: &'a str,
    component: &'a Component,
    edits: Vec<Edit>,
    changes: Vec<String>,
}

impl Work<'_> {
    fn insert(&mut self, at: usize, text: String) {
        self.edits.push(Edit {
            from: at,
            to: at,
            text,
        });
    }

    /// The white space before a place, from the start of its line; none where something else
    /// stands there.
    fn indent(&self, at: usize) -> Option<&str> {
        let before = self.code.get(..at)?;
        let start = before.rfind('\n').map_or(0, |n| n + 1);
        let lead = before.get(start..)?;
        lead.chars().all(|c| c == ' ' || c == '\t').then_some(lead)
    }

    fn docstring(&mut self, body: &[Stmt]) {
        let Some(first) = body.first() else { return };
        let has = matches!(first, Stmt::Expr(e) if matches!(&*e.value, Expr::StringLiteral(_)));
        let text = one_line(&self.component.description);
        // A body on its header's line has no place for one.
        let at = match first {
            Stmt::FunctionDef(f) => f
                .decorator_list
                .first()
                .map_or(first.start(), Ranged::start),
            Stmt::ClassDef(c) => c
                .decorator_list
                .first()
                .map_or(first.start(), Ranged::start),
            _ => first.start(),
        }
        .to_usize();
        let Some(indent) = self.indent(at).map(str::to_owned) else {
            return;
        };
        if has || text.is_empty() {
            return;
        }
        let gap = if matches!(first, Stmt::FunctionDef(_)) {
            "\n"
        } else {
            ""
        };
        self.insert(at, format!("\"\"\"{text}\"\"\"\n{gap}{indent}"));
        self.changes
            .push("a docstring from its description".to_owned());
    }

    fn types(&mut self, run: &StmtFunctionDef) {
        let mut named = Vec::new();
        for parameter in run.parameters.iter_non_variadic_params() {
            let name = parameter.parameter.name.as_str();
            if parameter.parameter.annotation.is_some() || name == "self" {
                continue;
            }
            let Some(field) = self.component.input_schema.field(name) else {
                continue;
            };
            let kind = annotation(&tdev_core::schema::Field {
                required: true,
                ..field
            });
            if kind != "object" {
                let at = parameter.parameter.name.end().to_usize();
                match &parameter.default {
                    // `most=100` becomes `most: int = 100`.
                    Some(default) => self.edits.push(Edit {
                        from: at,
                        to: default.start().to_usize(),
                        text: format!(": {kind} = "),
                    }),
                    None => self.insert(at, format!(": {kind}")),
                }
                named.push(name.to_owned());
            }
        }
        if !named.is_empty() {
            self.changes
                .push(format!("types of {}", named.join(" and ")));
        }
        if run.returns.is_none() && self.component.output_schema.is_described() {
            self.insert(run.parameters.end().to_usize(), " -> dict".to_owned());
            self.changes.push("the type of what it returns".to_owned());
        }
    }

    /// Calls of components say which one failed.
    fn errors(&mut self, body: &[Stmt]) {
        for stmt in body {
            let value = match stmt {
                Stmt::Assign(assign) => Some(&*assign.value),
                Stmt::Return(returned) => returned.value.as_deref(),
                Stmt::Expr(expr) => Some(&*expr.value),
                Stmt::If(branch) => {
                    self.errors(&branch.body);
                    for other in &branch.elif_else_clauses {
                        self.errors(&other.body);
                    }
                    None
                }
                Stmt::For(repeated) => {
                    self.errors(&repeated.body);
                    None
                }
                _ => None,
            };
            if let Some(callee) = value.and_then(component_called) {
                self.guard(stmt, &callee);
            }
        }
    }

    fn guard(&mut self, stmt: &Stmt, callee: &str) {
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
            "try:\n{indent}    {inner}\n{indent}except ToolError as error:\n{indent}    raise ToolError(\n{indent}        error.code, f\"{callee}: {{error.message}}\", retryable=error.retryable\n{indent}    ) from None"
        );
        self.edits.push(Edit { from, to, text });
        self.changes
            .push(format!("an error of `{callee}` names it"));
    }

    /// Adds a name to the import from `tdev`.
    fn import(&mut self, body: &[Stmt], name: &str) {
        for stmt in body {
            if let Stmt::ImportFrom(import) = stmt
                && import.module.as_ref().is_some_and(|m| m.as_str() == "tdev")
                && let Some(last) = import.names.last()
            {
                if import.names.iter().all(|alias| alias.name.as_str() != name) {
                    self.insert(last.end().to_usize(), format!(", {name}"));
                }
                return;
            }
        }
        // `import tdev` and its like: without a place to name it, nothing is guarded.
        self.edits.clear();
        self.changes.clear();
    }
}

/// The component a call names, where the whole expression is that call.
fn component_called(value: &Expr) -> Option<String> {
    let Expr::Call(call) = value else { return None };
    let Expr::Name(function) = &*call.func else {
        return None;
    };
    if !matches!(function.id.as_str(), "call_tool" | "call_agent") {
        return None;
    }
    match call.arguments.args.first()? {
        Expr::StringLiteral(name) => {
            let name = name.value.to_str();
            name.chars()
                .all(|c| c.is_ascii_alphanumeric())
                .then(|| name.to_owned())
        }
        _ => None,
    }
}
