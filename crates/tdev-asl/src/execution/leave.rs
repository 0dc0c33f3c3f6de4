//! Leaving a state: its result shaped, variables assigned, the next state found.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::emit::entered_exited;
use super::frame::{FrameId, Pending};
use super::{DATA_LIMIT, Execution, Status, all_within_limit, size_within_limit};
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
    /// The bytes of JSON the output has at most, where that is known already.
    pub(super) size: Option<usize>,
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
    /// Puts `result` into `input`, in place if nobody else has the input. A failure comes with the
    /// input.
    pub(super) fn merge(&self, input: Json, result: Json) -> Result<Json, (Failure, Json)> {
        match self {
            Self::Replace => Ok(result),
            Self::Discard => Ok(input),
            Self::At(path) => path
                .put(Arc::unwrap_or_clone(input), Arc::unwrap_or_clone(result))
                .map(Arc::new)
                .map_err(|input| {
                    let failure = Failure::engine(
                        names::RESULT_PATH,
                        format!(
                            "Unable to apply ReferencePath {} to input {input}",
                            path.text
                        ),
                    );
                    (failure, Arc::new(input))
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
    /// Whether nothing can ask for the state's input again once it is used: no retrier, no catcher,
    /// and no redrive, which goes on from a journal.
    pub(super) fn may_use_up(&self, state: &State) -> bool {
        state.retry.is_empty() && state.catch.is_empty() && !self.setting.limit_events
    }

    /// Takes the input out of the frame, so that its memory can serve what becomes of it.
    pub(super) fn use_up(&mut self, id: FrameId) -> Result<Json, Failure> {
        let used_up = Arc::clone(&self.used_up);
        let frame = self.frame_mut(id).ok_or_else(gone)?;
        Ok(std::mem::replace(&mut frame.input, used_up))
    }

    /// Merges a result, of at most `size` bytes if that was counted, into the input of the frame's
    /// state, and tells how many the two have at most.
    pub(super) fn merge(
        &mut self,
        id: FrameId,
        state: &State,
        path: &ResultPath,
        result: Json,
        size: Option<usize>,
    ) -> Result<(Json, Option<usize>), Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let at = match path {
            ResultPath::Replace => return Ok((result, size)),
            ResultPath::Discard => return Ok((Arc::clone(&frame.input), None)),
            ResultPath::At(at) => at,
        };
        let size = size
            .or_else(|| size_within_limit(&result))
            .and_then(|s| frame.size.checked_add(s + at.room()));
        // Nothing that fails after this asks for the input, or nothing after this fails.
        let small = size.is_some_and(|size| size <= DATA_LIMIT);
        let last =
            small && matches!(state.output_path, Selection::Whole) && state.assign.is_empty();
        let input = if last || self.may_use_up(state) {
            self.use_up(id)?
        } else {
            Arc::clone(&frame.input)
        };
        path.merge(input, result)
            .map(|merged| (merged, size))
            .map_err(|(failure, input)| {
                if let Some(frame) = self.frame_mut(id) {
                    frame.input = input;
                }
                failure
            })
    }

    /// Shapes the raw result of a Task, Parallel or Map into its output. `size` is that of the
    /// result, if it was counted.
    pub(super) fn shape(
        &mut self,
        id: FrameId,
        state: &State,
        shaping: &Shaping,
        result: Json,
        size: Option<usize>,
    ) -> Result<Departure, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        match state.language {
            Language::JsonPath => {
                let env = self.env(frame, &context, &result);
                let selected = match &shaping.selector {
                    Some(selector) => Some(selector.eval(&env)?),
                    None => None,
                };
                let assigned = assign(&state.assign, &env)?;
                // A result nothing else holds is moved into the input, not copied.
                let (selected, size) = match selected {
                    Some(selected) => {
                        drop(result);
                        (selected, None)
                    }
                    None => (result, size),
                };
                let (merged, size) = self.merge(id, state, &shaping.path, selected, size)?;
                let frame = self.frame(id).ok_or_else(gone)?;
                let output = state
                    .output_path
                    .select(&self.env(frame, &context, &merged))?;
                Ok(Departure {
                    size: size.filter(|_| Arc::ptr_eq(&output, &merged)),
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
                let (output, size) = match &state.output {
                    Some(output) => (output.eval(&env)?, None),
                    None => (Arc::clone(&result), size),
                };
                Ok(Departure {
                    output,
                    size,
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
            size,
            assigned,
            next,
        } = departure;
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        let size = if Arc::ptr_eq(&output, &frame.input) {
            Some(frame.size)
        } else {
            size.filter(|size| *size <= DATA_LIMIT)
                .or_else(|| size_within_limit(&output))
        };
        let fits =
            assigned.is_empty() || all_within_limit(assigned.iter().map(|(_, value)| &**value));
        let Some(size) = size.filter(|_| fits) else {
            self.fail(id, too_large(&state.name));
            return;
        };
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
            frame.size = size;
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
