//! What a declared team is made of: its mode, and what that mode needs to know.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::prompt::{Bounds, answer_tokens, check_instructions, fault};
use super::{Component, Kind};
use crate::Result;
use crate::nearest::did_you_mean;

/// The `team` of a component of the runtime `prompt`. Its members stand in `members`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamDefinition {
    /// How its members work together.
    pub mode: Mode,
    /// What a supervisor, or a router that asks a model, must do: a template over the input's
    /// fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// The model's id, where only that one will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How often a supervisor is asked before the answer must be there.
    #[serde(default = "rounds")]
    pub max_rounds: u32,
    /// Tokens a supervisor or router reads and writes in all; its members have their own bounds.
    #[serde(default = "tokens")]
    pub max_tokens: u64,
    /// Tokens it writes in one round.
    #[serde(default = "answer_tokens")]
    pub max_answer_tokens: u32,
    /// How freely it chooses its words, 0 to 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// The member that makes one output of what all others gave. Only in parallel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregator: Option<String>,
    /// How a router decides.
    #[serde(default, skip_serializing_if = "is_default")]
    pub route_by: RouteBy,
    /// A router's rules; the first that holds decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// The member a router takes where nothing else decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// How members work together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// One after the other; each is given what the team and those before it gave.
    Sequential,
    /// All at once, on the team's input.
    Parallel,
    /// One of them, chosen by the input.
    Router,
    /// A model delegates to them until it has the answer.
    Supervisor,
}

/// How a router decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RouteBy {
    /// By the first rule that holds, else by the model where one is configured, else by likeness.
    #[default]
    Auto,
    /// By its rules alone.
    Rules,
    /// By the model alone.
    Model,
    /// By how much of the input's words stand in a member's name, description and tags.
    Likeness,
}

/// A router's rule: it holds where the field equals or contains what is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// A field of the team's input.
    pub field: String,
    /// The value it must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Value>,
    /// A text it must contain, in capitals or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Who is called.
    pub member: String,
}

/// The fields of a [`TeamDefinition`].
pub(super) const FIELDS: &[&str] = &[
    "mode",
    "instructions",
    "model",
    "max_rounds",
    "max_tokens",
    "max_answer_tokens",
    "temperature",
    "aggregator",
    "route_by",
    "routes",
    "default",
];

const fn rounds() -> u32 {
    8
}

const fn tokens() -> u64 {
    200_000
}

fn is_default(route_by: &RouteBy) -> bool {
    *route_by == RouteBy::Auto
}

impl Mode {
    /// The lowercase spelling used in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Sequential => "sequential",
            Mode::Parallel => "parallel",
            Mode::Router => "router",
            Mode::Supervisor => "supervisor",
        }
    }
}

impl Route {
    /// Whether it holds for an input.
    pub fn holds(&self, input: &Value) -> bool {
        let Some(value) = input.get(&self.field) else {
            return false;
        };
        let contains = |part: &String| match value {
            Value::String(text) => text.to_lowercase().contains(&part.to_lowercase()),
            Value::Array(items) => items.iter().any(|item| item == part),
            _ => false,
        };
        self.equals.as_ref().is_none_or(|wanted| wanted == value)
            && self.contains.as_ref().is_none_or(contains)
    }
}

impl TeamDefinition {
    /// Checks it as part of its component.
    pub(super) fn check(&self, component: &Component) -> Result<()> {
        if component.kind != Kind::Team {
            return Err(fault(
                "type",
                format!("a {} has no `team`", component.kind.as_str()),
            )
            .hint("set `type` to `team`"));
        }
        Bounds {
            table: "team",
            rounds: ("max_rounds", self.max_rounds),
            tokens: self.max_tokens,
            answer_tokens: self.max_answer_tokens,
            temperature: self.temperature,
        }
        .check()?;
        let least = if self.mode == Mode::Supervisor { 1 } else { 2 };
        if component.members.len() < least {
            return Err(fault(
                "members",
                format!("a {} team has {least} members or more", self.mode.as_str()),
            ));
        }
        self.belongs()?;
        for (at, route) in self.routes.iter().enumerate() {
            route.check(component, &format!("team.routes.{at}"))?;
        }
        for (field, named) in [("aggregator", &self.aggregator), ("default", &self.default)] {
            if let Some(named) = named {
                is_member(named, component, &format!("team.{field}"))?;
            }
        }
        match &self.instructions {
            Some(text) => check_instructions(text, component, "team.instructions"),
            None if self.mode == Mode::Supervisor => Err(fault(
                "team.instructions",
                "a supervisor needs instructions".to_owned(),
            )
            .hint("say what it must achieve, and what each member is good for")),
            None => Ok(()),
        }
    }

    /// That nothing is said which its mode does not read.
    fn belongs(&self) -> Result<()> {
        let of = |mode: Mode, field: &str, given: bool| {
            if !given || self.mode == mode {
                return Ok(());
            }
            let (right, this) = (mode.as_str(), self.mode.as_str());
            Err(fault(
                &format!("team.{field}"),
                format!("`{field}` belongs to the mode `{right}`, and this team is {this}"),
            )
            .hint(format!("set `mode` to `{right}`, or leave `{field}` out")))
        };
        of(Mode::Parallel, "aggregator", self.aggregator.is_some())?;
        of(Mode::Router, "route_by", self.route_by != RouteBy::Auto)?;
        of(Mode::Router, "routes", !self.routes.is_empty())?;
        of(Mode::Router, "default", self.default.is_some())?;
        if self.route_by == RouteBy::Rules && self.routes.is_empty() {
            return Err(fault(
                "team.routes",
                "a router by rules needs rules".to_owned(),
            ));
        }
        Ok(())
    }
}

impl Route {
    fn check(&self, component: &Component, place: &str) -> Result<()> {
        if self.equals.is_none() && self.contains.is_none() {
            return Err(
                fault(place, "a rule says what its field must be".to_owned())
                    .hint("give `equals` or `contains`"),
            );
        }
        let schema = &component.input_schema;
        if schema.is_described() && schema.field(&self.field).is_none() {
            let fields = schema.fields();
            return Err(fault(
                &format!("{place}.field"),
                format!("the input has no field `{}`", self.field),
            )
            .hint_opt(did_you_mean(
                &self.field,
                fields.iter().map(|field| field.name.as_str()),
            )));
        }
        is_member(&self.member, component, &format!("{place}.member"))
    }
}

fn is_member(name: &str, component: &Component, field: &str) -> Result<()> {
    if component.members.iter().any(|member| names(member, name)) {
        return Ok(());
    }
    let known = component.members.iter().map(String::as_str);
    Err(fault(field, format!("`{name}` is not among the members"))
        .hint(format!("members are {}", component.members.join(", ")))
        .hint_opt(did_you_mean(name, known)))
}

/// Whether an entry of `tools` or `members`, pinned or not, grants what is called by that name.
pub fn names(entry: &str, name: &str) -> bool {
    entry == name || entry.split('@').next() == Some(name)
}
