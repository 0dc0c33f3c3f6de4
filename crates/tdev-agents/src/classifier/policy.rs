//! Policies that are learnt: what chooses by values it moves toward what came of its choices.
//! Nothing of it is a language model, and yet it decides (a bandit, a table of a learner).

use std::collections::BTreeSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Operator, Stmt};

use super::minds::Mind;
use super::module::Module;

/// The classes, or the module's own tables, by which something is chosen and that are learnt.
pub(super) fn learned(module: &Module<'_>) -> Vec<Mind> {
    let mut found = Vec::new();
    let mut loose = Learning::default();
    for stmt in module.body {
        let Stmt::ClassDef(class) = stmt else {
            loose.visit_stmt(stmt);
            continue;
        };
        let mut learning = Learning::default();
        learning.visit_body(&class.body);
        if learning.is_policy() {
            found.push(Mind {
                line: module.lines.of(&class.name),
                what: class.name.to_string(),
            });
        }
    }
    if loose.is_policy()
        && let Some(table) = loose.table()
    {
        let line = module
            .constant(table)
            .map_or(1, |value| module.lines.of(value));
        found.push(Mind {
            line,
            what: table.to_owned(),
        });
    }
    found
}

/// What one walk finds: tables moved toward outcomes, and tables chosen by.
#[derive(Default)]
struct Learning<'a> {
    moved: BTreeSet<&'a str>,
    chosen_by: BTreeSet<&'a str>,
    /// Whether it tries what it does not know yet, or speaks of rewards.
    explores: bool,
}

impl<'a> Learning<'a> {
    fn table(&self) -> Option<&'a str> {
        self.moved.intersection(&self.chosen_by).next().copied()
    }

    fn is_policy(&self) -> bool {
        self.explores && self.table().is_some()
    }

    /// `table[choice] += rate * (outcome - table[choice])`, in any of its spellings.
    fn update(&mut self, target: &'a Expr, value: &'a Expr, added: bool) {
        let Expr::Subscript(_) = target else { return };
        let Some(table) = table_of(target) else {
            return;
        };
        let mut said = Said::default();
        said.visit_expr(value);
        let toward = said.taken_off.contains(table);
        let rewarded = said.names.iter().any(|name| is_outcome(name));
        let moves = added && (toward || rewarded)
            || said.names.contains(table) && (toward || rewarded) && value.is_bin_op_expr();
        if moves {
            self.moved.insert(table);
            self.explores |= rewarded;
        }
    }

    fn choice(&mut self, call: &'a ExprCall) {
        let name = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return,
        };
        let lower = name.to_ascii_lowercase();
        self.explores |= lower.contains("random")
            || matches!(
                lower.as_str(),
                "choice" | "choices" | "sample" | "betavariate" | "beta"
            );
        if !matches!(
            lower.as_str(),
            "max" | "argmax" | "argmin" | "min" | "choices" | "choice" | "softmax"
        ) {
            return;
        }
        let mut said = Said::default();
        for expr in &call.arguments.args {
            said.visit_expr(expr);
        }
        for keyword in &call.arguments.keywords {
            said.visit_expr(&keyword.value);
        }
        // `values[state].argmax()` chooses too.
        if let Expr::Attribute(attribute) = &*call.func
            && matches!(name, "argmax" | "argmin")
        {
            said.visit_expr(&attribute.value);
        }
        self.chosen_by.extend(said.names);
    }
}

fn is_outcome(name: &str) -> bool {
    let said = name.to_ascii_lowercase();
    ["reward", "payoff", "regret", "td_error", "advantage"]
        .iter()
        .any(|word| said.contains(word))
}

/// The name a table goes by: the attribute of `self`, or the plain name.
fn table_of(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Subscript(subscript) => table_of(&subscript.value),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        Expr::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}

impl<'a> Visitor<'a> for Learning<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::AugAssign(assign) if matches!(assign.op, Operator::Add) => {
                self.update(&assign.target, &assign.value, true);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.update(target, &assign.value, false);
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.choice(call);
        }
        walk_expr(self, expr);
    }
}

/// Names an expression speaks of, and those that are taken off something in it.
#[derive(Default)]
struct Said<'a> {
    names: BTreeSet<&'a str>,
    taken_off: BTreeSet<&'a str>,
}

impl<'a> Visitor<'a> for Said<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => drop(self.names.insert(name.id.as_str())),
            Expr::Attribute(attribute) => drop(self.names.insert(attribute.attr.as_str())),
            Expr::BinOp(both) if matches!(both.op, Operator::Sub) => {
                let mut off = Said::default();
                off.visit_expr(&both.right);
                self.taken_off.extend(off.names);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}
