//! The bearer token.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::Door;
use crate::problem::Refusal;

/// The hash of a token: comparing hashes in constant time tells neither content nor length.
pub(super) struct Digest([u8; 32]);

impl Digest {
    /// Of that token.
    pub(super) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// Refuses requests without the token, where the server has one. `/health` answers anybody.
pub(crate) async fn token(State(door): State<Door>, request: Request, next: Next) -> Response {
    let known = match door.token() {
        None => true,
        Some(_) if request.uri().path() == "/health" => true,
        Some(wanted) => {
            bearer(request.headers()).is_some_and(|given| wanted.is(&Digest::of(given)))
        }
    };
    if known {
        next.run(request).await
    } else {
        Refusal::Unauthenticated.into_response()
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let only = given.next().filter(|_| given.next().is_none())?;
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}
