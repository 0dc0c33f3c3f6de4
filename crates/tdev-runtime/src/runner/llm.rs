//! The `llm` of Python components: a model asked in words, within bounds.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;
use tdev_core::component::{Component, Kind};
use tdev_core::model::Message;
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use super::{Inner, Passage};
use crate::prompt::{Brief, Budget, Contract, Limits, RULES, Toolbox, think};

/// How often one invocation may ask.
const MOST_CALLS: u32 = 16;

/// Tokens of all its questions and answers.
const MOST_TOKENS: u64 = 100_000;

/// Tokens of an answer, where nothing is said.
const USUAL_ANSWER: u32 = 1_024;

/// Tokens of an answer at most.
const LONGEST_ANSWER: u32 = 8_192;

/// An answer, and two corrections of it.
const TURNS: u32 = 3;

/// What a component says to `llm`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    prompt: String,
    #[serde(default)]
    system: Option<String>,
    #[serde(default)]
    schema: Option<Value>,
    #[serde(default)]
    max_tokens: Option<u32>,
    #[serde(default)]
    temperature: Option<f64>,
}

/// What one invocation has used.
pub(super) struct Used(Mutex<(u32, Budget)>);

impl Default for Used {
    fn default() -> Self {
        Self(Mutex::new((0, Budget::of(MOST_TOKENS))))
    }
}

/// Asks the model: words, or with a `schema` an object of its fields.
pub(super) fn ask(
    runner: &Arc<Inner>,
    component: &Component,
    asked: Asked,
    used: &Used,
    passage: &Passage,
) -> Result<Value> {
    if component.kind == Kind::Tool {
        return Err(Error::new(
            Code::PermissionDenied,
            format!(
                "`{}` is a tool, and a tool has no brain to ask a model with",
                component.name
            ),
        )
        .hint("register it as an agent"));
    }
    let model = runner.mind.model_for(component, None)?;
    let invalid =
        |field: &str, message: String| Error::new(Code::InvalidInput, message).field(field);
    let answer_tokens = asked.max_tokens.unwrap_or(USUAL_ANSWER);
    if !(1..=LONGEST_ANSWER).contains(&answer_tokens) {
        return Err(invalid(
            "max_tokens",
            format!("`max_tokens` is from 1 to {LONGEST_ANSWER}"),
        ));
    }
    if asked
        .temperature
        .is_some_and(|given| !(0.0..=2.0).contains(&given))
    {
        return Err(invalid(
            "temperature",
            "`temperature` is from 0 to 2".to_owned(),
        ));
    }
    let contract = match asked.schema {
        None => Contract::Words,
        Some(written) => Contract::of_fields(Schema::new(written)?),
    };
    let mut used = used.0.lock().unwrap_or_else(PoisonError::into_inner);
    let (calls, budget) = &mut *used;
    *calls += 1;
    if *calls > MOST_CALLS {
        return Err(Error::new(
            Code::BudgetExceeded,
            format!(
                "`{}` asked the model more than {MOST_CALLS} times in one call",
                component.name
            ),
        ));
    }
    let brief = Brief {
        who: component,
        model,
        system: match asked.system {
            Some(system) if !system.trim().is_empty() => {
                format!("{}\n\n{RULES}", system.trim_end())
            }
            _ => RULES.to_owned(),
        },
        messages: vec![Message::user(asked.prompt)],
        contract,
        limits: Limits {
            table: "llm",
            turns_field: "turns",
            turns: TURNS,
            answer_tokens,
            temperature: asked.temperature,
        },
    };
    think(
        brief,
        &Toolbox::empty(runner),
        budget,
        passage,
        &mut Vec::new(),
    )
}
