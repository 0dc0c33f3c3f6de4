//! Records in DynamoDB, a table for each kind of them.
//!
//! Every item lies under its project: the partition key `pk` is the project's name, or begins with
//! it. The sort key `sk` tells what it is. Nothing is ever scanned: what is listed together stands
//! together, in the order it is listed in.
//!
//! | table | `pk` | `sk` | holds |
//! |---|---|---|---|
//! | components | project | `name#<Name>` | the newest version, with how often the name was written |
//! | | | `version#<Name>#<00000001>` | one version |
//! | workflows | project | `id#<id>` | the newest version |
//! | | | `version#<id>#<00000001>` | one version, never changed |
//! | runs | project | `run#<id>` | one run; ids grow with time |
//! | | | `key#<project of the run>#<idempotency key>` | which run answers to it; expires |
//! | | | `plan#<place, 20 digits>` | the plan a run succeeded by, in their order |
//! | approvals | project | `approval#<id>` | one question; expires |
//! | | | `open#<asked at>#<id>` | that it is not answered yet |
//! | test-runs | project | `name#<Name>#<id>` | one test run; ids grow with time |
//! | | | `version#<Name@v1>#<id>` | the same again, by version |
//! | vectors | project`#`model`#`length | `revision#<16 hex digits>` | one vector |
//! | sessions | project | `session#<project>#<Name>#<session>` | what is remembered, and whose turn it is |
//! | services | project | `service#<id>` | one service, with the revision a write is conditional on |
//! | | | `call#<service>#<id>` | how one call of it went; ids grow with time; expires |
//! | audit | project | `line#<id>` | one change; ids grow with time |
//! | charges | project | `total#<run>` | what the run's calls of language models come to |
//! | | | `call#<run>#<key>` | one call: what it cost, and its answer |
//!
//! The record itself is JSON in `json_text`; over [`INLINE`](shelf::INLINE) bytes it is an artifact
//! whose hash stands in `json_artifact`, so that no item comes near the 400 KB one may have. Writes
//! are conditional on what was read, and where two items change they change in one transaction.
//! `expires_at`, in seconds since 1970, is the attribute DynamoDB deletes by.

mod approvals;
mod audit;
mod components;
mod ledger;
mod past_plans;
mod runs;
mod services;
mod sessions;
mod shelf;
mod tables;
mod test_runs;
mod vectors;
mod workflows;
mod write;

pub use tables::Tables;

pub(crate) use approvals::Approvals;
pub(crate) use audit::Audit;
pub(crate) use components::Components;
pub(crate) use ledger::Charges;
pub(crate) use runs::Runs;
pub(crate) use services::Services;
pub(crate) use sessions::Sessions;
pub(crate) use shelf::Shelf;
pub(crate) use test_runs::TestRuns;
pub(crate) use vectors::Vectors;
pub(crate) use workflows::Workflows;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// One item: attributes by name.
type Item = HashMap<String, AttributeValue>;

/// A string attribute.
fn string(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A number attribute.
fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// A number of an item, 0 where it has none.
fn number_in(item: &Item, attribute: &str) -> u64 {
    item.get(attribute)
        .and_then(|value| value.as_n().ok())
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

/// A string of an item.
fn string_in<'a>(item: &'a Item, attribute: &str) -> Option<&'a str> {
    item.get(attribute)
        .and_then(|value| value.as_s().ok())
        .map(String::as_str)
}
