//! Entering a state, and the states that need nothing from outside.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::emit::entered_exited;
use super::frame::{Frame, FrameId, Pending};
use super::leave::{Assigned, Departure, assign, gone};
use super::{Alarm, Execution, TaskContext};
use crate::Json;
use crate::choice::parse_timestamp;
use crate::definition::{Amount, Kind, ResultPath, Rule, State, StateId, Text, Until};
use crate::failure::{Failure, names};
use crate::history::Details;
use crate::path::Path;
use crate::template::{Env, Language, Template, wrong_type};

/// What came of starting a state.
pub(super) enum Step {
    /// It is done.
    Leave(Departure),
    /// It waits until a moment.
    Wait(DateTime<Utc>),
    /// Everything has been arranged already.
    Arranged,
}

impl Execution {
    /// Enters the state the frame stands at.
    pub(super) fn enter(&mut self, id: FrameId) {
        let machine = Arc::clone(&self.machine);
        let now = self.now;
        let Some(frame) = self.frame_mut(id) else {
            return;
        };
        if !matches!(frame.pending, Pending::Ready) {
            return self.take_up(id);
        }
        let state = &machine.states[frame.state];
        frame.entered_at = now;
        frame.retry_count = 0;
        frame.attempts.clear();
        let input = Arc::clone(&frame.input);
        self.emit(id, entered_exited(state).0, Some(&state.name), || {
            Details::Entered { input }
        });
        if let Some(frame) = self.frame_mut(id) {
            frame.entered_event = frame.last_event;
        }
        self.begin(id, state);
    }

    /// Starts the state of the frame; on a retry too, which does not enter it anew.
    pub(super) fn begin(&mut self, id: FrameId, state: &State) {
        let step = match &state.kind {
            Kind::Task(task) => self.start_task(id, state, task),
            Kind::Parallel(parallel) => self.start_parallel(id, state, parallel),
            Kind::Map(map) => self.start_map(id, state, map),
            Kind::Pass {
                parameters,
                result,
                result_path,
            } => self.pass(id, state, parameters.as_ref(), result.as_ref(), result_path),
            _ => self.simple(id, state),
        };
        match step {
            Ok(Step::Leave(departure)) => self.leave(id, state, departure),
            Ok(Step::Wait(at)) => {
                let timer = self.set_timer_at(Alarm::Wait(id), at);
                if let Some(frame) = self.frame_mut(id) {
                    frame.pending = Pending::Wait(timer);
                }
            }
            Ok(Step::Arranged) => {}
            Err(failure) => self.fail(id, failure),
        }
    }

    /// The states that only look at their input.
    fn simple(&self, id: FrameId, state: &State) -> Result<Step, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let env = raw.with_input(&effective);
        match &state.kind {
            Kind::Succeed => {
                let assigned = assign(&state.assign, &env)?;
                let unchanged = (Arc::clone(&effective), None);
                self.finish(state, frame, &context, assigned, unchanged, None)
            }
            Kind::Wait(until) => until.moment(&env).map(Step::Wait),
            Kind::Choice { rules, default } => {
                let (rule, next) = choose(rules, *default, &env)?;
                self.finish_choice(state, rule, &env, next)
            }
            Kind::Fail { error, cause } => Err(Failure {
                error: Text::read(error.as_ref(), "Error", &raw)?,
                cause: Text::read(cause.as_ref(), "Cause", &raw)?,
                origin: crate::failure::Origin::Reported,
            }),
            Kind::Pass { .. } | Kind::Task(_) | Kind::Parallel(_) | Kind::Map(_) => Err(gone()),
        }
    }

    fn pass(
        &mut self,
        id: FrameId,
        state: &State,
        parameters: Option<&Template>,
        result: Option<&Json>,
        path: &ResultPath,
    ) -> Result<Step, Failure> {
        let frame = self.frame(id).ok_or_else(gone)?;
        let context = self.context(frame, state).ok_or_else(gone)?;
        let raw = self.env(frame, &context, &frame.input);
        let effective = state.input_path.select(&raw)?;
        let shaped = match parameters {
            Some(parameters) => parameters.eval(&raw.with_input(&effective))?,
            None => Arc::clone(&effective),
        };
        drop(effective);
        let result = result.map_or(shaped, Arc::clone);
        let assigned_from = (!state.assign.is_empty()).then(|| Arc::clone(&result));
        let merged = self.merge(id, state, path, result, None)?;
        let frame = self.frame(id).ok_or_else(gone)?;
        let assigned = match assigned_from {
            Some(result) => assign(&state.assign, &self.env(frame, &context, &result))?,
            None => Vec::new(),
        };
        self.finish(state, frame, &context, assigned, merged, state.next)
    }

    /// The output of a state without a result of its own. `merged` comes with the bytes
    /// it has at most, if they are known.
    fn finish(
        &self,
        state: &State,
        frame: &Frame,
        context: &TaskContext,
        assigned: Assigned,
        (merged, size): (Json, Option<usize>),
        next: Option<StateId>,
    ) -> Result<Step, Failure> {
        let output = match (state.language, &state.output) {
            (Language::Jsonata, Some(output)) => {
                output.eval(&self.env(frame, context, &frame.input))?
            }
            (Language::Jsonata, None) => Arc::clone(&merged),
            (Language::JsonPath, _) => state
                .output_path
                .select(&self.env(frame, context, &merged))?,
        };
        Ok(Step::Leave(Departure {
            size: size.filter(|_| Arc::ptr_eq(&output, &merged)),
            output,
            assigned,
            next,
        }))
    }

    fn finish_choice(
        &self,
        state: &State,
        rule: Option<&Rule>,
        env: &Env<'_>,
        next: StateId,
    ) -> Result<Step, Failure> {
        let assignments = rule.map_or(&state.assign, |r| &r.assign);
        let assigned = assign(assignments, env)?;
        let output = match state.language {
            Language::JsonPath => state.output_path.select(env)?,
            Language::Jsonata => match rule.map_or(state.output.as_ref(), |r| r.output.as_ref()) {
                Some(output) => output.eval(env)?,
                None => Arc::clone(env.input),
            },
        };
        Ok(Step::Leave(Departure {
            output,
            size: None,
            assigned,
            next: Some(next),
        }))
    }

    /// The wait of a Wait state is over.
    pub(super) fn waited(&mut self, id: FrameId) {
        let machine = Arc::clone(&self.machine);
        let Some(frame) = self.frame(id) else { return };
        let state = &machine.states[frame.state];
        let step = self.after_wait(frame, state);
        match step {
            Ok(Step::Leave(departure)) => self.leave(id, state, departure),
            Ok(_) => {}
            Err(failure) => self.fail(id, failure),
        }
    }

    fn after_wait(&self, frame: &Frame, state: &State) -> Result<Step, Failure> {
        let context = self.context(frame, state).ok_or_else(gone)?;
        let effective = state
            .input_path
            .select(&self.env(frame, &context, &frame.input))?;
        let assigned = assign(&state.assign, &self.env(frame, &context, &effective))?;
        self.finish(
            state,
            frame,
            &context,
            assigned,
            (effective, None),
            state.next,
        )
    }
}

/// The first rule that holds, or the default.
fn choose<'s>(
    rules: &'s [Rule],
    default: Option<StateId>,
    env: &Env<'_>,
) -> Result<(Option<&'s Rule>, StateId), Failure> {
    for rule in rules {
        if rule.test.holds(env)? {
            return Ok((Some(rule), rule.next));
        }
    }
    match default {
        Some(next) => Ok((None, next)),
        None => Err(Failure::engine(
            names::NO_CHOICE,
            "Failed to transition out of the state. The state does not point to a next state.",
        )),
    }
}

impl Text {
    /// The text, which the definition may leave out.
    fn read(text: Option<&Self>, field: &str, env: &Env<'_>) -> Result<Option<String>, Failure> {
        let Some(text) = text else { return Ok(None) };
        let value = match text {
            Self::Literal(text) => return Ok(Some(text.clone())),
            Self::Path(path) => env.field(path, &format!("{field}Path"))?.into_owned(),
            Self::Intrinsic(call) => call.run(env)?,
            Self::Expression(expression) => {
                let value = env.ask(expression, field)?;
                if !value.is_string() {
                    return Err(wrong_type(expression, field, "string", &value));
                }
                value
            }
        };
        match value {
            Value::String(text) => Ok(Some(text)),
            other => Err(Failure::runtime(format!(
                "The {field}Path parameter does not reference a string: {other}"
            ))),
        }
    }
}

impl Until {
    fn moment(&self, env: &Env<'_>) -> Result<DateTime<Utc>, Failure> {
        match self {
            Self::Timestamp(at) => Ok(*at),
            Self::Seconds(Amount::Literal(seconds)) => Ok(later(env.now, *seconds)),
            Self::Seconds(Amount::Path(path)) => Ok(later(env.now, seconds_at(path, env)?)),
            Self::Seconds(Amount::Expression(expression)) => {
                let value = env.ask(expression, "Seconds")?;
                match value.as_f64() {
                    Some(n) if n.fract() == 0.0 && n >= 0.0 => Ok(later(env.now, n)),
                    Some(_) => Err(wrong_type(
                        expression,
                        "Seconds",
                        "positive integer",
                        &value,
                    )),
                    None => Err(wrong_type(expression, "Seconds", "number", &value)),
                }
            }
            Self::TimestampPath(path) => {
                let value = env.find(path).map_err(|_| missing("TimestampPath", path))?;
                value
                    .as_str()
                    .and_then(parse_timestamp)
                    .map(|at| at.to_utc())
                    .ok_or_else(|| {
                        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        Failure::runtime(format!(
                            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: {} == {shown}",
                            path.text
                        ))
                    })
            }
            Self::TimestampExpression(expression) => {
                let value = env.ask(expression, "Timestamp")?;
                value
                    .as_str()
                    .and_then(parse_timestamp)
                    .map(|at| at.to_utc())
                    .ok_or_else(|| {
                        wrong_type(expression, "Timestamp", "ISO-8601 timestamp", &value)
                    })
            }
        }
    }
}

fn seconds_at(path: &Path, env: &Env<'_>) -> Result<f64, Failure> {
    let value = env.find(path).map_err(|_| missing("SecondsPath", path))?;
    match value.as_f64() {
        Some(n) if n.fract() != 0.0 => {}
        Some(n) if n < 0.0 => {
            return Err(Failure::runtime(format!(
                "The SecondsPath parameter references a negative value: {} == {}",
                path.text, *value
            )));
        }
        Some(n) => return Ok(n),
        None => {}
    }
    let shown = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    Err(Failure::runtime(format!(
        "The SecondsPath parameter cannot be parsed as a long value: {} == {shown}",
        path.text
    )))
}

fn missing(field: &str, path: &Path) -> Failure {
    Failure::runtime(format!(
        "The {field} parameter does not reference an input value: {}",
        path.text
    ))
}

fn later(now: DateTime<Utc>, seconds: f64) -> DateTime<Utc> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bounded far below 2^63 milliseconds"
    )]
    let millis = (seconds * 1000.0) as i64;
    chrono::TimeDelta::try_milliseconds(millis)
        .and_then(|delay| now.checked_add_signed(delay))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
