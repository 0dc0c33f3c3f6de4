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
    /// The mends that found a place.
    pub(super) done: Vec<Mend>,
}

/// A piece of text that is put in place of another.
pub(super) struct Edit {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) text: String,
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
        done: Vec::new(),
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
    let mut done = Vec::new();
    for mend in mends {
        let before = work.edits.len();
        match (mend, entry, run) {
            (Mend::Docstring, Stmt::ClassDef(class), _) => work.docstring(&class.body),
            (Mend::Docstring, Stmt::FunctionDef(function), _) => work.docstring(&function.body),
            (Mend::Types, _, Some(run)) => work.types(run),
            (Mend::Errors, _, _) => work.guards(body),
            (Mend::Hidden, _, _) => work.handlers(body),
            _ => {}
        }
        if work.edits.len() > before {
            done.push(*mend);
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
        done,
    })
}

fn named(stmt: &Stmt) -> Option<&str> {
    match stmt {
        Stmt::ClassDef(class) => Some(class.name.as_str()),
        Stmt::FunctionDef(function) => Some(function.name.as_str()),
        _ => None,
    }
}

pub(super) struct Work<'a> {
    pub(super) code: &'a str,
    component: &'a Component,
    pub(super) edits: Vec<Edit>,
    pub(super) changes: Vec<String>,
}

impl Work<'_> {
    pub(super) fn insert(&mut self, at: usize, text: String) {
        self.edits.push(Edit {
            from: at,
            to: at,
            text,
        });
    }

    /// The white space before a place, from the start of its line; none where something else
    /// stands there.
    pub(super) fn indent(&self, at: usize) -> Option<&str> {
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
}
