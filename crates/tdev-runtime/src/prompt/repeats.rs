//! Telling a model that goes round in circles from one that works.

use std::collections::HashMap;

use serde_json::Value;
use tdev_core::{Code, Error, Result};

use crate::runner::canonical;

/// How often the same call is made: something may have changed in between.
const MADE: u32 = 3;

/// Calls by component and input.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<String, u32>);

/// What becomes of a call.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    Make,
    /// It is not made, and the model is told.
    Tell(Error),
}

impl Repeats {
    /// Counts a call.
    ///
    /// # Errors
    /// `ModelInvalid` where the model was told already.
    pub(super) fn count(&mut self, who: &str, name: &str, input: &Value) -> Result<Verdict> {
        let count = self
            .0
            .entry(format!("{name} {}", canonical(input)))
            .or_default();
        *count += 1;
        match *count {
            0..=MADE => Ok(Verdict::Make),
            count if count == MADE + 1 => Ok(Verdict::Tell(
                Error::new(
                    Code::InvalidInput,
                    format!(
                        "you called `{name}` with this very input {MADE} times and have its answers"
                    ),
                )
                .hint("use them, call something else, or give your answer"),
            )),
            count => Err(Error::new(
                Code::ModelInvalid,
                format!("`{who}`: the model asked for `{name}` with the same input {count} times"),
            )
            .hint("make the instructions say when it is done")),
        }
    }
}
