//! The routes under `/api`: a module per segment of the path.

pub(crate) mod agents;
pub(crate) mod components;
pub(crate) mod teams;
pub(crate) mod tools;

pub(crate) mod classify;
pub(crate) mod evaluate;
pub(crate) mod generate;
pub(crate) mod orchestrate;
pub(crate) mod plan;

pub(crate) mod workflows;

pub(crate) mod approvals;
pub(crate) mod runs;

pub(crate) mod deploy;
pub(crate) mod services;

pub(crate) mod tests;

pub(crate) mod audit;

use tdev_core::{Code, Error, Result};

use crate::problem::Refusal;
use crate::state::Api;

/// Whether a project that a request names is the one served.
fn same_project(api: &Api, project: Option<&str>) -> Result<(), Refusal> {
    match project {
        Some(project) if project != api.services.project => Err(Refusal::ProjectNotFound),
        _ => Ok(()),
    }
}

/// Refuses a text without words.
fn worded<'a>(field: &str, text: &'a str) -> Result<&'a str> {
    if text.trim().is_empty() {
        Err(Error::new(Code::InvalidInput, format!("`{field}` is empty")).field(field))
    } else {
        Ok(text)
    }
}
