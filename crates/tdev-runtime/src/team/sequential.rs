//! One after the other: each is given what the team and those before it gave.

use serde_json::Value;
use tdev_core::Result;
use tdev_core::component::wiring;

use super::crew::Crew;

pub(super) fn run(crew: &Crew<'_>, input: &Value, work: &mut Vec<Value>) -> Result<Value> {
    let wired = wiring::sequence(crew.team, &crew.members)?;
    let mut outputs: Vec<(String, Value)> = Vec::with_capacity(crew.members.len());
    for (member, bindings) in crew.members.iter().zip(&wired.members) {
        let given = if member.input_schema.is_described() {
            wiring::follow(bindings, input, &outputs)
        } else {
            // It takes anything: what the one before it gave.
            outputs
                .last()
                .map_or_else(|| input.clone(), |(_, output)| output.clone())
        };
        let (answer, entry) = crew.call(member, given);
        work.push(entry);
        outputs.push((member.name.clone(), answer?));
    }
    Ok(match wired.output {
        Some(bindings) => wiring::follow(&bindings, input, &outputs),
        None => outputs.pop().map(|(_, output)| output).unwrap_or_default(),
    })
}
