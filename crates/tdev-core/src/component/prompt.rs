//! What a `prompt` agent is made of: instructions, a model and bounds, in place of source.

use serde::{Deserialize, Serialize};

use super::{Component, Kind, instructions};
use crate::{Code, Error, Result};

/// The most bytes instructions may have.
const LONGEST: usize = 32 << 10;

/// The `prompt` of a component of that runtime. What it may call stands in `tools` and `members`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptDefinition {
    /// Who the model is and what it must do: a template over the input's fields. What a field
    /// puts in is fenced as data.
    pub instructions: String,
    /// The model's id, where only that one will do; the project's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How often the model is asked before the answer must be there.
    #[serde(default = "turns")]
    pub max_turns: u32,
    /// Tokens read and written in all turns together. The most a turn can take must be left before
    /// it begins: a token for each byte that is read.
    #[serde(default = "tokens")]
    pub max_tokens: u64,
    /// Tokens written in one turn.
    #[serde(default = "answer_tokens")]
    pub max_answer_tokens: u32,
    /// How freely the model chooses its words, 0 to 2; its own default where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// What is kept of earlier calls of the same session; nothing where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
}

/// How much of a session is kept; the oldest goes first. The input's field `session` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Memory {
    /// That many questions with their answers.
    Turns(u32),
    /// As many as have that many characters together, as JSON.
    Chars(u32),
}

/// The fields of a [`PromptDefinition`].
pub(super) const FIELDS: &[&str] = &[
    "instructions",
    "model",
    "max_turns",
    "max_tokens",
    "max_answer_tokens",
    "temperature",
    "memory",
];

/// The input's field that names a session.
pub const SESSION: &str = "session";

const fn turns() -> u32 {
    8
}

const fn tokens() -> u64 {
    100_000
}

pub(super) const fn answer_tokens() -> u32 {
    2_048
}

/// The bounds a mind is held to, whatever it is of.
pub(super) struct Bounds<'a> {
    pub(super) table: &'a str,
    pub(super) rounds: (&'a str, u32),
    pub(super) tokens: u64,
    pub(super) answer_tokens: u32,
    pub(super) temperature: Option<f64>,
}

impl Bounds<'_> {
    pub(super) fn check(&self) -> Result<()> {
        let table = self.table;
        let (name, rounds) = self.rounds;
        let within = |field: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(fault(
                &format!("{table}.{field}"),
                format!("`{field}` is from {least} to {most}, and {value} is not"),
            ))
        };
        within(name, rounds.into(), 1, 50)?;
        within("max_tokens", self.tokens, 2_000, 10_000_000)?;
        within(
            "max_answer_tokens",
            self.answer_tokens.into(),
            64,
            self.tokens.min(100_000),
        )?;
        match self.temperature {
            Some(given) if !(0.0..=2.0).contains(&given) => Err(fault(
                &format!("{table}.temperature"),
                format!("`temperature` is from 0 to 2, and {given} is not"),
            )),
            _ => Ok(()),
        }
    }
}

impl PromptDefinition {
    /// Checks it as part of its component.
    pub(super) fn check(&self, component: &Component) -> Result<()> {
        if component.kind != Kind::Agent {
            return Err(fault(
                "type",
                format!("a {} has no `prompt`", component.kind.as_str()),
            )
            .hint("instructions for a model make an agent; for a team write `team`"));
        }
        Bounds {
            table: "prompt",
            rounds: ("max_turns", self.max_turns),
            tokens: self.max_tokens,
            answer_tokens: self.max_answer_tokens,
            temperature: self.temperature,
        }
        .check()?;
        let (least, most, kept) = match self.memory {
            None => (0, 0, 0),
            Some(Memory::Turns(turns)) => (1, 100, turns),
            Some(Memory::Chars(chars)) => (100, 1_000_000, chars),
        };
        if !(least..=most).contains(&kept) {
            return Err(fault(
                "prompt.memory",
                format!("a memory is from {least} to {most}, and {kept} is not"),
            ));
        }
        let session = component.input_schema.field(SESSION);
        if self.memory.is_some()
            && session
                .as_ref()
                .is_none_or(|field| field.type_name() != "string")
        {
            return Err(fault(
                "input_schema.session",
                "a memory needs the input to name its session".to_owned(),
            )
            .hint("add `\"session\": \"string?\"` to `input_schema`"));
        }
        check_instructions(&self.instructions, component, "prompt.instructions")
    }
}

/// Checks instructions and the fields they name.
pub(super) fn check_instructions(text: &str, component: &Component, field: &str) -> Result<()> {
    if text.trim().is_empty() || text.len() > LONGEST {
        return Err(fault(
            field,
            format!("instructions have from 1 to {LONGEST} bytes"),
        ));
    }
    instructions::check(text, &component.input_schema).map_err(|error| error.field(field))
}

pub(super) fn fault(field: &str, message: String) -> Error {
    Error::new(Code::InvalidComponent, message).field(field)
}
