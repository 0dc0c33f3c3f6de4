//! One call on its way down: on whose behalf, how deep, until when, and whether anybody waits.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tdev_core::component::Component;
use tdev_core::ports::{Scope, content_hash};
use tdev_core::{Code, Error, Result};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// How deep components may call each other, whatever runs them.
pub(crate) const DEEPEST: u32 = 8;

/// Digits of a token that tell one effect of a call from another.
const DIGITS: usize = 16;

/// One call on its way down.
#[derive(Clone)]
pub(crate) struct Passage {
    pub(crate) scope: Scope,
    pub(crate) depth: u32,
    /// When all of it must be done.
    pub(crate) deadline: Option<Instant>,
    pub(crate) handle: Handle,
    /// Closed once nobody waits for the answer any more.
    pub(crate) caller: watch::Receiver<()>,
    /// The declared agents and teams above.
    pub(crate) above: Vec<String>,
}

impl Passage {
    /// The passage of what a declared component calls. `usual` is how long it may take where its
    /// metadata does not say.
    pub(crate) fn inside(&self, component: &Component, usual: Duration) -> Self {
        let wall = component.timeout_seconds.map_or(usual, Duration::from_secs);
        let own = Instant::now() + wall;
        let mut above = self.above.clone();
        above.push(component.name.clone());
        Self {
            depth: self.depth + 1,
            deadline: Some(self.deadline.map_or(own, |until| until.min(own))),
            above,
            ..self.clone()
        }
    }

    /// How long there is still.
    ///
    /// # Errors
    /// `Cancelled` where nobody waits any more; `ComponentTimeout`.
    pub(crate) fn left(&self, who: &str) -> Result<Duration> {
        if self.caller.has_changed().is_err() {
            return Err(cancelled(who));
        }
        // Without a deadline there is nobody but the model's own patience to end a wait.
        let left = self
            .deadline
            .map_or(Duration::from_secs(3_600), |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
        if left.is_zero() {
            return Err(late(who));
        }
        Ok(left)
    }

    /// Refuses a call that is too deep, or by which a declared component would come to itself.
    pub(crate) fn admit(&self, component: &Component) -> Result<()> {
        let refused = |message: String| Err(Error::new(Code::InvalidComponent, message));
        if self.depth > DEEPEST {
            return refused(format!(
                "components call each other more than {DEEPEST} deep"
            ));
        }
        let declared = component.prompt.is_some() || component.team.is_some();
        if declared && self.above.contains(&component.name) {
            let path = self.above.join(" → ");
            return refused(format!(
                "`{}` would be called by itself: {path} → {}",
                component.name, component.name
            ));
        }
        Ok(())
    }
}

/// Nobody waits for the answer.
pub(crate) fn cancelled(who: &str) -> Error {
    Error::new(
        Code::Cancelled,
        format!("`{who}` was stopped: nobody waits for it any more"),
    )
}

/// The time is up.
pub(crate) fn late(who: &str) -> Error {
    Error::new(Code::ComponentTimeout, format!("`{who}` ran out of time"))
        .hint("raise `timeout_seconds` in its metadata, or give it less to do")
}

/// Tells the calls of one component apart, the same way in every attempt at it: an effect goes by
/// what is called, with what, and for the how many-th time.
#[derive(Debug, Default)]
pub(crate) struct Effects(Mutex<HashMap<String, u32>>);

impl Effects {
    /// The passage of one call, under a token of its own where its caller has one.
    pub(crate) fn passage(&self, passage: &Passage, name: &str, input: &Value) -> Passage {
        let mut inside = passage.clone();
        let parent = &passage.scope.idempotency_token;
        if parent.is_empty() {
            return inside;
        }
        let call = format!("{name} {}", canonical(input));
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = made.entry(call.clone()).or_default();
        *count += 1;
        let hash = content_hash(format!("{parent} {count} {call}").as_bytes());
        let digits = hash.get(..DIGITS).unwrap_or(&hash);
        inside.scope.idempotency_token = format!("{parent}-{digits}");
        inside
    }
}

/// A value as text, the same for the same value in whatever order its fields stand.
pub(crate) fn canonical(value: &Value) -> String {
    fn sorted(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
                fields.sort_by_key(|(name, _)| *name);
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| (name.clone(), sorted(value)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Value::Array(items) => items.iter().map(sorted).collect(),
            other => other.clone(),
        }
    }
    sorted(value).to_string()
}
