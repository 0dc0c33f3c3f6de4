//! The site that asks, for requests that change something.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::host::split;
use crate::problem::Refusal;

/// Refuses changes that a browser makes on behalf of any page but this server's own. Programs
/// that are no browsers send neither header and pass.
pub(crate) async fn origin(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_own(request.headers(), request.uri()) {
        next.run(request).await
    } else {
        Refusal::OriginNotAllowed.into_response()
    }
}

fn is_own(headers: &HeaderMap, uri: &Uri) -> bool {
    let site = headers.get("sec-fetch-site");
    let own_site = site.is_none_or(|site| site == "same-origin" || site == "none");
    let mut origins = headers.get_all(ORIGIN).iter();
    let own_origin = match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => origin
            .to_str()
            .is_ok_and(|origin| same(origin, headers, uri)),
        _ => false,
    };
    own_site && own_origin
}

/// Whether an origin is the very host and port the request was sent to.
fn same(origin: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return false,
    };
    let host = uri
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| headers.get(HOST).and_then(|host| host.to_str().ok()));
    let (Some((name, port)), Some((own, own_port))) = (split(authority), host.and_then(split))
    else {
        return false;
    };
    name.eq_ignore_ascii_case(own) && port.unwrap_or(usual) == own_port.unwrap_or(usual)
}
