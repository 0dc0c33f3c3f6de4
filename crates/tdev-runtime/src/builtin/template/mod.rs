//! A small template language in Jinja's spelling, bounded by construction.
//!
//! It has output (`{{ order.total | round(2) }}`), conditions (`{% if %}`, `elif`, `else`), loops
//! (`{% for item in items %}`, `{% for key, value in object %}`) and comments (`{# #}`). It has no
//! variables to set, no macros, no captured blocks and no access to anything but the values given:
//! without those nothing can grow by feeding on itself, so that counting steps and bytes bounds
//! every template, whoever wrote it. A line break right after a block tag is dropped.

mod expression;
mod filter;
mod parse;
mod render;

use tdev_core::{Code, Error};

use expression::Expression;

pub(super) use parse::parse;
pub(super) use render::render;

/// One piece of a template.
pub(super) enum Node {
    Text(String),
    Output(Expression, usize),
    If(Vec<(Expression, Vec<Node>)>, Vec<Node>, usize),
    For(Loop),
}

/// A loop over a list or an object.
pub(super) struct Loop {
    item: String,
    /// The second name of `for key, value in …`.
    value: Option<String>,
    over: Expression,
    body: Vec<Node>,
    otherwise: Vec<Node>,
    line: usize,
}

fn fault(line: usize, message: impl std::fmt::Display) -> Error {
    Error::new(
        Code::InvalidInput,
        format!("line {line} of the template: {message}"),
    )
    .field("template")
}
