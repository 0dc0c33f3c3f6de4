//! Agents that are declared: instructions for a model, the components it may call, and bounds.
//!
//! # The loop
//! The model is asked; what it asks of tools is checked against their schemas and done by the
//! runner, within the same grants as `call_tool` of a Python component; it is asked again, until it
//! gives an answer that fits `output_schema`. What goes wrong goes back to it as data.
//!
//! # What bounds it, each with a test named for it
//! - turns, tokens and time: reserved before a call is made, so that none is ever exceeded
//! - the run's budget, which the model itself keeps: it fails before anything is sent
//! - answers that do not fit: they go back twice
//! - the same call with the same input: done three times, refused once, then the end
//! - whoever asked being gone: nothing more is asked or called
//!
//! # What is data
//! Inputs, what tools said and what is remembered. A text in them that asks for a component is
//! nothing but text; a model that is taken in by it can still only ask for what the metadata
//! grants.

mod budget;
mod contract;
mod memory;
mod repeats;
mod think;
mod toolbox;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tdev_core::component::wiring::{TRACE, without};
use tdev_core::component::{Component, PromptDefinition, SESSION, instructions};
use tdev_core::model::{Content, Message, Role, fence};
use tdev_core::{Code, Error, Result};

pub(crate) use budget::Budget;
pub(crate) use contract::Contract;
pub(crate) use think::{Brief, Limits, think};
pub(crate) use toolbox::{Toolbox, shortened};

use crate::runner::{Inner, Passage};
use memory::Session;

/// Wall time where the metadata names none: models take their time.
const USUAL: Duration = Duration::from_secs(120);

/// What every model is told of its work, after its instructions.
pub(crate) const RULES: &str = include_str!("rules.md");

/// Runs a declared agent on this thread.
pub(crate) fn run(
    runner: &Arc<Inner>,
    component: &Component,
    prompt: &PromptDefinition,
    input: &Value,
    passage: &Passage,
) -> Result<Value> {
    let model = runner.mind.model_for(component, prompt.model.as_deref())?;
    let inside = passage.inside(component, USUAL);
    let session = prompt
        .memory
        .map(|memory| Session::open(runner, component, memory, input, &inside))
        .transpose()?
        .flatten();
    let shown = without_session(input, prompt);
    let mut work = Vec::new();
    let thought = instructed(component, &prompt.instructions, input).and_then(|system| {
        let toolbox = Toolbox::of(runner, component, &inside)?;
        let mut messages = session.as_ref().map(Session::recalled).unwrap_or_default();
        messages.push(question(&shown));
        let brief = Brief {
            who: component,
            model,
            system,
            messages,
            contract: Contract::of(&without(&component.output_schema, &[TRACE])),
            limits: Limits {
                table: "prompt",
                turns_field: "max_turns",
                turns: prompt.max_turns,
                answer_tokens: prompt.max_answer_tokens,
                temperature: prompt.temperature,
            },
        };
        let mut budget = Budget::of(prompt.max_tokens);
        think(brief, &toolbox, &mut budget, &inside, &mut work)
    });
    let told = thought.map_err(|error| with_trace(error, &work));
    match (session, told) {
        (None, told) => told,
        (Some(session), Err(error)) => {
            session.abandon();
            Err(error)
        }
        (Some(session), Ok(output)) => {
            session.close(shown, output.clone())?;
            Ok(output)
        }
    }
    .map(|output| traced(component, output, work))
}

/// The system text of a component: its instructions filled in, and the rules.
pub(crate) fn instructed(component: &Component, text: &str, input: &Value) -> Result<String> {
    let fields = input.as_object().cloned().unwrap_or_default();
    let filled =
        instructions::render(text, &fields, &component.input_schema).map_err(|error| Error {
            message: format!("`{}`: {}", component.name, error.message),
            ..error
        })?;
    Ok(format!("{}\n\n{RULES}", filled.trim_end()))
}

/// An input as a question.
pub(crate) fn question(input: &Value) -> Message {
    Message::user(format!("The input:\n{}", fence::data(input)))
}

/// An answer of earlier, as the model gave it.
fn answered(output: &Value) -> Message {
    Message {
        role: Role::Assistant,
        content: vec![Content::Text(output.to_string())],
    }
}

fn without_session(input: &Value, prompt: &PromptDefinition) -> Value {
    let mut input = input.clone();
    if prompt.memory.is_some()
        && let Some(fields) = input.as_object_mut()
    {
        fields.shift_remove(SESSION);
    }
    input
}

/// The output with what was done, where the schema has a place for it.
pub(crate) fn traced(component: &Component, mut output: Value, work: Vec<Value>) -> Value {
    let place = component.output_schema.field(TRACE);
    if place.is_some_and(|field| field.type_name() == "array")
        && let Some(fields) = output.as_object_mut()
    {
        fields.insert(TRACE.to_owned(), Value::Array(work));
    }
    output
}

/// An error with what was done before it.
pub(crate) fn with_trace(error: Error, work: &[Value]) -> Error {
    let mut details = match error.details.as_deref() {
        Some(Value::Object(known)) => Value::Object(known.clone()),
        Some(other) => json!({"cause": other}),
        None => json!({}),
    };
    if let Some(fields) = details.as_object_mut() {
        fields
            .entry(TRACE)
            .or_insert_with(|| Value::Array(work.to_vec()));
    }
    error.details(details)
}

/// No model, and where to name one.
pub(crate) fn not_configured(component: &Component) -> Error {
    Error::new(
        Code::ModelNotConfigured,
        format!("`{}` needs a language model, and none is configured", component.name),
    )
    .hint("write `provider` and `model` under [models] in tdev.toml, and where they are needed `url` and `key_secret`")
}
