//! Payload templates of both languages: compiled once, evaluated into new JSON.

mod compile;
mod env;

pub(crate) use compile::{Language, compile, expression, intrinsic_or_path, path};
pub(crate) use env::{Env, wrong_type};

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::Json;
use crate::failure::Failure;
use crate::intrinsic::Call;
use crate::jsonata::Expression;
use crate::path::Path;

/// A compiled payload. Parts in which nothing is computed are kept as one constant.
#[derive(Debug, Clone)]
pub(crate) enum Template {
    Constant(Json),
    Object(Vec<(String, Template)>),
    Array(Vec<Template>),
    /// A path, and the field it stands in, for causes.
    Path(Path, String),
    Intrinsic(Call),
    /// An expression, and where it stands, for causes.
    Expression(Expression, String),
}

impl Template {
    /// The value, shared where the template only passes one on.
    pub(crate) fn eval(&self, env: &Env<'_>) -> Result<Json, Failure> {
        match self {
            Self::Constant(value) => Ok(Arc::clone(value)),
            Self::Path(path, field) => {
                env.not_of_nothing(path)?;
                match env.whole(path) {
                    Some(value) => Ok(value),
                    None => Ok(Arc::new(env.field(path, field)?.into_owned())),
                }
            }
            Self::Expression(expression, location) => match env.whole_answer(expression) {
                Some(value) => Ok(value),
                None => Ok(Arc::new(env.ask(expression, location)?)),
            },
            other => other.build(env).map(Arc::new),
        }
    }

    /// The value as a new tree.
    fn build(&self, env: &Env<'_>) -> Result<Value, Failure> {
        Ok(match self {
            Self::Constant(value) => Value::clone(value),
            Self::Path(path, field) => env.field(path, field).map(Cow::into_owned)?,
            Self::Intrinsic(call) => call.run(env)?,
            Self::Expression(expression, location) => env.ask(expression, location)?,
            Self::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| item.build(env))
                    .collect::<Result<_, _>>()?,
            ),
            Self::Object(fields) => {
                let mut map = Map::with_capacity(fields.len());
                for (name, template) in fields {
                    map.insert(name.clone(), template.build(env)?);
                }
                Value::Object(map)
            }
        })
    }
}
