//! Everyone a declared team or agent calls, looked up and held against it before it is registered.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::prompt::fault;
use super::{Component, ComponentRef, Mode, TeamDefinition, names, wiring};
use crate::ports::Registry;
use crate::{Code, Error, Result};

/// How deep declared teams and agents may stand in each other.
pub const DEEPEST: usize = 6;

/// Checks a declared agent or team against those it calls: that they are there, that none calls it
/// back, that they do not stand too deep in each other, and that each can be given what it needs.
/// A component with source is not looked into.
///
/// # Errors
/// `InvalidComponent` naming the entry, the reason and the nearest right thing.
pub async fn check(component: &Component, registry: &dyn Registry) -> Result<()> {
    if component.prompt.is_none() && component.team.is_none() {
        return Ok(());
    }
    let mut known: BTreeMap<String, Arc<Component>> = BTreeMap::new();
    let mut waiting: Vec<(String, Vec<String>)> = vec![];
    let first = [component.name.clone()];
    waiting.extend(callees(component).map(|entry| (entry.to_owned(), first.to_vec())));
    while let Some((entry, mut path)) = waiting.pop() {
        let name = entry.split('@').next().unwrap_or(&entry).to_owned();
        let again = path.contains(&name);
        path.push(name);
        let place = place_of(component, path.get(1).map_or("", String::as_str));
        if again {
            return Err(fault(
                &place,
                format!("a team cannot call itself: {}", path.join(" → ")),
            )
            .hint("leave one of them out of the other's `members` and `tools`"));
        }
        if path.len() > DEEPEST {
            let chain = path.join(" → ");
            return Err(fault(
                &place,
                format!("they stand more than {DEEPEST} deep in each other: {chain}"),
            ));
        }
        let called = match known.get(&entry) {
            Some(called) => Arc::clone(called),
            None => {
                let called = find(&place, &entry, registry).await?;
                known.insert(entry, Arc::clone(&called));
                called
            }
        };
        if called.prompt.is_some() || called.team.is_some() {
            waiting.extend(callees(&called).map(|entry| (entry.to_owned(), path.clone())));
        }
    }
    let Some(team) = &component.team else {
        return Ok(());
    };
    let members: Vec<Arc<Component>> = component
        .members
        .iter()
        .filter_map(|entry| known.get(entry).cloned())
        .collect();
    wired(component, team, &members)
}

/// Whether a component, or whoever it is declared to call, cannot do without a language model.
///
/// # Errors
/// Those of the registry; an entry that is not there needs nothing.
pub async fn needs_a_model(component: &Component, registry: &dyn Registry) -> Result<bool> {
    any(
        component,
        registry,
        Component::needs_a_model,
        declared_callees,
    )
    .await
}

/// Whether a component, or whoever it calls by its record, changes the world outside.
///
/// # Errors
/// Those of the registry; an entry that is not there changes nothing.
pub async fn changes_the_world(component: &Component, registry: &dyn Registry) -> Result<bool> {
    let all = |component: &Component| callees(component).map(str::to_owned).collect();
    any(component, registry, |component| component.side_effects, all).await
}

/// Whether something holds of a component or of anyone it calls, however far down.
async fn any(
    component: &Component,
    registry: &dyn Registry,
    holds: impl Fn(&Component) -> bool,
    calls: impl Fn(&Component) -> Vec<String>,
) -> Result<bool> {
    if holds(component) {
        return Ok(true);
    }
    let mut seen: Vec<String> = Vec::new();
    let mut waiting: Vec<String> = calls(component);
    while let Some(entry) = waiting.pop() {
        if seen.contains(&entry) {
            continue;
        }
        let called = match entry.parse::<ComponentRef>() {
            Ok(reference) => registry.get(&reference).await,
            Err(error) => Err(error),
        };
        match called {
            Ok(called) if holds(&called) => return Ok(true),
            Ok(called) => waiting.extend(calls(&called)),
            Err(error) if matches!(error.code, Code::ComponentNotFound | Code::InvalidInput) => {}
            Err(error) => return Err(error),
        }
        seen.push(entry);
    }
    Ok(false)
}

fn declared_callees(component: &Component) -> Vec<String> {
    let declared = component.prompt.is_some() || component.team.is_some();
    let entries = callees(component).filter(|_| declared);
    entries.map(str::to_owned).collect()
}

/// That every member can be given what it needs, and the output what it promises.
fn wired(component: &Component, team: &TeamDefinition, members: &[Arc<Component>]) -> Result<()> {
    if matches!(team.mode, Mode::Parallel | Mode::Router) {
        // What they give stands under their names, and a choice is told by name.
        for (at, member) in members.iter().enumerate() {
            let before = members.get(..at).unwrap_or_default();
            if before.iter().any(|other| other.name == member.name) {
                return Err(fault(
                    &format!("members.{at}"),
                    format!("`{}` is a member twice", member.name),
                )
                .hint(format!(
                    "the members of a {} team have different names",
                    team.mode.as_str()
                )));
            }
        }
    }
    match team.mode {
        Mode::Sequential => wiring::sequence(component, members).map(drop),
        Mode::Supervisor => Ok(()),
        Mode::Router => members
            .iter()
            .enumerate()
            .try_for_each(|(at, member)| wiring::alike(component, member, at).map(drop)),
        Mode::Parallel => {
            let is_aggregator = |member: &&Arc<Component>| {
                team.aggregator
                    .as_deref()
                    .is_some_and(|name| names(name, &member.name))
            };
            let working: Vec<_> = members
                .iter()
                .filter(|m| !is_aggregator(m))
                .cloned()
                .collect();
            for (at, member) in working.iter().enumerate() {
                wiring::alike(component, member, at)?;
            }
            match members.iter().find(is_aggregator) {
                Some(last) => wiring::aggregator(component, &working, last).map(drop),
                None => wiring::by_name(component, &working),
            }
        }
    }
}

/// The entries of `tools` and `members`.
fn callees(component: &Component) -> impl Iterator<Item = &str> {
    component
        .tools
        .iter()
        .chain(&component.members)
        .map(String::as_str)
}

async fn find(place: &str, entry: &str, registry: &dyn Registry) -> Result<Arc<Component>> {
    let invalid = |error: Error| Error {
        code: Code::InvalidComponent,
        ..error.field(place)
    };
    let reference: ComponentRef = entry.parse().map_err(invalid)?;
    registry
        .get(&reference)
        .await
        .map_err(|error| match error.code {
            Code::ComponentNotFound => invalid(error),
            _ => error,
        })
}

/// Where an entry stands in the record.
fn place_of(component: &Component, name: &str) -> String {
    for (field, entries) in [("members", &component.members), ("tools", &component.tools)] {
        if let Some(at) = entries
            .iter()
            .position(|entry| entry == name || names(entry, name))
        {
            return format!("{field}.{at}");
        }
    }
    "members".to_owned()
}
