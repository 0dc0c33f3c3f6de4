//! Where agents' answers go: one agent's answer in another's question makes them a team.

use std::collections::BTreeSet;

use ruff_python_ast::Expr;
use ruff_python_ast::visitor::{Visitor, walk_expr};

use super::assembly::Walk;
use super::naming::key_of;

/// The brains whose answers flow into an expression, and the line where one's answer is given to
/// another.
pub(super) fn follow<'a>(walk: &Walk<'_, 'a>, expr: &'a Expr) -> (BTreeSet<usize>, Option<u32>) {
    let mut flow = Flow {
        walk,
        brains: BTreeSet::new(),
        chained: None,
    };
    flow.visit_expr(expr);
    (flow.brains, flow.chained)
}

/// Follows answers through one expression.
struct Flow<'w, 'm, 'a> {
    walk: &'w Walk<'m, 'a>,
    brains: BTreeSet<usize>,
    chained: Option<u32>,
}

impl<'a> Visitor<'a> for Flow<'_, '_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Some(taint) = key_of(expr).and_then(|name| self.walk.taint.get(&name)) {
            self.brains.extend(taint);
        }
        if let Expr::Call(call) = expr
            && let Some(runner) = self.walk.runs(call)
        {
            let mut given = Flow {
                walk: self.walk,
                brains: BTreeSet::new(),
                chained: None,
            };
            given.visit_arguments(&call.arguments);
            if given.brains.iter().any(|brain| *brain != runner) {
                self.chained = Some(self.walk.module.lines.of(call));
            }
            self.chained = self.chained.or(given.chained);
            self.brains.extend(given.brains);
            self.brains.insert(runner);
            return;
        }
        walk_expr(self, expr);
    }
}
