//! Teams that are declared: one after the other, all at once, one of them, or led by a model.
//!
//! A member is called by the runner like any component, within its own grants and no longer than
//! its team has; a team may be a member. What a member fails by names it.

mod crew;
mod decision;
mod likeness;
mod parallel;
mod router;
mod sequential;
mod supervisor;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tdev_core::Result;
use tdev_core::component::{Component, Mode, TeamDefinition};

use crate::prompt::{traced, with_trace};
use crate::runner::{Inner, Passage};
use crew::Crew;

/// Wall time where the metadata names none.
const USUAL: Duration = Duration::from_secs(300);

/// Runs a declared team on this thread.
pub(crate) fn run(
    runner: &Arc<Inner>,
    component: &Component,
    team: &TeamDefinition,
    input: &Value,
    passage: &Passage,
) -> Result<Value> {
    let inside = passage.inside(component, USUAL);
    let mut work = Vec::new();
    let output = match team.mode {
        Mode::Supervisor => supervisor::run(runner, component, team, input, &inside, &mut work),
        Mode::Sequential | Mode::Parallel | Mode::Router => {
            Crew::gather(runner, component, &inside).and_then(|crew| match team.mode {
                Mode::Sequential => sequential::run(&crew, input, &mut work),
                Mode::Parallel => parallel::run(&crew, team, input, &mut work),
                _ => router::run(&crew, team, input, &mut work),
            })
        }
    };
    output
        .map_err(|error| with_trace(error, &work))
        .map(|output| traced(component, output, work))
}
