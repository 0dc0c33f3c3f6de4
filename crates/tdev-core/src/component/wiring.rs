//! Which member of a team is given what: by the names of fields, else by the only field of a type
//! that fits. The same wiring is checked when a team is registered and followed when it runs.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Component, prompt::fault};
use crate::Result;
use crate::nearest::did_you_mean;
use crate::schema::{Field, Fit, Schema, fit};

/// The output field that tells a team's, or an agent's, work: a list, filled in where declared.
pub const TRACE: &str = "trace";

/// The output field that tells how a router decided: an object, filled in where declared, and
/// where an output may have fields nobody declared.
pub const ROUTING: &str = "routing";

/// The input of an aggregator that holds what every member gave, by name.
pub const RESULTS: &str = "results";

/// The schema of what a team gives.
const OUTPUT: &str = "output_schema";

/// Where a field's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A field of the team's input.
    Input(String),
    /// A field of what the member at that place gave.
    Member(usize, String),
    /// All that the member at that place gave.
    Whole(usize),
    /// An object of what all members gave, by their names.
    Results,
}

/// A field and what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The field.
    pub field: String,
    /// Its value.
    pub source: Source,
}

/// How members that work one after the other are given their inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// The bindings of each member's input.
    pub members: Vec<Vec<Binding>>,
    /// The bindings of the team's output; none where the last member's is taken as it is.
    pub output: Option<Vec<Binding>>,
}

/// One thing a field may be given.
struct Given {
    name: String,
    schema: Value,
    source: Source,
    /// Whether it may be given to a field of another name, by its type.
    near: bool,
}

/// The wiring of members one after the other, and of the team's output.
///
/// # Errors
/// `InvalidComponent` naming the member, the field and the nearest field there is.
pub fn sequence(team: &Component, members: &[Arc<Component>]) -> Result<Sequence> {
    let mut wired = Vec::with_capacity(members.len());
    for (at, member) in members.iter().enumerate() {
        let before = members.get(..at).unwrap_or_default();
        let pool = pool(team, before);
        let open = open_before(team, before);
        let place = format!("members.{at}");
        wired.push(bind(member, &member.input_schema, &pool, open, &place)?);
    }
    if !team.output_schema.is_described() {
        return Ok(Sequence {
            members: wired,
            output: None,
        });
    }
    let pool: Vec<Given> = pool(team, members)
        .into_iter()
        .filter(|given| !matches!(given.source, Source::Input(_)))
        .collect();
    let open = members
        .iter()
        .rposition(|member| !member.output_schema.is_described())
        .map(Open::Member);
    let wanted = without(&team.output_schema, &[TRACE]);
    let output = bind(team, &wanted, &pool, open, OUTPUT)?;
    Ok(Sequence {
        members: wired,
        output: Some(output),
    })
}

/// What a member is given of the team's input alone.
///
/// # Errors
/// `InvalidComponent` naming the member and the field.
pub fn alike(team: &Component, member: &Component, at: usize) -> Result<Vec<Binding>> {
    let open = open_before(team, &[]);
    let pool = pool(team, &[]);
    bind(
        member,
        &member.input_schema,
        &pool,
        open,
        &format!("members.{at}"),
    )
}

/// What an aggregator is given: the team's input, what each member gave under its name, and all of
/// it under `results`.
///
/// # Errors
/// `InvalidComponent` naming the field.
pub fn aggregator(
    team: &Component,
    members: &[Arc<Component>],
    aggregator: &Component,
) -> Result<Vec<Binding>> {
    let mut given: Vec<Given> = pool(team, &[]);
    for one in &mut given {
        one.near = false;
    }
    given.extend(members.iter().enumerate().map(|(at, member)| Given {
        name: member.name.clone(),
        schema: member.output_schema.json_schema().clone(),
        source: Source::Whole(at),
        near: false,
    }));
    given.push(Given {
        name: RESULTS.to_owned(),
        schema: json!({"type": "object"}),
        source: Source::Results,
        near: true,
    });
    bind(
        aggregator,
        &aggregator.input_schema,
        &given,
        None,
        "team.aggregator",
    )
}

/// That an output of what each member gave, by name, is what a team says it gives.
///
/// # Errors
/// `InvalidComponent` naming the field.
pub fn by_name(team: &Component, members: &[Arc<Component>]) -> Result<()> {
    for field in without(&team.output_schema, &[TRACE]).fields() {
        let member = members.iter().find(|member| member.name == field.name);
        let place = format!("output_schema.{}", field.name);
        let names = || members.iter().map(|member| member.name.as_str());
        match member {
            Some(member) => {
                let given = member.output_schema.json_schema();
                if let Fit::No(reason) = fit(given, &field.schema) {
                    return Err(fault(
                        &place,
                        format!("what `{}` gives does not fit: {reason}", field.name),
                    ));
                }
            }
            None if field.required => {
                let message = format!("no member is called `{}`", field.name);
                return Err(fault(&place, message)
                    .hint(format!(
                        "without an `aggregator` the output has a field for each member: {}",
                        names().collect::<Vec<_>>().join(", ")
                    ))
                    .hint_opt(did_you_mean(&field.name, names())));
            }
            None => {}
        }
    }
    Ok(())
}

/// An object of the fields that are bound to something there is.
pub fn follow(bindings: &[Binding], input: &Value, outputs: &[(String, Value)]) -> Value {
    let value = |source: &Source| match source {
        Source::Input(name) => input.get(name).cloned(),
        Source::Member(at, name) => outputs
            .get(*at)
            .and_then(|(_, given)| given.get(name))
            .cloned(),
        Source::Whole(at) => outputs.get(*at).map(|(_, given)| given.clone()),
        Source::Results => Some(Value::Object(outputs.iter().cloned().collect())),
    };
    let bound: Map<String, Value> = bindings
        .iter()
        .filter_map(|binding| Some((binding.field.clone(), value(&binding.source)?)))
        .collect();
    Value::Object(bound)
}

/// A schema without some of its fields.
pub fn without(schema: &Schema, names: &[&str]) -> Schema {
    let mut written = schema.json_schema().clone();
    if let Some(properties) = written.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| !names.contains(&name.as_str()));
    }
    if let Some(required) = written.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name.as_str().is_none_or(|name| !names.contains(&name)));
    }
    Schema::new(written).unwrap_or_else(|_| schema.clone())
}

/// Who gives fields that it does not name.
#[derive(Clone, Copy)]
enum Open {
    Member(usize),
    Input,
}

fn open_before(team: &Component, before: &[Arc<Component>]) -> Option<Open> {
    before
        .iter()
        .rposition(|member| !member.output_schema.is_described())
        .map(Open::Member)
        .or_else(|| (!team.input_schema.is_described()).then_some(Open::Input))
}

/// What there is, the latest first; the team's input last.
fn pool(team: &Component, members: &[Arc<Component>]) -> Vec<Given> {
    let mut pool = Vec::new();
    for (at, member) in members.iter().enumerate().rev() {
        let fields = member.output_schema.fields();
        pool.extend(fields.into_iter().map(|field| Given {
            source: Source::Member(at, field.name.clone()),
            name: field.name,
            schema: field.schema,
            near: at + 1 == members.len(),
        }));
    }
    pool.extend(team.input_schema.fields().into_iter().map(|field| Given {
        source: Source::Input(field.name.clone()),
        name: field.name,
        schema: field.schema,
        near: members.is_empty(),
    }));
    pool
}

fn bind(
    who: &Component,
    wanted: &Schema,
    pool: &[Given],
    open: Option<Open>,
    place: &str,
) -> Result<Vec<Binding>> {
    let fields = wanted.fields();
    let mut bindings: Vec<Binding> = Vec::new();
    for field in &fields {
        let named = pool.iter().find(|given| {
            given.name == field.name && !matches!(fit(&given.schema, &field.schema), Fit::No(_))
        });
        let source = match named {
            Some(given) => Some(given.source.clone()),
            None if !field.required => None,
            None => Some(
                by_type(field, &fields, pool, open)
                    .ok_or_else(|| missing(who, field, pool, place))?,
            ),
        };
        bindings.extend(source.map(|source| Binding {
            field: field.name.clone(),
            source,
        }));
    }
    Ok(bindings)
}

/// The only thing nearby that certainly fits and is not called for by its own name.
fn by_type(field: &Field, fields: &[Field], pool: &[Given], open: Option<Open>) -> Option<Source> {
    let mut fitting = pool.iter().filter(|given| {
        given.near
            && fit(&given.schema, &field.schema) == Fit::Yes
            && fields.iter().all(|other| other.name != given.name)
    });
    match (fitting.next(), fitting.next(), open) {
        (Some(one), None, _) => Some(one.source.clone()),
        (None, None, Some(Open::Member(at))) => Some(Source::Member(at, field.name.clone())),
        (None, None, Some(Open::Input)) => Some(Source::Input(field.name.clone())),
        _ => None,
    }
}

fn missing(who: &Component, field: &Field, pool: &[Given], place: &str) -> crate::Error {
    let misfit = pool
        .iter()
        .find_map(|given| match fit(&given.schema, &field.schema) {
            Fit::No(reason) if given.name == field.name => Some(reason),
            _ => None,
        });
    let verb = if place == OUTPUT { "promises" } else { "needs" };
    let what = format!(
        "`{}` {verb} `{}` ({})",
        who.name,
        field.name,
        field.type_name()
    );
    let place = format!("{place}.{}", field.name);
    if let Some(reason) = misfit {
        let message = format!(
            "{what}, and the `{}` there is does not fit: {reason}",
            field.name
        );
        return fault(&place, message);
    }
    let mut known: Vec<&str> = Vec::new();
    for given in pool {
        if !known.contains(&given.name.as_str()) {
            known.push(&given.name);
        }
    }
    let hint = if known.is_empty() {
        "there are no fields yet: describe `input_schema`".to_owned()
    } else {
        format!("there are {}", known.join(", "))
    };
    fault(&place, format!("{what}, and nothing before it gives that"))
        .hint(hint)
        .hint_opt(did_you_mean(&field.name, known))
}
