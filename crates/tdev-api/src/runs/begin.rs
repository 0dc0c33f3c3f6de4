//! Accepting a run: stored once for each idempotency key, then driven.

use axum::response::Response;
use tdev_core::Code;
use tdev_core::run::{Run, RunKind, RunRequest, RunStatus};

use super::answer::{Until, answer};
use crate::extract::{IdempotencyKey, Prefer};
use crate::problem::{Problem, Refusal};
use crate::state::Api;

/// A run to be begun.
pub(crate) struct Begin {
    pub(crate) kind: RunKind,
    pub(crate) request: RunRequest,
    pub(crate) key: IdempotencyKey,
    /// What tells this request from another under the same key.
    pub(crate) fingerprint: String,
    pub(crate) prefer: Prefer,
}

/// Stores a run, drives it in the background and answers with it. A known key answers with the
/// run it began, as it stands now.
pub(crate) async fn begin(api: &Api, begin: Begin) -> Result<Response, Problem> {
    let run = Run {
        id: api.new_id(),
        project: api.services.project.clone(),
        kind: begin.kind,
        status: RunStatus::Running,
        request: begin.request,
        started_at: api.services.clock.now(),
        redrives: 0,
        ended_at: None,
        output: None,
        error: None,
    };
    let key = begin
        .key
        .0
        .as_deref()
        .map(|key| (key, begin.fingerprint.as_str()));
    let run = match api.services.runs.create(run, key).await {
        Ok(run) => run,
        Err(fault) if key.is_some() && fault.code == Code::Conflict => {
            return Err(Refusal::IdempotencyKeyReused.into());
        }
        Err(fault) => return Err(fault.into()),
    };
    answer(api, run, begin.prefer, Until::RunEnds).await
}
