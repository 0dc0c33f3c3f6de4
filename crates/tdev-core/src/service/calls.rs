//! Calls of services: what one gives, what is kept of it, and what many come to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::agent_io::TraceStep;
use crate::component::VersionId;
use crate::{Code, Error, Result};

/// Why a service was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    /// Somebody wants its answer.
    Live,
    /// A deployment wants to know whether it works.
    Check,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceAnswer {
    /// The output, or why there is none.
    pub output: Result<Value>,
    /// Whether the input was refused before anything ran: that is the caller's fault.
    pub refused: bool,
    /// Its steps in order of starting.
    pub trace: Vec<TraceStep>,
    /// Wall time in milliseconds.
    pub duration_ms: f64,
}

/// What is kept of a call: how it went, and nothing of what was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceCall {
    /// Time-ordered id.
    pub id: String,
    /// The service.
    pub service_id: String,
    /// The version that answered.
    pub version_id: VersionId,
    /// Why it was called.
    pub kind: CallKind,
    /// When it began.
    pub at: DateTime<Utc>,
    /// Wall time in milliseconds.
    pub duration_ms: f64,
    /// Whether the input was refused before anything ran.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
    /// Each step, without its input and output.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<CalledStep>,
}

/// A step of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalledStep {
    /// The step's id.
    pub id: String,
    /// The component, pinned.
    pub agent: String,
    /// Wall time in milliseconds, attempts and waits included.
    pub duration_ms: f64,
    /// How many times it was tried.
    pub attempts: u32,
    /// Its failure's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Code>,
}

impl ServiceCall {
    /// Whether the service failed, by no fault of its caller.
    pub const fn failed(&self) -> bool {
        self.error.is_some() && !self.refused
    }

    /// The steps of a trace as they are kept.
    pub fn steps_of(trace: &[TraceStep]) -> Vec<CalledStep> {
        trace
            .iter()
            .map(|step| CalledStep {
                id: step.id.clone(),
                agent: step.agent.clone(),
                duration_ms: step.duration_ms,
                attempts: step.attempts,
                error: step.error.as_ref().map(|error| error.code),
            })
            .collect()
    }

    /// The call as lines of a log: its steps, then how it ended.
    pub fn entries(&self) -> Vec<Entry> {
        let entry = |level, step: &str, component: &str, message| Entry {
            at: self.at,
            call_id: self.id.clone(),
            version_id: self.version_id,
            level,
            step: step.to_owned(),
            component: component.to_owned(),
            message,
        };
        let mut entries: Vec<Entry> = self
            .steps
            .iter()
            .map(|step| {
                let tried = match step.attempts {
                    0 | 1 => String::new(),
                    many => format!(", {many} attempts"),
                };
                let (level, how) = match step.error {
                    Some(code) => (Level::Error, code.as_str()),
                    None => (Level::Info, "done"),
                };
                let message = format!("{how} in {:.1} ms{tried}", step.duration_ms);
                entry(level, &step.id, &step.agent, message)
            })
            .collect();
        let (level, how) = match (&self.error, self.refused) {
            (None, _) => (Level::Info, "answered".to_owned()),
            (Some(error), true) => (Level::Warn, format!("refused: {error}")),
            (Some(error), false) => (Level::Error, format!("failed: {error}")),
        };
        let check = match self.kind {
            CallKind::Live => "",
            CallKind::Check => "check ",
        };
        let message = format!("{check}{how} in {:.1} ms", self.duration_ms);
        entries.push(entry(level, "", "", message));
        entries
    }
}

/// How grave a line of a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Info,
    /// The caller's fault.
    Warn,
    /// The service's.
    Error,
}

/// A line of a service's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When the call began.
    pub at: DateTime<Utc>,
    /// The call.
    pub call_id: String,
    /// The version that answered.
    pub version_id: VersionId,
    /// How grave it is.
    pub level: Level,
    /// The step; empty for the call as a whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// The component, pinned; empty for the call as a whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub component: String,
    /// One line.
    pub message: String,
}

/// What calls come to. What was refused counts as a call and as no failure.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// How many.
    pub calls: u64,
    /// How many of them the service failed.
    pub failed: u64,
    /// How many were refused for their input.
    pub refused: u64,
    /// Failed ones in a hundred of those that were not refused; 0 where there were none.
    pub error_percent: f64,
    /// Half of those that were answered took no longer, in milliseconds.
    pub p50_ms: f64,
    /// 95 in a hundred took no longer.
    pub p95_ms: f64,
}

impl Metrics {
    /// What these calls come to.
    pub fn of<'a>(calls: impl IntoIterator<Item = &'a ServiceCall>) -> Self {
        let mut metrics = Self::default();
        let mut times = Vec::new();
        for call in calls {
            metrics.calls += 1;
            if call.refused {
                metrics.refused += 1;
            } else if call.failed() {
                metrics.failed += 1;
            } else {
                times.push(call.duration_ms);
            }
        }
        let judged = metrics.calls - metrics.refused;
        if judged > 0 {
            #[expect(clippy::cast_precision_loss, reason = "counts of calls are small")]
            let percent = metrics.failed as f64 * 100.0 / judged as f64;
            metrics.error_percent = percent;
        }
        times.sort_by(f64::total_cmp);
        metrics.p50_ms = quantile(&times, 50);
        metrics.p95_ms = quantile(&times, 95);
        metrics
    }
}

/// The smallest of sorted values that `percent` in a hundred do not exceed.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(0.0)
}
