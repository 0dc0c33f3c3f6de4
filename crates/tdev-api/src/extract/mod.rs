//! What was asked: bodies, paths, queries and the headers that change an answer.

mod idempotency_key;
mod json;
mod name;
mod prefer;
mod query;

pub(crate) use idempotency_key::{IdempotencyKey, fingerprint};
pub(crate) use json::{Json, OptionalJson, bytes, read};
pub(crate) use name::{ComponentPath, IdPath};
pub(crate) use prefer::Prefer;
pub(crate) use query::Query;
