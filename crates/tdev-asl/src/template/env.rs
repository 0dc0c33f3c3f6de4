//! What a template may read while it is evaluated.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::Json;
use crate::execution::{Random, Scope, TaskContext};
use crate::failure::{Failure, names};
use crate::intrinsic::{Call, Outside};
use crate::jsonata::{Expression, Unanswered, World};
use crate::path::{Path, PathError, Root};

/// The values in reach of one field of one state.
pub(crate) struct Env<'a> {
    /// `$`, or `$states.input`.
    pub(crate) input: &'a Json,
    /// `$states.result`.
    pub(crate) result: Option<&'a Json>,
    /// `$states.errorOutput`.
    pub(crate) error: Option<&'a Json>,
    pub(crate) context: &'a TaskContext,
    pub(crate) scope: &'a Scope,
    pub(crate) random: &'a Cell<Random>,
    pub(crate) now: DateTime<Utc>,
}

impl<'a> Env<'a> {
    /// The same world with another `$`.
    pub(crate) const fn with_input<'b>(&'b self, input: &'b Json) -> Env<'b>
    where
        'a: 'b,
    {
        Env { input, ..*self }
    }

    /// What `path` names, shared, where it is the whole of its root.
    pub(crate) fn whole(&self, path: &Path) -> Option<Json> {
        if !path.is_root() {
            return None;
        }
        match &path.root {
            Root::Input => Some(Arc::clone(self.input)),
            Root::Variable(name) => self.scope.get(name).map(Arc::clone),
            Root::Context => None,
        }
    }

    /// What `expression` answers, shared, where it only names a whole variable or member of
    /// `$states`.
    pub(crate) fn whole_answer(&self, expression: &Expression) -> Option<Json> {
        let value = match expression.names()? {
            [variable] => self.scope.get(variable),
            [states, member] if states == "states" => match member.as_str() {
                "input" => Some(self.input),
                "result" => self.result,
                "errorOutput" => self.error,
                _ => None,
            },
            _ => None,
        };
        value.map(Arc::clone)
    }

    /// What `path` names.
    pub(crate) fn find<'v>(&'v self, path: &'v Path) -> Result<Cow<'v, Value>, PathError> {
        match &path.root {
            Root::Input => path.find(self.input),
            Root::Context => self.context.find(path),
            Root::Variable(name) => match self.scope.get(name) {
                Some(value) => path.find(value),
                None => Err(PathError {
                    detail: format!("The variable '${name}' is not defined"),
                }),
            },
        }
    }

    /// What `path` names, for the field called `field`.
    pub(crate) fn field<'v>(
        &'v self,
        path: &'v Path,
        field: &str,
    ) -> Result<Cow<'v, Value>, Failure> {
        self.not_of_nothing(path)?;
        self.find(path).map_err(|_| {
            Failure::runtime(format!(
                "The JSONPath '{}' specified for the field '{field}' could not be found in the input '{}'",
                path.text, self.input
            ))
        })
    }

    /// Fails for a path into an input that is null: AWS looks no further then.
    pub(crate) fn not_of_nothing(&self, path: &Path) -> Result<(), Failure> {
        if path.root == Root::Input && self.input.is_null() {
            return Err(Failure::runtime(
                "Unable to apply Path transformation to null or empty input.",
            ));
        }
        Ok(())
    }

    /// The answer of `expression`, which stands at `location`.
    pub(crate) fn ask(&self, expression: &Expression, location: &str) -> Result<Value, Failure> {
        expression.run(self).map_err(|e| {
            let text = &expression.text;
            let what = match e {
                Unanswered::Undefined => "returned nothing (undefined).".to_owned(),
                Unanswered::Unsupported => "returned an unsupported result type.".to_owned(),
                Unanswered::Failed(message) => {
                    format!("threw an error during evaluation. {message}")
                }
            };
            Failure::query(
                location,
                format!(
                    "The JSONata expression '{text}' specified for the field '{location}' {what}"
                ),
            )
        })
    }
}

/// An expression that answered with the wrong type.
pub(crate) fn wrong_type(
    expression: &Expression,
    location: &str,
    expected: &str,
    value: &Value,
) -> Failure {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    Failure::query(
        location,
        format!(
            "The JSONata expression '{}' specified for the field '{location}' returned an unexpected result type. Expected '{expected}', but was '{kind}' for value: {value}",
            expression.text
        ),
    )
}

impl Outside for Env<'_> {
    type Failure = Failure;

    fn path<'v>(&'v self, path: &'v Path) -> Result<Cow<'v, Value>, Failure> {
        self.find(path).map_err(|_| {
            Failure::runtime(format!(
                "The JsonPath argument for the field '{}' could not be found in the input '{}'",
                path.text, self.input
            ))
        })
    }

    fn random(&self) -> u64 {
        let mut drawn = self.random.get();
        let number = drawn.next();
        self.random.set(drawn);
        number
    }

    fn fault(&self, call: &Call, complaint: &str) -> Failure {
        Failure::engine(
            names::INTRINSIC,
            format!(
                "The function '{}' had the following error: {complaint}",
                call.text
            ),
        )
    }
}

impl World for Env<'_> {
    fn states(&self, member: &str) -> Option<&Value> {
        match member {
            "input" => Some(self.input),
            "result" => self.result.map(|v| &**v),
            "errorOutput" => self.error.map(|v| &**v),
            _ => None,
        }
    }

    fn context(&self) -> &TaskContext {
        self.context
    }

    fn variable(&self, name: &str) -> Option<&Value> {
        self.scope.get(name).map(|v| &**v)
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn random(&self) -> &Cell<Random> {
        self.random
    }
}
