//! `Prefer` (RFC 7240): whether and how long to wait.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// What the client would like; anything it does not understand, the server ignores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Prefer {
    respond_async: bool,
    wait: Option<u64>,
}

impl Prefer {
    fn of(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        let lines = headers.get_all("prefer");
        let lines = lines.iter().filter_map(|value| value.to_str().ok());
        for preference in lines.flat_map(|line| line.split(',')) {
            let token = preference.split(';').next().unwrap_or_default().trim();
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "respond-async" => prefer.respond_async = true,
                // The first of several counts.
                "wait" if prefer.wait.is_none() => {
                    prefer.wait = value.trim().trim_matches('"').parse().ok();
                }
                _ => {}
            }
        }
        prefer
    }

    /// How long to wait, given what the server does by default and at most.
    pub(crate) fn patience(self, default: Duration, most: Duration) -> Duration {
        match (self.wait, self.respond_async) {
            (Some(seconds), _) => Duration::from_secs(seconds).min(most),
            (None, true) => Duration::ZERO,
            (None, false) => default.min(most),
        }
    }

    /// The `Preference-Applied` header of an answer that came after the wait.
    pub(crate) fn applied(self) -> Option<String> {
        match (self.wait, self.respond_async) {
            (Some(seconds), _) => Some(format!("wait={seconds}")),
            (None, true) => Some("respond-async".to_owned()),
            (None, false) => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience(text: &'static str) -> u64 {
        let mut headers = HeaderMap::new();
        headers.append("prefer", axum::http::HeaderValue::from_static(text));
        Prefer::of(&headers)
            .patience(Duration::from_secs(25), Duration::from_secs(300))
            .as_secs()
    }

    #[test]
    fn a_preference_is_read_and_what_is_not_understood_is_ignored() {
        for (text, seconds) in [
            ("", 25),
            ("respond-async", 0),
            ("Respond-Async, wait=10", 10),
            ("wait=5; strict, wait=9", 5),
            ("wait=\"7\"", 7),
            ("wait=0", 0),
            ("wait=soon", 25),
            ("wait=-1", 25),
            ("wait=86400", 300),
            ("handling=lenient", 25),
        ] {
            assert_eq!(patience(text), seconds, "{text}");
        }
    }
}
