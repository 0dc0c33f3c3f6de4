//! Names that stand for agents: variables, lists of them, and functions that build one.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, Stmt};

use super::frameworks::{Role, role_of};
use super::module::Module;

/// Whether a body builds an agent.
pub(super) fn builds_agent(body: &[Stmt], module: &Module<'_>) -> bool {
    let mut inside = Inside {
        module,
        found: false,
    };
    inside.visit_body(body);
    inside.found
}

struct Inside<'m, 'a> {
    module: &'m Module<'a>,
    found: bool,
}

impl<'a> Visitor<'a> for Inside<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && let Some(dotted) = self.module.dotted(&call.func)
            && role_of(&dotted, call, self.module) == Some(Role::Brain)
        {
            self.found = true;
        }
        walk_expr(self, expr);
    }
}

/// A name that can be followed: a variable, or an attribute of one.
pub(super) fn key_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(base) if base.id.as_str() == "self" => {
                Some(format!("self.{}", attribute.attr))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether nothing is in a list.
pub(super) fn is_empty(expr: &Expr) -> bool {
    match expr {
        Expr::List(list) => list.elts.is_empty(),
        Expr::Tuple(tuple) => tuple.elts.is_empty(),
        Expr::NoneLiteral(_) => true,
        _ => false,
    }
}

/// Names that stand in a list, or are called in it.
pub(super) fn names_in(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::List(list) => list
            .elts
            .iter()
            .filter_map(|element| match element {
                Expr::Call(call) => key_of(&call.func),
                other => key_of(other),
            })
            .collect(),
        Expr::BinOp(sum) => names_in(&sum.left)
            .into_iter()
            .chain(names_in(&sum.right))
            .collect(),
        other => key_of(other).into_iter().collect(),
    }
}
