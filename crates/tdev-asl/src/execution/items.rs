//! The items of a Map: found, batched, and the numbers that govern their run.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::frame::Tolerance;
use crate::Json;
use crate::definition::{Amount, Batcher, Items, MapState, SECONDS, Selection};
use crate::failure::Failure;
use crate::jsonata::Expression;
use crate::path::Path;
use crate::template::{Env, Template, wrong_type};

/// The items as shared values.
pub(super) fn find(items: &Items, env: &Env<'_>) -> Result<Vec<Json>, Failure> {
    let (value, text) = match items {
        Items::Template(template) => {
            let value = template.eval(env)?;
            if let (Template::Expression(expression, location), false) =
                (template, value.is_array())
            {
                return Err(wrong_type(expression, location, "array", &value));
            }
            (value, "$".to_owned())
        }
        Items::Path(selection) => {
            let text = match selection {
                Selection::Path(path) => path.text.clone(),
                _ => "$".to_owned(),
            };
            (selection.select(env)?, text)
        }
    };
    split(value)
        .map_err(|_| Failure::runtime(format!("Reference path \"{text}\" must point to array.")))
}

/// The elements of an array.
pub(super) fn split(value: Json) -> Result<Vec<Json>, Json> {
    match Arc::try_unwrap(value) {
        Ok(Value::Array(items)) => Ok(items.into_iter().map(Arc::new).collect()),
        Ok(other) => Err(Arc::new(other)),
        Err(shared) => match &*shared {
            Value::Array(items) => Ok(items.iter().cloned().map(Arc::new).collect()),
            _ => Err(shared),
        },
    }
}

/// Groups items, already selected, into the inputs of the iterations.
pub(super) fn batch(
    batcher: &Batcher,
    items: Vec<Json>,
    env: &Env<'_>,
) -> Result<Vec<Json>, Failure> {
    let max_items = batcher
        .max_items
        .as_ref()
        .map(|a| a.count("MaxItemsPerBatch", env))
        .transpose()?
        .filter(|n| *n > 0);
    let max_bytes = batcher
        .max_bytes
        .as_ref()
        .map(|a| a.count("MaxInputBytesPerBatch", env))
        .transpose()?
        .filter(|n| *n > 0);
    let shared = batcher.input.as_ref().map(|t| t.eval(env)).transpose()?;
    let mut batches = Vec::new();
    let mut batch: Vec<Value> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = if max_bytes.is_some() {
            item.to_string().len() + 1
        } else {
            0
        };
        let full = max_items.is_some_and(|most| batch.len() >= most)
            || max_bytes.is_some_and(|most| bytes + size > most);
        if full && !batch.is_empty() {
            batches.push(close(shared.as_ref(), std::mem::take(&mut batch)));
            bytes = 0;
        }
        bytes += size;
        batch.push(Arc::unwrap_or_clone(item));
    }
    if !batch.is_empty() {
        batches.push(close(shared.as_ref(), batch));
    }
    Ok(batches)
}

fn close(shared: Option<&Json>, items: Vec<Value>) -> Json {
    let mut map = Map::new();
    if let Some(shared) = shared {
        map.insert("BatchInput".to_owned(), Value::clone(shared));
    }
    map.insert("Items".to_owned(), Value::Array(items));
    Arc::new(Value::Object(map))
}

impl MapState {
    /// How many iterations may run at once.
    pub(super) fn concurrency(&self, env: &Env<'_>) -> Result<usize, Failure> {
        let given = self
            .max_concurrency
            .as_ref()
            .map(|a| a.count("MaxConcurrency", env))
            .transpose()?;
        Ok(match given {
            None | Some(0) => usize::MAX,
            Some(most) => most,
        })
    }

    pub(super) fn tolerance(&self, env: &Env<'_>) -> Result<Tolerance, Failure> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of items are far below 2^52"
        )]
        let count = self
            .tolerated_count
            .as_ref()
            .map(|a| a.count("ToleratedFailureCount", env))
            .transpose()?
            .map(|n| n as f64);
        let percentage = self
            .tolerated_percentage
            .as_ref()
            .map(|a| a.percentage("ToleratedFailurePercentage", env))
            .transpose()?;
        Ok(Tolerance { count, percentage })
    }
}

impl Amount {
    /// A number of seconds, at least one.
    pub(super) fn seconds(&self, field: &str, env: &Env<'_>) -> Result<u64, Failure> {
        let n = self.number(field, "integer", env)?;
        if n.fract() != 0.0 || !(1.0..=SECONDS).contains(&n) {
            return Err(self.refuse(field, "integer", env));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above"
        )]
        Ok(n as u64)
    }

    /// A whole number, zero included.
    pub(super) fn count(&self, field: &str, env: &Env<'_>) -> Result<usize, Failure> {
        let n = self.number(field, "integer", env)?;
        if n.fract() != 0.0 {
            return Err(self.refuse(field, "integer", env));
        }
        if n < 0.0 {
            return Err(Failure::runtime(format!("{field} cannot be negative.")));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates"
        )]
        Ok(n as usize)
    }

    fn percentage(&self, field: &str, env: &Env<'_>) -> Result<f64, Failure> {
        let n = self.number(field, "float", env)?;
        if (0.0..=100.0).contains(&n) {
            Ok(n)
        } else {
            Err(Failure::runtime(format!(
                "{field} must be between 0 and 100."
            )))
        }
    }

    fn number(&self, field: &str, wanted: &str, env: &Env<'_>) -> Result<f64, Failure> {
        match self {
            Self::Literal(n) => Ok(*n),
            Self::Path(path) => {
                let value = at(path, env)?;
                // AWS takes a number written as a string too.
                value
                    .as_f64()
                    .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
                    .ok_or_else(|| not_a_number(field, wanted, path, &value))
            }
            Self::Expression(expression) => {
                let value = env.ask(expression, field)?;
                value
                    .as_f64()
                    .ok_or_else(|| wrong_type(expression, field, "number", &value))
            }
        }
    }

    /// The failure for a number that is not what the field takes.
    fn refuse(&self, field: &str, wanted: &str, env: &Env<'_>) -> Failure {
        match self {
            Self::Literal(n) => Failure::runtime(format!("{field} cannot be {n}.")),
            Self::Path(path) => match at(path, env) {
                Ok(value) => not_a_number(field, wanted, path, &value),
                Err(failure) => failure,
            },
            Self::Expression(expression) => refuse_expression(expression, field, wanted, env),
        }
    }
}

fn refuse_expression(expression: &Expression, field: &str, wanted: &str, env: &Env<'_>) -> Failure {
    match env.ask(expression, field) {
        Ok(value) => wrong_type(expression, field, wanted, &value),
        Err(failure) => failure,
    }
}

fn at<'v>(path: &'v Path, env: &'v Env<'_>) -> Result<Cow<'v, Value>, Failure> {
    env.find(path)
        .map_err(|e| Failure::runtime(format!("Invalid path '{}' : {}", path.text, e.detail)))
}

fn not_a_number(field: &str, wanted: &str, path: &Path, value: &Value) -> Failure {
    let shown = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    Failure::runtime(format!(
        "The {field}Path field refers to value \"{shown}\" which is not a valid {wanted}: {}",
        path.text
    ))
}
