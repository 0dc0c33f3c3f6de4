//! JSONata expressions (`{% … %}`) with the functions AWS adds to the language.

mod convert;
mod expression;
mod functions;
mod survey;
mod top_level;
mod wording;

pub(crate) use expression::{Expression, Unanswered, World};

/// The text between `{%` and `%}`, if `text` is an expression.
pub(crate) fn expression_text(text: &str) -> Option<&str> {
    Some(text.strip_prefix("{%")?.strip_suffix("%}")?.trim())
}
