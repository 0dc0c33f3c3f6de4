//! A static check of source that nobody has read yet: generated code, before it is registered.
//! The sandbox is the boundary; this keeps out what has no business in a component at all, and
//! tells its author the line.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{
    Visitor, walk_expr, walk_interpolated_string_element, walk_keyword, walk_pattern_keyword,
    walk_stmt,
};
use ruff_python_ast::{
    Expr, ExprAttribute, ExprCall, ExprContext, InterpolatedStringElement, Keyword, PatternKeyword,
    Stmt,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tdev_core::{Code, Error, Result};

use super::allowed::{BORROWED, BY_NAME, DYNAMIC, HARMLESS, IMPURE, INNARDS, OWN, PURE};
use super::credentials::{secret_by_name, secret_in};
use super::source::{Lines, parse};

/// Something in the source that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// 1-based line.
    pub line: u32,
    /// `import`, `dynamic-code`, `introspection` or `secret`.
    pub rule: String,
    /// What stands there and why it is not allowed.
    pub message: String,
}

/// Every finding in a source, by line. An empty list means nothing was found, not that the code
/// is safe to run outside the sandbox.
///
/// # Errors
/// `InvalidComponent` where it does not parse.
pub fn check_source(code: &str) -> Result<Vec<Finding>> {
    let (tree, lines) = parse(code)?;
    let mut walk = Walk {
        lines: &lines,
        modules: BTreeMap::new(),
        found: Vec::new(),
    };
    walk.visit_body(&tree.body);
    walk.found
        .sort_by(|a, b| (a.line, &a.message).cmp(&(b.line, &b.message)));
    walk.found.dedup();
    Ok(walk.found)
}

/// Refuses a source with findings.
///
/// # Errors
/// `InvalidComponent` naming the first, with all of them in `details.findings`.
pub fn enforce_source(code: &str) -> Result<()> {
    let findings = check_source(code)?;
    let Some(first) = findings.first() else {
        return Ok(());
    };
    let more = match findings.len() {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    Err(Error::new(Code::InvalidComponent, format!("line {}: {}{more}", first.line, first.message))
        .field("code")
        .hint("a component computes with pure modules and asks `tdev` for effects: `call_tool`, `call_agent`, `llm`, `secret`")
        .details(json!({"findings": findings})))
}

struct Walk<'l, 'a> {
    lines: &'l Lines<'l>,
    /// Names bound to imported modules.
    modules: BTreeMap<&'a str, &'a str>,
    found: Vec<Finding>,
}

impl<'a> Walk<'_, 'a> {
    fn find(&mut self, line: u32, rule: &str, message: String) {
        self.found.push(Finding {
            line,
            rule: rule.to_owned(),
            message,
        });
    }

    fn import(&mut self, module: &str, line: u32) -> bool {
        let pure = PURE.contains(&module);
        if !pure {
            self.find(
                line,
                "import",
                format!("`{module}` is not a module a component may import"),
            );
        }
        pure
    }

    fn text(&mut self, text: &str, line: u32) {
        // A format string reaches attributes without any call: `"{0.__class__}".format(x)`.
        if text.contains(".__") || text.contains("[__") {
            self.find(
                line,
                "introspection",
                "text that reaches a double-underscore attribute".into(),
            );
        } else if is_dunder(text) && !OWN.contains(&text) && !HARMLESS.contains(&text) {
            self.find(
                line,
                "introspection",
                format!("text that names `{text}`, which no component looks at"),
            );
        }
        if let Some(kind) = secret_in(text) {
            self.find(
                line,
                "secret",
                format!("{kind} stands in the source; ask for it with `secret(\"NAME\")`"),
            );
        }
    }
}

impl<'a> Walk<'_, 'a> {
    /// A string given to a name that says what it is.
    fn given(&mut self, name: &str, value: &Expr) {
        if let Expr::StringLiteral(text) = value
            && secret_in(text.value.to_str()).is_none()
            && secret_by_name(name, text.value.to_str())
        {
            let line = self.lines.of(value);
            self.find(
                line,
                "secret",
                format!("what `{name}` is given looks like a credential; ask for it with `secret(\"NAME\")`"),
            );
        }
    }

    /// An attribute of a module, or of something in it, that leads out of it.
    fn borrowed(&mut self, attribute: &'a ExprAttribute, line: u32) {
        let mut root = &*attribute.value;
        while let Expr::Attribute(inner) = root {
            root = &inner.value;
        }
        let name = attribute.attr.as_str();
        let Expr::Name(module) = root else { return };
        let Some(path) = self.modules.get(module.id.as_str()).copied() else {
            return;
        };
        let direct = attribute.value.is_name_expr();
        let whole = format!("{path}.{name}");
        if PURE.contains(&whole.as_str()) {
            return;
        }
        let innards = name.starts_with('_') && !is_dunder(name);
        if innards || BORROWED.contains(&name) {
            self.find(
                line,
                "import",
                format!("`{name}` of `{path}` is not for others"),
            );
        } else if direct && (is_impure(path, name) || path == "tdev" && name == "effects") {
            self.find(line, "import", format!("`{path}.{name}` is not pure"));
        }
    }

    /// What is reached by a name given as text, and text filled in that is itself computed.
    fn call(&mut self, call: &'a ExprCall, line: u32) {
        let called = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => "",
        };
        if let Expr::Attribute(attribute) = &*call.func
            && matches!(called, "format" | "format_map")
            && matches!(
                &*attribute.value,
                Expr::BinOp(_) | Expr::Call(_) | Expr::FString(_)
            )
        {
            self.find(
                line,
                "introspection",
                format!("`{called}` of text that is computed can reach any attribute"),
            );
        }
        if !BY_NAME.contains(&called) {
            return;
        }
        let position = if called.ends_with("attr") { 1 } else { 0 };
        match call.arguments.args.get(position) {
            Some(Expr::StringLiteral(name)) if !name.value.to_str().contains("__") => {}
            Some(Expr::StringLiteral(_)) => self.find(
                line,
                "introspection",
                format!("`{called}` of a double-underscore attribute"),
            ),
            _ => self.find(
                line,
                "introspection",
                format!("`{called}` of a name that is computed"),
            ),
        }
    }

    /// The function of a call, which may be one that is not to be handed on.
    fn callee(&mut self, func: &'a Expr) {
        match func {
            Expr::Name(name) if BY_NAME.contains(&name.id.as_str()) => {}
            Expr::Attribute(attribute) if BY_NAME.contains(&attribute.attr.as_str()) => {
                self.visit_expr(&attribute.value);
            }
            _ => self.visit_expr(func),
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let line = self.lines.of(stmt);
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let module = alias.name.as_str();
                    if self.import(module, line) {
                        // `import urllib.parse` binds `urllib`.
                        let bound = module.split('.').next().unwrap_or(module);
                        match &alias.asname {
                            Some(name) => self.modules.insert(name.as_str(), module),
                            None => self.modules.insert(bound, bound),
                        };
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                if import.level > 0 {
                    self.find(
                        line,
                        "import",
                        "a component is one file and imports nothing beside it".into(),
                    );
                    return;
                }
                for alias in &import.names {
                    let name = alias.name.as_str();
                    // `from urllib import parse` and `from collections import abc` name modules.
                    let whole = format!("{module}.{name}");
                    if PURE.contains(&whole.as_str()) {
                        continue;
                    }
                    if name == "*" {
                        self.find(
                            line,
                            "import",
                            format!("`from {module} import *` hides what is imported"),
                        );
                    } else if self.import(module, line)
                        && (is_impure(module, name)
                            || BORROWED.contains(&name)
                            || name.starts_with('_'))
                    {
                        self.find(line, "import", format!("`{module}.{name}` is not pure"));
                    } else if BY_NAME.contains(&name) && alias.asname.is_some() {
                        self.find(
                            line,
                            "introspection",
                            format!("`{name}` under another name"),
                        );
                    }
                }
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    if let Expr::Name(name) = target {
                        self.given(name.id.as_str(), &assign.value);
                        // A module under another name is still that module.
                        if let Expr::Name(value) = &*assign.value
                            && let Some(path) = self.modules.get(value.id.as_str()).copied()
                        {
                            self.modules.insert(name.id.as_str(), path);
                        }
                    }
                }
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_keyword(&mut self, keyword: &'a Keyword) {
        if let Some(name) = &keyword.arg {
            self.given(name.as_str(), &keyword.value);
        }
        walk_keyword(self, keyword);
    }

    fn visit_pattern_keyword(&mut self, keyword: &'a PatternKeyword) {
        let name = keyword.attr.as_str();
        if is_dunder(name) || INNARDS.contains(&name) {
            let line = self.lines.of(keyword);
            self.find(
                line,
                "introspection",
                format!("a pattern that looks at `.{name}`"),
            );
        }
        walk_pattern_keyword(self, keyword);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let line = self.lines.of(expr);
        match expr {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                let name = name.id.as_str();
                if DYNAMIC.contains(&name) || is_dunder(name) && !OWN.contains(&name) {
                    self.find(line, "dynamic-code", format!("`{name}` is not allowed"));
                } else if BY_NAME.contains(&name) {
                    self.find(line, "introspection", format!("`{name}` handed on"));
                }
            }
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                if is_dunder(name) && !HARMLESS.contains(&name) || INNARDS.contains(&name) {
                    self.find(
                        line,
                        "introspection",
                        format!("`.{name}` reaches behind an object"),
                    );
                } else if matches!(name, "attrgetter" | "methodcaller") {
                    self.find(line, "introspection", format!("`{name}` handed on"));
                }
                self.borrowed(attribute, line);
            }
            Expr::Call(call) => {
                self.call(call, line);
                self.callee(&call.func);
                self.visit_arguments(&call.arguments);
                return;
            }
            Expr::Dict(dict) => {
                for item in &dict.items {
                    if let Some(Expr::StringLiteral(key)) = &item.key {
                        self.given(key.value.to_str(), &item.value);
                    }
                }
            }
            Expr::StringLiteral(text) => self.text(text.value.to_str(), line),
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_interpolated_string_element(&mut self, piece: &'a InterpolatedStringElement) {
        if let Some(literal) = piece.as_literal() {
            let line = self.lines.of(literal);
            self.text(&literal.value, line);
        }
        walk_interpolated_string_element(self, piece);
    }
}

fn is_impure(module: &str, name: &str) -> bool {
    IMPURE
        .iter()
        .any(|(known, names)| *known == module && names.contains(&name))
}

/// Whether a name stands between double underscores.
fn is_dunder(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__") && !name.contains(' ')
}
