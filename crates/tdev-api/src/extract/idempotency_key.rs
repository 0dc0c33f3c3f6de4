//! `Idempotency-Key`: the name a client gives to one request, however often it sends it.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use tdev_core::{Code, Error, Result};

use crate::problem::Problem;

const MOST: usize = 255;

/// The key, where the request has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdempotencyKey(pub(crate) Option<String>);

impl IdempotencyKey {
    /// The key in these headers.
    ///
    /// # Errors
    /// `InvalidInput` for a key that is empty, too long, not plain text or given twice.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self> {
        let mut keys = headers.get_all("idempotency-key").iter();
        let Some(key) = keys.next() else {
            return Ok(Self(None));
        };
        let text = key.to_str().map(str::trim).unwrap_or_default();
        if text.is_empty() || text.len() > MOST || keys.next().is_some() {
            return Err(
                Error::new(Code::InvalidInput, "this is not an idempotency key")
                    .field("Idempotency-Key")
                    .hint(format!(
                        "give one key of 1 to {MOST} visible ASCII characters"
                    )),
            );
        }
        Ok(Self(Some(text.to_owned())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Ok(Self::of(&parts.headers)?)
    }
}

/// What tells one request from another under the same key: where it goes and what it carries.
pub(crate) fn fingerprint(route: &str, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(route.as_bytes());
    hash.update([0]);
    hash.update(body);
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
