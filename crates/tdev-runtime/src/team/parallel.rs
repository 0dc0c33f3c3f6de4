//! All at once, on the team's input; what they give stands under their names, or is made one by an
//! aggregator.

use std::sync::Arc;
use std::thread;

use serde_json::Value;
use tdev_core::component::{Component, TeamDefinition, names, wiring};
use tdev_core::{Code, Error, Result};

use super::crew::{Crew, Told};

/// Members under way at once.
const AT_ONCE: usize = 8;

pub(super) fn run(
    crew: &Crew<'_>,
    team: &TeamDefinition,
    input: &Value,
    work: &mut Vec<Value>,
) -> Result<Value> {
    let last = team.aggregator.as_deref();
    let is_last = |member: &&Arc<Component>| last.is_some_and(|name| names(name, &member.name));
    let working: Vec<Arc<Component>> = crew
        .members
        .iter()
        .filter(|member| !is_last(member))
        .cloned()
        .collect();
    let mut inputs = Vec::with_capacity(working.len());
    for (at, member) in working.iter().enumerate() {
        inputs.push(given(crew.team, member, at, input)?);
    }
    let calls: Vec<(&Arc<Component>, Value)> = working.iter().zip(inputs).collect();
    let mut outputs: Vec<(String, Value)> = Vec::with_capacity(calls.len());
    let mut failed: Option<Error> = None;
    for few in calls.chunks(AT_ONCE) {
        for ((member, _), (answer, entry)) in few.iter().zip(together(crew, few)) {
            work.push(entry);
            match answer {
                Ok(output) => outputs.push((member.name.clone(), output)),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
    }
    match crew.members.iter().find(is_last) {
        None => Ok(Value::Object(outputs.into_iter().collect())),
        Some(aggregator) => {
            let bindings = wiring::aggregator(crew.team, &working, aggregator)?;
            let all = wiring::follow(&bindings, input, &outputs);
            let (answer, entry) = crew.call(aggregator, all);
            work.push(entry);
            answer
        }
    }
}

/// What a member is given of the team's input.
pub(super) fn given(
    team: &Component,
    member: &Component,
    at: usize,
    input: &Value,
) -> Result<Value> {
    if !member.input_schema.is_described() {
        return Ok(input.clone());
    }
    Ok(wiring::follow(
        &wiring::alike(team, member, at)?,
        input,
        &[],
    ))
}

fn together(crew: &Crew<'_>, calls: &[(&Arc<Component>, Value)]) -> Vec<Told> {
    let lost = || {
        let error = Error::new(
            Code::ComponentCrashed,
            "the member's thread ended abnormally",
        );
        (Err(error), Value::Null)
    };
    thread::scope(|scope| {
        let under_way: Vec<_> = calls
            .iter()
            .map(|(member, input)| scope.spawn(move || crew.call(member, input.clone())))
            .collect();
        under_way
            .into_iter()
            .map(|call| call.join().unwrap_or_else(|_| lost()))
            .collect()
    })
}
