//! What every registry decides alike about the versions of a name: which one answers, whether a
//! write may be made, what a filter admits, and what is said where nothing is found.

use std::sync::Arc;

use super::{Component, ComponentRef, Status};
use crate::nearest::did_you_mean;
use crate::ports::{Filter, Revision};
use crate::{Code, Error, Result};

/// The version a reference means, out of all versions of its name, oldest first: the pinned one,
/// else the newest stable, else the newest.
///
/// # Errors
/// `ComponentNotFound`, naming the newest.
pub fn select(reference: &ComponentRef, versions: &[Arc<Component>]) -> Result<Arc<Component>> {
    let found = match reference.version {
        Some(version) => versions.iter().find(|c| c.version_id == version),
        None => versions
            .iter()
            .rev()
            .find(|c| c.status == Status::Stable)
            .or(versions.last()),
    };
    found.cloned().ok_or_else(|| {
        Error::new(
            Code::ComponentNotFound,
            format!("no component `{reference}`"),
        )
        .hint_opt(
            versions
                .last()
                .map(|c| format!("the newest is `{}`", c.pinned())),
        )
    })
}

/// Checks the condition of a write against all versions of the name that are there, oldest first.
///
/// # Errors
/// `AlreadyExists`, `ComponentNotFound` or `Conflict`.
pub fn meet(component: &Component, versions: &[Arc<Component>], condition: Revision) -> Result<()> {
    let name = &component.name;
    match (condition, versions.last()) {
        (Revision::New, Some(newest)) => Err(Error::new(
            Code::AlreadyExists,
            format!("`{name}` is registered already, as `{}`", newest.pinned()),
        )
        .field("name")
        .hint("register it as the next version, or choose another name")),
        (Revision::New, None) | (Revision::NextVersion, Some(_)) => Ok(()),
        (Revision::NextVersion, None) => Err(Error::new(
            Code::ComponentNotFound,
            format!("no component named `{name}` to make a version of"),
        )
        .hint("register it as new")),
        (Revision::Replaces(hash), newest) => {
            let there = versions
                .iter()
                .find(|c| c.version_id == component.version_id)
                .ok_or_else(|| {
                    Error::new(
                        Code::ComponentNotFound,
                        format!("no component `{}` to replace", component.pinned()),
                    )
                    .hint_opt(newest.map(|c| format!("the newest is `{}`", c.pinned())))
                })?;
            if there.revision() == hash {
                return Ok(());
            }
            Err(Error::new(
                Code::Conflict,
                format!(
                    "`{}` was changed by somebody else first",
                    component.pinned()
                ),
            )
            .hint("read it again and repeat the change"))
        }
    }
}

/// Whether a filter lets a component through.
pub fn admits(filter: &Filter, component: &Component) -> bool {
    if filter.kind.is_some_and(|kind| kind != component.kind) {
        return false;
    }
    let Some(query) = &filter.query else {
        return true;
    };
    let text = format!(
        "{} {} {}",
        component.name,
        component.description,
        component.tags.join(" ")
    )
    .to_lowercase();
    query
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

/// What is said of a name that no component has, with the nearest of those there are.
pub fn unknown<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Error {
    Error::new(
        Code::ComponentNotFound,
        format!("no component named `{name}`"),
    )
    .hint_opt(did_you_mean(name, names))
}
