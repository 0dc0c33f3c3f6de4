//! A router's question to a model: which of these members?

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::component::TeamDefinition;
use tdev_core::model::{Message, fence};
use tdev_core::ports::LanguageModel;
use tdev_core::schema::Schema;
use tdev_core::{Code, Error, Result};

use super::crew::Crew;
use super::router::Chosen;
use crate::prompt::{Brief, Budget, Contract, Limits, Toolbox, instructed, think};

/// What is asked where the team does not say.
const USUAL: &str = "Choose the one member of a team that is best able to deal with an input.";

/// A decision, and two corrections of it.
const TURNS: u32 = 3;

pub(super) fn by_model(
    crew: &Crew<'_>,
    team: &TeamDefinition,
    model: Arc<dyn LanguageModel>,
    input: &Value,
    work: &mut Vec<Value>,
) -> Result<Chosen> {
    let names: Vec<&str> = crew
        .members
        .iter()
        .map(|member| member.name.as_str())
        .collect();
    let members: Value = crew
        .members
        .iter()
        .map(|member| json!({"name": member.name, "description": member.description}))
        .collect();
    let schema = Schema::new(json!({
        "type": "object",
        "properties": {
            "member": {"type": "string", "enum": names, "description": "The name of the member"},
            "why": {"type": "string", "description": "One short sentence"}
        },
        "required": ["member", "why"],
        "additionalProperties": false
    }))?;
    let text = team.instructions.as_deref().unwrap_or(USUAL);
    let question = format!(
        "The members:\n{}\nThe input:\n{}",
        fence::data(&members),
        fence::data(input)
    );
    let brief = Brief {
        who: crew.team,
        model,
        system: instructed(crew.team, text, input)?,
        messages: vec![Message::user(question)],
        contract: Contract::of_fields(schema),
        limits: Limits {
            table: "team",
            turns_field: "max_rounds",
            turns: TURNS.min(team.max_rounds),
            answer_tokens: team.max_answer_tokens,
            temperature: team.temperature,
        },
    };
    let mut budget = Budget::of(team.max_tokens);
    let toolbox = Toolbox::empty(crew.runner);
    let answer = think(brief, &toolbox, &mut budget, crew.passage, work)?;
    let said = |field: &str| answer.get(field).and_then(Value::as_str).map(str::to_owned);
    match (said("member"), said("why")) {
        (Some(member), Some(why)) => Ok(Chosen {
            member,
            by: "model",
            why,
        }),
        _ => Err(Error::new(
            Code::Internal,
            "a decision without a member fitted its schema",
        )),
    }
}
