//! Whether a canary goes on: decided from what its calls came to, and from the time.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::calls::Metrics;
use super::request::DeployRequest;

/// What is to become of a canary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Verdict {
    /// It is looked at again after so many seconds.
    Wait {
        /// Whole seconds, at least 1.
        seconds: u64,
    },
    /// It is given every call.
    Advance {
        /// Why, in words.
        because: String,
    },
    /// The version before is given every call again.
    Return {
        /// Why, in words.
        because: String,
    },
}

/// The longest time between two looks, in seconds.
const LOOK: i64 = 15;

/// Judges a canary by its own calls since it has any, and by those of the version before in the
/// same time: where both fail alike, it is not the canary's fault.
pub fn judge(
    request: &DeployRequest,
    canary: &Metrics,
    before: &Metrics,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Verdict {
    let allowed = request.max_error_percent.max(before.error_percent);
    if canary.failed > 0 && canary.error_percent > allowed {
        return Verdict::Return {
            because: format!(
                "{} of {} calls failed ({:.1}%), and {:.1}% may",
                canary.failed,
                canary.calls - canary.refused,
                canary.error_percent,
                allowed
            ),
        };
    }
    let left = since + watched(request) - now;
    if left > TimeDelta::zero() {
        return Verdict::Wait {
            seconds: look_again(left),
        };
    }
    Verdict::Advance {
        because: match canary.calls {
            0 => format!(
                "nobody called it in {} minutes, and its checks held",
                request.minutes
            ),
            calls => format!(
                "{} of {calls} calls failed in {} minutes",
                canary.failed, request.minutes
            ),
        },
    }
}

/// How long a canary is watched.
fn watched(request: &DeployRequest) -> TimeDelta {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a request holds a day of minutes at most"
    )]
    let millis = (request.minutes * 60_000.0).round() as i64;
    TimeDelta::milliseconds(millis)
}

/// Seconds to the next look where so much time is left: sooner at first than a whole watch, never
/// less than one.
pub fn look_again(left: TimeDelta) -> u64 {
    let whole = (left.num_milliseconds() + 999) / 1000;
    u64::try_from(whole.clamp(1, LOOK)).unwrap_or(1)
}
