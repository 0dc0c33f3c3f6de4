//! What the arguments of a call give an object to decide with.

use ruff_python_ast::Expr;

use super::asks::{self, Asked};
use super::calls::Argument;
use super::objects::{Given, Value};
use super::reading::Reader;
use super::vocabulary as says;

impl<'a> Reader<'_, 'a> {
    /// What arguments give to decide with.
    pub(super) fn given(&self, arguments: &[Argument<'a>]) -> Given {
        let mut given = Given::default();
        for argument in arguments {
            given.join(match argument.keyword {
                Some(keyword) => self.given_by(keyword, argument.expr, &argument.value),
                None => Given {
                    model_name: self
                        .module
                        .text(argument.expr)
                        .is_some_and(says::is_model_name),
                    model_object: argument.value.holds.iter().any(|id| {
                        self.store
                            .objects
                            .get(*id)
                            .is_some_and(|o| o.is_model || asks::answers(o) == Asked::Model)
                    }),
                    ..Given::default()
                },
            });
        }
        given
    }

    /// What one keyword gives to decide with.
    pub(super) fn given_by(&self, keyword: &str, expr: &'a Expr, value: &Value) -> Given {
        let mut given = Given::default();
        let nothing = is_empty(expr);
        if says::names_model(keyword) {
            let off = matches!(expr, Expr::BooleanLiteral(flag) if !flag.value);
            given.no_model = (off || expr.is_none_literal_expr()) && keyword.contains("llm");
            given.model_object =
                !nothing && !off && (!value.holds.is_empty() || is_elsewhere(expr, keyword));
        }
        if self.module.text(expr).is_some_and(says::is_model_name) && keyword != "name" {
            given.model_name = true;
        }
        given.instructed = !nothing && says::instructs(keyword);
        given.described = !nothing && says::describes(keyword);
        given.tools = says::gives_tools(keyword) && !is_texts(expr);
        given
    }

    /// What is given as a model answers, and does not decide.
    pub(super) fn mark_models(&mut self, arguments: &[Argument<'a>]) {
        for argument in arguments {
            if argument
                .keyword
                .is_some_and(|k| says::names_model(k) && k != "service" && k != "client")
            {
                self.store
                    .each(&argument.value.holds, |object| object.is_model = true);
            }
        }
    }
}

impl Reader<'_, '_> {
    /// What an object is equipped with answers, and does not decide.
    pub(super) fn mark_handed_models(&mut self, arguments: &[Argument<'_>]) {
        for argument in arguments {
            let models: std::collections::BTreeSet<usize> = argument
                .value
                .holds
                .iter()
                .copied()
                .filter(|id| {
                    let object = self.store.objects.get(*id);
                    object.is_some_and(|object| asks::answers(object) == Asked::Model)
                })
                .collect();
            self.store.each(&models, |object| object.is_model = true);
        }
    }
}

/// A model handed in from elsewhere: a parameter, a setting.
fn is_elsewhere(expr: &Expr, keyword: &str) -> bool {
    !matches!(keyword, "client" | "service" | "engine" | "generator")
        && matches!(
            expr,
            Expr::Name(_)
                | Expr::Attribute(_)
                | Expr::Call(_)
                | Expr::Subscript(_)
                | Expr::Dict(_)
                | Expr::BoolOp(_)
                | Expr::FString(_)
        )
}

fn is_texts(expr: &Expr) -> bool {
    matches!(expr, Expr::List(list) if !list.elts.is_empty() && list.elts.iter().all(Expr::is_string_literal_expr))
}

pub(super) fn is_empty(expr: &Expr) -> bool {
    match expr {
        Expr::List(list) => list.elts.is_empty(),
        Expr::Tuple(tuple) => tuple.elts.is_empty(),
        Expr::StringLiteral(text) => text.value.is_empty(),
        Expr::NoneLiteral(_) => true,
        _ => false,
    }
}
