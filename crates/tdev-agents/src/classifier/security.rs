//! A static check of source that nobody has read yet: generated code, before it is registered.
//! The sandbox is the boundary; this keeps out what has no business in a component at all, and
//! tells its author the line.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_interpolated_string_element, walk_stmt};
use ruff_python_ast::{Expr, ExprContext, InterpolatedStringElement, Stmt};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tdev_core::{Code, Error, Result};

use super::allowed::{BY_NAME, DYNAMIC, HARMLESS, IMPURE, INNARDS, PURE, secret_in};
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

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let line = self.lines.of(stmt);
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let module = alias.name.as_str();
                    if self.import(module, line) {
                        self.modules.insert(
                            alias.asname.as_ref().map_or(module, |name| name.as_str()),
                            module,
                        );
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
                    } else if self.import(module, line) && is_impure(module, name) {
                        self.find(line, "import", format!("`{module}.{name}` is not pure"));
                    }
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let line = self.lines.of(expr);
        match expr {
            Expr::Name(name)
                if name.ctx == ExprContext::Load && DYNAMIC.contains(&name.id.as_str()) =>
            {
                self.find(
                    line,
                    "dynamic-code",
                    format!("`{}` is not allowed", name.id),
                );
            }
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                let dunder =
                    name.starts_with("__") && name.ends_with("__") && !HARMLESS.contains(&name);
                if dunder || INNARDS.contains(&name) {
                    self.find(
                        line,
                        "introspection",
                        format!("`.{name}` reaches behind an object"),
                    );
                }
                if let Expr::Name(module) = &*attribute.value
                    && let Some(path) = self.modules.get(module.id.as_str())
                    && (is_impure(path, name) || *path == "tdev" && name == "effects")
                {
                    let message = format!("`{path}.{name}` is not pure");
                    self.find(line, "import", message);
                }
            }
            Expr::Call(call) => {
                let called = match &*call.func {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(attribute) => attribute.attr.as_str(),
                    _ => "",
                };
                if BY_NAME.contains(&called) {
                    let position = if called.ends_with("attr") { 1 } else { 0 };
                    match call.arguments.args.get(position) {
                        Some(Expr::StringLiteral(name)) if !name.value.to_str().contains("__") => {}
                        Some(Expr::StringLiteral(_)) => {
                            self.find(
                                line,
                                "introspection",
                                format!("`{called}` of a double-underscore attribute"),
                            );
                        }
                        _ => self.find(
                            line,
                            "introspection",
                            format!("`{called}` of a name that is computed"),
                        ),
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
