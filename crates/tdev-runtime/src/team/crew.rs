//! The members of a team, looked up, and calling one of them.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::{Error, Result};

use crate::prompt::shortened;
use crate::runner::{Effects, Inner, Passage};

/// Bytes of inputs and outputs in a trace.
const TRACED_BYTES: usize = 2 << 10;

/// A team with its members at hand.
pub(super) struct Crew<'a> {
    pub(super) runner: &'a Arc<Inner>,
    pub(super) team: &'a Component,
    pub(super) members: Vec<Arc<Component>>,
    pub(super) passage: &'a Passage,
    effects: Effects,
}

/// What came of a call, and its entry in the trace.
pub(super) type Told = (Result<Value>, Value);

impl<'a> Crew<'a> {
    pub(super) fn gather(
        runner: &'a Arc<Inner>,
        team: &'a Component,
        passage: &'a Passage,
    ) -> Result<Self> {
        let found = |entry: &String| {
            runner
                .granted(entry, passage)
                .map_err(|error| error.field(format!("members.{entry}")))
        };
        Ok(Self {
            runner,
            team,
            members: team.members.iter().map(found).collect::<Result<_>>()?,
            passage,
            effects: Effects::default(),
        })
    }

    /// Calls a member.
    pub(super) fn call(&self, member: &Arc<Component>, input: Value) -> Told {
        let begun = Instant::now();
        let inside = self.effects.passage(self.passage, &member.name, &input);
        let shown = shortened(input.clone(), TRACED_BYTES);
        let answer = self
            .passage
            .left(&self.team.name)
            .and_then(|_| self.runner.run(member, input, &inside))
            .map_err(|error| self.named(member, error));
        let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "tdev::mind",
            component = %self.team.name,
            run = %self.passage.scope.run_id,
            step = %self.passage.scope.step,
            called = %member.name,
            ms,
            error = answer.as_ref().err().map(tracing::field::display),
            "a team called a member"
        );
        let mut entry = json!({"called": member.name, "input": shown, "ms": ms});
        match &answer {
            Ok(output) => entry["output"] = shortened(output.clone(), TRACED_BYTES),
            Err(error) => entry["error"] = json!({"code": error.code, "message": error.message}),
        }
        (answer, entry)
    }

    /// A failure, with the name of who failed.
    fn named(&self, member: &Component, error: Error) -> Error {
        let place = match &error.field {
            Some(field) => format!("members.{}.{field}", member.name),
            None => format!("members.{}", member.name),
        };
        let message = format!(
            "`{}` failed in `{}`: {}",
            member.name, self.team.name, error.message
        );
        Error { message, ..error }.field(place)
    }
}
