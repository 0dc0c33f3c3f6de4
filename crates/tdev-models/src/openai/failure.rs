//! What went wrong with one try, and whether another may go better.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tdev_core::{Code, Error};
use ureq::http::HeaderMap;

use crate::patience::retry_after;

/// Characters of a service's own words that are passed on.
const MOST_TOLD: usize = 200;

/// A failed try.
#[derive(Debug)]
pub(super) struct Failure {
    error: Error,
    /// Whether to try again, and after which time where the service says one.
    pub(super) again: Option<Option<Duration>>,
}

impl Failure {
    /// One that no further try will mend, or that may have cost something already.
    pub(super) const fn last(error: Error) -> Self {
        Self { error, again: None }
    }

    /// The error after so many tries.
    pub(super) fn told(self, tried: u32) -> Error {
        let mut error = self.error;
        if tried > 1 {
            error.message = format!("{}, {tried} times", error.message);
        }
        match self.again.flatten() {
            Some(asked) if asked.as_secs() > 0 => error.hint(format!(
                "it asks to be left alone for {} s",
                asked.as_secs()
            )),
            _ => error,
        }
    }

    /// A connection that failed before anything was answered.
    pub(super) fn of_connection(fault: &ureq::Error) -> Self {
        let (why, again) = match fault {
            // The model may be at work all the same, and be paid for it.
            ureq::Error::Timeout(
                ureq::Timeout::Global
                | ureq::Timeout::PerCall
                | ureq::Timeout::PerRead
                | ureq::Timeout::RecvResponse
                | ureq::Timeout::RecvBody,
            ) => ("did not answer in time".to_owned(), None),
            ureq::Error::Timeout(_) => ("could not be reached in time".to_owned(), Some(None)),
            fault => (format!("cannot be reached: {fault}"), Some(None)),
        };
        Self {
            error: Error::new(Code::ModelUnavailable, format!("the language model {why}")),
            again,
        }
    }

    /// A status that is no success, with what the body says.
    pub(super) fn of_status(
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Self {
        let (kind, said) = words(body);
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let asked = text("retry-after-ms")
            .and_then(|ms| ms.trim().parse().ok())
            .map(Duration::from_millis)
            .or_else(|| text("retry-after").and_then(|value| retry_after(value, now)));
        let said = if said.is_empty() {
            format!("status {status}")
        } else {
            format!("status {status}: {said}")
        };
        let error = |code, what: &str| Error::new(code, format!("the language model {what}"));
        match status {
            429 if kind.contains("quota") => Self::last(error(
                Code::ModelThrottled,
                &format!("takes no more requests on this account ({said})"),
            )),
            429 => Self {
                error: error(Code::ModelThrottled, "takes no more requests for now"),
                again: Some(asked),
            },
            408 | 500..=599 => Self {
                error: error(Code::ModelUnavailable, &format!("failed ({said})")),
                again: Some(asked),
            },
            // What a service says about a key may show it.
            401 | 403 => Self::last(
                error(
                    Code::PermissionDenied,
                    &format!("does not accept the key (status {status})"),
                )
                .hint("look at `key_secret` under [models] in tdev.toml"),
            ),
            404 => Self::last(
                error(Code::InvalidConfig, &format!("is not there ({said})"))
                    .hint("look at `url` and `model` under [models] in tdev.toml"),
            ),
            300..=399 => Self::last(
                error(Code::InvalidConfig, &format!("has moved (status {status})"))
                    .hint("write the address it has moved to into `url` under [models]"),
            ),
            _ => Self::last(error(
                Code::ModelRefused,
                &format!("does not take the request ({said})"),
            )),
        }
    }
}

/// The kind and the words of an error body, `{"error": {"code", "type", "message"}}` where it is
/// as OpenAI writes it.
fn words(body: &[u8]) -> (String, String) {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return (String::new(), String::new());
    };
    let error = body.get("error").unwrap_or(&body);
    let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let message = error.as_str().unwrap_or_else(|| text("message"));
    (format!("{} {}", text("code"), text("type")), line(message))
}

/// Somebody else's words as one short line.
pub(super) fn line(words: &str) -> String {
    let words: Vec<&str> = words
        .split(|c: char| c.is_control() || c == ' ')
        .filter(|w| !w.is_empty())
        .collect();
    let words = words.join(" ");
    match words.char_indices().nth(MOST_TOLD) {
        Some((cut, _)) => format!("{}…", &words[..cut]),
        None => words.trim_end_matches('.').to_owned(),
    }
}
