//! When to try again, how long to wait before, and how waiting is done.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Waits. Tests have one that does not.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Returns after `time`.
    async fn pause(&self, time: Duration);
}

/// Waits by the runtime's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct TimerPause;

#[async_trait]
impl Pause for TimerPause {
    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// How often to try, and how long to wait in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// All tries, the first included.
    pub attempts: u32,
    /// Most time before the second; it doubles from one to the next.
    pub first: Duration,
    /// Most time before any. A service that asks for more is not waited for.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 4,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(20),
        }
    }
}

impl Patience {
    /// How long to wait after `tried` failed tries: what the service asks for, else a time drawn
    /// between half of the doubled one and all of it, so that many callers do not come back
    /// together. None where it is time to give up.
    pub fn wait(&self, tried: u32, asked: Option<Duration>) -> Option<Duration> {
        if tried >= self.attempts {
            return None;
        }
        if let Some(asked) = asked {
            return (asked <= self.longest).then_some(asked);
        }
        let doubled = self
            .first
            .saturating_mul(
                1_u32
                    .checked_shl(tried.saturating_sub(1))
                    .unwrap_or(u32::MAX),
            )
            .min(self.longest);
        let half = doubled / 2;
        // The standard library's hasher is seeded at random.
        let drawn = RandomState::new().hash_one(tried) % 1_024;
        Some(half + half * u32::try_from(drawn).unwrap_or(0) / 1_024)
    }
}

/// What a `retry-after` header asks for: seconds, or the moment it is over.
pub fn retry_after(header: &str, now: DateTime<Utc>) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = DateTime::parse_from_rfc2822(header).ok()?;
    Some((at.with_timezone(&Utc) - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_the_longest_and_end_with_the_attempts() {
        let patience = Patience {
            attempts: 5,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(3),
        };
        for (tried, most) in [(1, 1), (2, 2), (3, 3), (4, 3)] {
            let most = Duration::from_secs(most);
            for _ in 0..50 {
                let wait = patience.wait(tried, None).unwrap();
                assert!(wait >= most / 2 && wait <= most, "{tried}: {wait:?}");
            }
        }
        assert_eq!(patience.wait(5, None), None);
    }

    #[test]
    fn what_the_service_asks_for_is_honoured_or_not_waited_for() {
        let patience = Patience::default();
        let seconds = Duration::from_secs;
        assert_eq!(patience.wait(1, Some(seconds(7))), Some(seconds(7)));
        assert_eq!(patience.wait(1, Some(seconds(3_600))), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_moment() {
        let now = "2026-03-01T10:00:00Z".parse().unwrap();
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(retry_after("3", now), seconds(3));
        assert_eq!(
            retry_after("Sun, 01 Mar 2026 10:00:09 GMT", now),
            seconds(9)
        );
        assert_eq!(
            retry_after("Sun, 01 Mar 2026 09:00:00 GMT", now),
            seconds(0)
        );
        for wrong in ["-1", "soon", "", "NaN"] {
            assert_eq!(retry_after(wrong, now), None, "{wrong}");
        }
    }
}
