//! A failure finds its retrier, its catcher, or the frame above.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::frame::{FrameId, Pending};
use super::leave::{Departure, assign, gone};
use super::{Alarm, Execution};
use crate::Json;
use crate::definition::{Catcher, Kind, Retrier, State};
use crate::failure::{Failure, Origin};
use crate::history::Details;
use crate::template::{Env, Language};

impl Execution {
    /// Fails the state of the frame. A loop, so that no depth of nesting costs stack.
    pub(super) fn fail(&mut self, id: FrameId, failure: Failure) {
        let machine = Arc::clone(&self.machine);
        let mut at = Some((id, failure));
        let mut inherited = false;
        while let Some((id, failure)) = at.take() {
            let Some(frame) = self.frame(id) else { return };
            let state = &machine.states[frame.state];
            self.halt(id);
            let failure = self.located(id, state, failure);
            let failure = match self.recover(id, state, failure) {
                Ok(()) => return,
                Err(failure) => failure,
            };
            if inherited || !failure.is_fatal() {
                self.emit_state_failed(id, state, &failure);
            }
            at = self.hand_up(id, failure);
            inherited = true;
        }
    }

    /// Completes the cause with the place, as AWS words it.
    fn located(&mut self, id: FrameId, state: &State, failure: Failure) -> Failure {
        if failure.origin == Origin::Reported {
            return failure;
        }
        let entered = self.frame(id).map_or(0, |f| f.entered_event);
        let Failure {
            error,
            cause,
            origin,
        } = failure;
        let cause = cause.map(|cause| {
            format!(
                "An error occurred while executing the state '{}' (entered at the event id #{entered}). {cause}",
                state.name
            )
        });
        if let Origin::Evaluation { location } = origin {
            let (error, cause) = (error.clone(), cause.clone());
            self.emit(id, "EvaluationFailed", Some(&state.name), || {
                Details::Evaluation {
                    error,
                    cause,
                    location,
                }
            });
        }
        Failure {
            error,
            cause,
            origin: Origin::Reported,
        }
    }

    /// Retries or catches; gives back the failure if neither applies.
    fn recover(&mut self, id: FrameId, state: &State, failure: Failure) -> Result<(), Failure> {
        if failure.is_fatal() {
            return Err(failure);
        }
        if let Some(seconds) = self.retry_delay(id, state, &failure) {
            let timer = self.set_timer(Alarm::Retry(id), seconds);
            if let Some(frame) = self.frame_mut(id) {
                frame.pending = Pending::Retry(timer);
            }
            return Ok(());
        }
        let Some(catcher) = state
            .catch
            .iter()
            .find(|c| c.errors.iter().any(|e| failure.matches(e)))
        else {
            return Err(failure);
        };
        let departure = match self.caught(id, state, catcher, &failure) {
            Ok(departure) => departure,
            // The catcher itself failed: nothing catches that.
            Err(own) => return Err(self.located(id, state, own)),
        };
        self.emit_state_failed(id, state, &failure);
        self.leave(id, state, departure);
        Ok(())
    }

    fn retry_delay(&mut self, id: FrameId, state: &State, failure: &Failure) -> Option<f64> {
        let (i, retrier) = state
            .retry
            .iter()
            .enumerate()
            .find(|(_, r)| r.errors.iter().any(|e| failure.matches(e)))?;
        let frame = self.frame_mut(id)?;
        frame.attempts.resize(state.retry.len(), 0);
        let made = frame.attempts[i];
        if made >= retrier.max_attempts {
            return None;
        }
        frame.attempts[i] = made + 1;
        let mut random = self.random.get();
        let delay = retrier.delay(made, || random.fraction());
        self.random.set(random);
        Some(delay)
    }

    /// The delay of a retry is over.
    pub(super) fn try_again(&mut self, id: FrameId) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        frame.retry_count += 1;
        frame.pending = Pending::Ready;
        let state = frame.state;
        self.begin(id, &machine.states[state]);
    }

    fn caught(
        &self,
        id: FrameId,
        state: &State,
        catcher: &Catcher,
        failure: &Failure,
    ) -> Result<Departure, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let error_output: Json = Arc::new(error_output(failure));
        match state.language {
            Language::JsonPath => {
                let assigned = assign(&catcher.assign, &self.env(frame, &context, &error_output))?;
                let output = catcher
                    .result_path
                    .merge(Arc::clone(&frame.input), error_output)
                    .map_err(|(failure, _)| failure)?;
                Ok(Departure {
                    output,
                    size: None,
                    assigned,
                    next: Some(catcher.next),
                })
            }
            Language::Jsonata => {
                let env = Env {
                    error: Some(&error_output),
                    ..self.env(frame, &context, &frame.input)
                };
                let assigned = assign(&catcher.assign, &env)?;
                let output = match &catcher.output {
                    Some(output) => output.eval(&env)?,
                    None => Arc::clone(&error_output),
                };
                Ok(Departure {
                    output,
                    size: None,
                    assigned,
                    next: Some(catcher.next),
                })
            }
        }
    }

    /// Parallel and Map states say that they failed; other states do so by their own events.
    fn emit_state_failed(&mut self, id: FrameId, state: &State, failure: &Failure) {
        let kind = match &state.kind {
            Kind::Parallel(_) => "ParallelStateFailed",
            Kind::Map(_) => "MapStateFailed",
            _ => return,
        };
        self.emit(id, kind, Some(&state.name), || Details::Failed {
            error: failure.error.clone(),
            cause: failure.cause.clone(),
        });
    }

    /// Ends the frame with the failure, and tells which frame fails next.
    fn hand_up(&mut self, id: FrameId, failure: Failure) -> Option<(FrameId, Failure)> {
        let frame = self.remove_frame(id)?;
        match frame.parent {
            None => {
                self.corpse = Some(Box::new(frame));
                self.end_failed(failure);
                None
            }
            Some((parent, index)) => self
                .child_failed(parent, index, frame, failure)
                .map(|f| (parent, f)),
        }
    }
}

/// What a catcher sees of a failure; a part that was left out is an empty text there.
fn error_output(failure: &Failure) -> Value {
    let part = |text: &Option<String>| Value::from(text.as_deref().unwrap_or_default());
    let mut output = Map::new();
    output.insert("Error".to_owned(), part(&failure.error));
    output.insert("Cause".to_owned(), part(&failure.cause));
    Value::Object(output)
}

impl Retrier {
    /// Seconds before the attempt after `made` retries.
    fn delay(&self, made: u32, fraction: impl FnOnce() -> f64) -> f64 {
        let exponent = i32::try_from(made).unwrap_or(i32::MAX);
        let grown = (self.interval * self.backoff.powi(exponent)).min(crate::definition::SECONDS);
        let delay = self.max_delay.map_or(grown, |most| grown.min(most));
        if self.full_jitter {
            delay * fraction()
        } else {
            delay
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retrier() -> Retrier {
        Retrier {
            errors: Vec::new(),
            interval: 3.0,
            max_attempts: 3,
            backoff: 2.0,
            max_delay: None,
            full_jitter: false,
        }
    }

    #[test]
    fn delays_grow_by_the_rate() {
        let delays: Vec<f64> = (0..4).map(|n| retrier().delay(n, || 0.5)).collect();
        assert_eq!(delays, [3.0, 6.0, 12.0, 24.0]);
    }

    #[test]
    fn delays_are_capped_and_never_overflow() {
        let capped = Retrier {
            max_delay: Some(5.0),
            ..retrier()
        };
        assert!((capped.delay(3, || 0.5) - 5.0).abs() < f64::EPSILON);
        assert!(retrier().delay(100_000, || 0.5).is_finite());
    }

    #[test]
    fn full_jitter_draws_below_the_delay() {
        let jittered = Retrier {
            full_jitter: true,
            ..retrier()
        };
        assert!((jittered.delay(1, || 0.5) - 3.0).abs() < f64::EPSILON);
    }
}
