//! Choice rules: the tests of JSONPath states and the conditions of JSONata states.

mod compare;
mod compile;

pub(crate) use compare::{Against, Comparison, Operator, parse_timestamp};
pub(crate) use compile::compile;

use serde_json::Value;

use crate::failure::Failure;
use crate::jsonata::Expression;
use crate::template::{Env, wrong_type};

/// A test compiled once.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    And(Vec<Test>),
    Or(Vec<Test>),
    Not(Box<Test>),
    Compare(Box<Comparison>),
    /// A JSONata condition and the field it stands in.
    Condition(Expression, String),
    /// A condition that is not computed.
    Always(bool),
}

impl Test {
    /// Whether the test holds.
    pub(crate) fn holds(&self, env: &Env<'_>) -> Result<bool, Failure> {
        match self {
            Self::And(tests) => {
                for test in tests {
                    if !test.holds(env)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Or(tests) => {
                for test in tests {
                    if test.holds(env)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(test) => Ok(!test.holds(env)?),
            Self::Compare(comparison) => comparison.holds(env),
            Self::Always(answer) => Ok(*answer),
            Self::Condition(expression, location) => match env.ask(expression, location)? {
                Value::Bool(answer) => Ok(answer),
                other => Err(wrong_type(expression, location, "boolean", &other)),
            },
        }
    }
}
