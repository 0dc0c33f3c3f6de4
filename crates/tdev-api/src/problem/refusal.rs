//! What only HTTP can refuse, beside the one vocabulary of errors.

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Problem;

/// A request that is turned away before any agent or store hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such route.
    RouteNotFound,
    /// The route has other methods.
    MethodNotAllowed,
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The body came too slowly.
    RequestTimeout,
    /// The token is missing or wrong.
    Unauthenticated,
    /// The server does not answer to this name.
    HostNotAllowed,
    /// Another site asks on a visitor's behalf.
    OriginNotAllowed,
    /// The idempotency key belongs to another request.
    IdempotencyKeyReused,
    /// The project is not served here.
    ProjectNotFound,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, code, detail, field, hint) = match refusal {
            Refusal::RouteNotFound => (
                StatusCode::NOT_FOUND,
                "RouteNotFound",
                "there is no such route",
                None,
                None,
            ),
            Refusal::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "MethodNotAllowed",
                "this route does not have this method",
                None,
                Some("the `Allow` header lists the methods it has"),
            ),
            Refusal::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UnsupportedMediaType",
                "the body must be JSON",
                Some("Content-Type"),
                Some("send `Content-Type: application/json`"),
            ),
            Refusal::RequestTimeout => (
                StatusCode::REQUEST_TIMEOUT,
                "RequestTimeout",
                "the body came too slowly",
                None,
                None,
            ),
            Refusal::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "Unauthenticated",
                "a valid bearer token is needed",
                Some("Authorization"),
                None,
            ),
            Refusal::HostNotAllowed => (
                StatusCode::FORBIDDEN,
                "HostNotAllowed",
                "this server does not answer to that name",
                Some("Host"),
                Some("add the name to the allowed hosts where the server is started"),
            ),
            Refusal::OriginNotAllowed => (
                StatusCode::FORBIDDEN,
                "OriginNotAllowed",
                "another site may not change anything here",
                Some("Origin"),
                None,
            ),
            Refusal::IdempotencyKeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "IdempotencyKeyReused",
                "this idempotency key was used with another request",
                Some("Idempotency-Key"),
                Some("use a new key for a new request"),
            ),
            Refusal::ProjectNotFound => (
                StatusCode::NOT_FOUND,
                "ProjectNotFound",
                "there is no such project here",
                Some("project"),
                Some("leave `project` out to use the one this server serves"),
            ),
        };
        let mut problem = Self::new(status, code, detail.to_owned());
        problem.0.body.field = field.map(str::to_owned);
        problem.0.body.hint = hint.map(str::to_owned);
        problem
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = Problem::from(self).into_response();
        if self == Self::Unauthenticated {
            response.headers_mut().insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"tdev\""),
            );
        }
        response
    }
}
