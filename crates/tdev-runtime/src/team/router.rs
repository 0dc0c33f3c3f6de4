//! One of them, chosen by the input: by rules, by a model, or by likeness, and it says by which.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_core::component::wiring::ROUTING;
use tdev_core::component::{Component, RouteBy, TeamDefinition, names};
use tdev_core::{Code, Error, Result};

use super::crew::Crew;
use super::{decision, likeness, parallel};

/// Who was chosen, by what, and why.
pub(super) struct Chosen {
    pub(super) member: String,
    pub(super) by: &'static str,
    pub(super) why: String,
}

pub(super) fn run(
    crew: &Crew<'_>,
    team: &TeamDefinition,
    input: &Value,
    work: &mut Vec<Value>,
) -> Result<Value> {
    let chosen = choose(crew, team, input, work)?;
    let routing = json!({"member": chosen.member, "by": chosen.by, "why": chosen.why});
    tracing::info!(
        target: "tdev::mind",
        component = %crew.team.name,
        run = %crew.passage.scope.run_id,
        step = %crew.passage.scope.step,
        member = %chosen.member,
        by = chosen.by,
        why = %chosen.why,
        "a router chose"
    );
    work.push(json!({"routed": routing}));
    let at = crew
        .members
        .iter()
        .position(|member| member.name == chosen.member);
    let (at, member) = at
        .and_then(|at| Some((at, crew.members.get(at)?)))
        .ok_or_else(|| Error::new(Code::Internal, "a router chose nobody"))?;
    let given = parallel::given(crew.team, member, at, input)?;
    let (answer, entry) = crew.call(member, given);
    work.push(entry);
    let mut output = answer?;
    let schema = &crew.team.output_schema;
    if let Some(fields) = output.as_object_mut()
        && (schema.field(ROUTING).is_some() || !schema.closed())
    {
        fields.insert(ROUTING.to_owned(), routing);
    }
    Ok(output)
}

fn choose(
    crew: &Crew<'_>,
    team: &TeamDefinition,
    input: &Value,
    work: &mut Vec<Value>,
) -> Result<Chosen> {
    if let Some((at, route)) = team
        .routes
        .iter()
        .enumerate()
        .find(|(_, route)| route.holds(input))
    {
        return Ok(Chosen {
            member: full_name(crew, &route.member),
            by: "rules",
            why: format!("rule {} holds for `{}`", at + 1, route.field),
        });
    }
    let model = crew.runner.mind.model_for(crew.team, team.model.as_deref());
    let decided = match (team.route_by, model) {
        (RouteBy::Rules, _) => None,
        (RouteBy::Model, model) => Some(decision::by_model(crew, team, model?, input, work)?),
        (RouteBy::Auto, Ok(model)) => Some(decision::by_model(crew, team, model, input, work)?),
        // A model that was asked for by name and is not there is no reason to guess.
        (RouteBy::Auto, Err(error)) if team.model.is_some() => return Err(error),
        (RouteBy::Auto | RouteBy::Likeness, _) => likeness::most_like(&crew.members, input),
    };
    decided
        .or_else(|| {
            let default = team.default.as_deref()?;
            Some(Chosen {
                member: full_name(crew, default),
                by: "default",
                why: "nothing else decided".to_owned(),
            })
        })
        .ok_or_else(|| {
            let members: Vec<&str> = crew
                .members
                .iter()
                .map(|member| member.name.as_str())
                .collect();
            Error::new(
                Code::InvalidInput,
                format!("`{}` finds no member for this input", crew.team.name),
            )
            .hint(format!(
                "members are {}; name one as `default` for such inputs",
                members.join(", ")
            ))
        })
}

/// The name of the member that an entry means.
fn full_name(crew: &Crew<'_>, entry: &str) -> String {
    let meant = |member: &&Arc<Component>| names(entry, &member.name);
    crew.members
        .iter()
        .find(meant)
        .map_or_else(|| entry.to_owned(), |member| member.name.clone())
}
