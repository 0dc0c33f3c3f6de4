//! Leaving a state: its result shaped, variables assigned, the next state found.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::emit::entered_exited;
use super::frame::{FrameId, Pending};
use super::{Execution, Status, all_within_limit, within_limit};
use crate::Json;
use crate::definition::{ResultPath, Selection, Shaping, State, StateId};
use crate::failure::{Failure, names};
use crate::history::Details;
use crate::template::{Env, Language, Template};

/// Variables about to be assigned, all at once.
pub(super) type Assigned = Vec<(Arc<str>, Json)>;

/// How a state is left.
pub(super) struct Departure {
    pub(super) output: Json,
    pub(super) assigned: Assigned,
    pub(super) next: Option<StateId>,
}

impl Selection {
    /// What the path selects of `env`'s input.
    pub(super) fn select(&self, env: &Env<'_>) -> Result<Json, Failure> {
        match self {
            Self::Whole => Ok(Arc::clone(env.input)),
            Self::Nothing => Ok(Arc::new(Value::Object(serde_json::Map::new()))),
            Self::Path(path) => {
                env.not_of_nothing(path)?;
                match env.whole(path) {
                    Some(value) => Ok(value),
                    None => env
                        .find(path)
                        .map(Cow::into_owned)
                        .map(Arc::new)
                        .map_err(|e| {
                            Failure::runtime(format!("Invalid path '{}' : {}", path.text, e.detail))
                        }),
                }
            }
        }
    }
}

impl ResultPath {
    /// Puts `result` into `input`.
    pub(super) fn merge(&self, input: &Json, result: Json) -> Result<Json, Failure> {
        match self {
            Self::Replace => Ok(result),
            Self::Discard => Ok(Arc::clone(input)),
            Self::At(path) => path
                .put(Value::clone(input), Arc::unwrap_or_clone(result))
                .map(Arc::new)
                .map_err(|input| {
                    Failure::engine(
                        names::RESULT_PATH,
                        format!(
                            "Unable to apply ReferencePath {} to input {input}",
                            path.text
                        ),
                    )
                }),
        }
    }
}

/// Evaluates every assignment before any takes effect.
pub(super) fn assign(
    assignments: &[(Arc<str>, Template)],
    env: &Env<'_>,
) -> Result<Assigned, Failure> {
    assignments
        .iter()
        .map(|(name, template)| Ok((Arc::clone(name), template.eval(env)?)))
        .collect()
}

impl Execution {
    /// Shapes the raw result of a Task, Parallel or Map into its output.
    pub(super) fn shape(
        &self,
        id: FrameId,
        state: &State,
        shaping: &Shaping,
        result: Json,
    ) -> Result<Departure, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        match state.language {
            Language::JsonPath => {
                let env = self.env(frame, &context, &result);
                let selected = match &shaping.selector {
                    Some(selector) => selector.eval(&env)?,
                    None => Arc::clone(&result),
                };
                let assigned = assign(&state.assign, &env)?;
                let merged = match &shaping.path {
                    ResultPath::Replace if shaping.selector.is_none() => {
                        drop(selected);
                        result
                    }
                    path => path.merge(&frame.input, selected)?,
                };
                let output = state
                    .output_path
                    .select(&self.env(frame, &context, &merged))?;
                Ok(Departure {
                    output,
                    assigned,
                    next: state.next,
                })
            }
            Language::Jsonata => {
                let env = Env {
                    result: Some(&result),
                    ..self.env(frame, &context, &frame.input)
                };
                let assigned = assign(&state.assign, &env)?;
                let output = match &state.output {
                    Some(output) => output.eval(&env)?,
                    None => Arc::clone(&result),
                };
                Ok(Departure {
                    output,
                    assigned,
                    next: state.next,
                })
            }
        }
    }

    /// Leaves the state of `frame`, or fails it if it cannot be left.
    pub(super) fn depart(
        &mut self,
        id: FrameId,
        state: &State,
        departure: Result<Departure, Failure>,
    ) {
        match departure {
            Ok(departure) => self.leave(id, state, departure),
            Err(failure) => self.fail(id, failure),
        }
    }

    pub(super) fn leave(&mut self, id: FrameId, state: &State, departure: Departure) {
        let Departure {
            output,
            assigned,
            next,
        } = departure;
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let output_fits = Arc::ptr_eq(&output, &frame.input) || within_limit(&output);
        if !output_fits || !all_within_limit(assigned.iter().map(|(_, value)| &**value)) {
            self.fail(id, too_large(&state.name));
            return;
        }
        let shown = match assigned.is_empty() || !self.setting.write_events {
            true => Vec::new(),
            false => assigned.clone(),
        };
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        if !assigned.is_empty() {
            let scope = Arc::make_mut(&mut frame.scope);
            for (name, value) in assigned {
                scope.set(name, value);
            }
        }
        frame.pending = Pending::Ready;
        if let Some(next) = next {
            frame.state = next;
            frame.input = Arc::clone(&output);
            self.ready.push_back(id);
        }
        self.emit(id, entered_exited(state).1, Some(&state.name), || {
            Details::Exited {
                output: Arc::clone(&output),
                assigned: shown,
            }
        });
        if next.is_none() {
            self.complete(id, output);
        }
    }

    /// The frame's list of states is through.
    fn complete(&mut self, id: FrameId, output: Json) {
        let Some(frame) = self.frame(id) else { return };
        match frame.parent {
            None => {
                self.remove_frame(id);
                self.end(
                    Status::Succeeded,
                    "ExecutionSucceeded",
                    Some(output),
                    None,
                    None,
                );
            }
            Some((parent, index)) => self.child_succeeded(parent, index, id, output),
        }
    }
}

pub(super) fn too_large(name: &str) -> Failure {
    Failure::reported(
        names::DATA_LIMIT,
        format!(
            "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
        ),
    )
}

/// A frame the engine lost sight of, which would be a fault of its own.
pub(super) fn gone() -> Failure {
    Failure::runtime("the frame of the state is gone")
}
