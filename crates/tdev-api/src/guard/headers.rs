//! Headers on every response.

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

const ALWAYS: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Adds what keeps browsers from guessing, framing, caching or sharing an answer; a route that
/// says otherwise keeps its own.
pub(crate) async fn headers(mut response: Response) -> Response {
    for (name, value) in ALWAYS {
        response
            .headers_mut()
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
