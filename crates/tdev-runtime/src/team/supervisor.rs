//! Led by a model: it delegates to members, as to tools, until it has the answer.

use std::sync::Arc;

use serde_json::Value;
use tdev_core::Result;
use tdev_core::component::wiring::{TRACE, without};
use tdev_core::component::{Component, TeamDefinition};

use crate::prompt::{Brief, Budget, Contract, Limits, Toolbox, instructed, question, think};
use crate::runner::{Inner, Passage};

pub(super) fn run(
    runner: &Arc<Inner>,
    component: &Component,
    team: &TeamDefinition,
    input: &Value,
    passage: &Passage,
    work: &mut Vec<Value>,
) -> Result<Value> {
    let model = runner.mind.model_for(component, team.model.as_deref())?;
    let text = team.instructions.as_deref().unwrap_or_default();
    let brief = Brief {
        who: component,
        model,
        system: instructed(component, text, input)?,
        messages: vec![question(input)],
        contract: Contract::of(&without(&component.output_schema, &[TRACE])),
        limits: Limits {
            table: "team",
            turns_field: "max_rounds",
            turns: team.max_rounds,
            answer_tokens: team.max_answer_tokens,
            temperature: team.temperature,
        },
    };
    let toolbox = Toolbox::of(runner, component, passage)?;
    let mut budget = Budget::of(team.max_tokens);
    think(brief, &toolbox, &mut budget, passage, work)
}
