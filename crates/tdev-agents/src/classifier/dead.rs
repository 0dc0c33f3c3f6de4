//! What a file defines and never uses: it decides nothing, since it never runs.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Number, Stmt};

/// Private definitions of a module that nothing in it names.
pub(super) struct Unused<'a>(BTreeSet<&'a str>);

impl<'a> Unused<'a> {
    /// Finds them. What is public, or decorated, may be used from outside.
    pub(super) fn of(body: &'a [Stmt]) -> Self {
        let mut private: BTreeMap<&str, Named<'_>> = BTreeMap::new();
        let mut live = Named::default();
        for stmt in body {
            match definition(stmt) {
                Some((name, true)) => private.entry(name).or_default().visit_stmt(stmt),
                _ => live.visit_stmt(stmt),
            }
        }
        let mut live = live.0;
        while let Some(name) = private.keys().copied().find(|name| live.contains(name)) {
            live.extend(private.remove(name).unwrap_or_default().0);
        }
        Self(private.into_keys().collect())
    }

    /// Whether a statement defines one of them.
    pub(super) fn contains(&self, stmt: &Stmt) -> bool {
        definition(stmt).is_some_and(|(name, _)| self.0.contains(name))
    }
}

/// A definition's name, and whether only this file can know of it.
fn definition(stmt: &Stmt) -> Option<(&str, bool)> {
    let (name, decorated) = match stmt {
        Stmt::FunctionDef(function) => (function.name.as_str(), &function.decorator_list),
        Stmt::ClassDef(class) => (class.name.as_str(), &class.decorator_list),
        _ => return None,
    };
    let private = name.starts_with('_') && !name.starts_with("__") && decorated.is_empty();
    Some((name, private))
}

/// Names and attributes read, and texts, by which something may be looked up.
#[derive(Default)]
struct Named<'a>(BTreeSet<&'a str>);

impl<'a> Visitor<'a> for Named<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => drop(self.0.insert(name.id.as_str())),
            Expr::Attribute(attribute) => drop(self.0.insert(attribute.attr.as_str())),
            Expr::StringLiteral(text) => drop(self.0.insert(text.value.to_str())),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Whether a condition is written never to hold: `if False:`, `if 0:`, `if TYPE_CHECKING:`.
pub(super) fn is_never(test: &Expr) -> bool {
    match test {
        Expr::BooleanLiteral(flag) => !flag.value,
        Expr::NumberLiteral(number) => {
            matches!(&number.value, Number::Int(int) if int.as_u8() == Some(0))
        }
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}
