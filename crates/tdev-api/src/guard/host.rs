//! The name a request was sent to (against DNS rebinding).

use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Door;
use crate::problem::Refusal;

/// Refuses requests for names this server does not have. A page of a foreign name that was made
/// to resolve to this machine carries that name here, whatever its address.
pub(crate) async fn host(State(door): State<Door>, request: Request, next: Next) -> Response {
    let mut named = request.headers().get_all(HOST).iter();
    let header = named.next().and_then(|host| host.to_str().ok());
    let several = named.next().is_some();
    // An absolute request target and `:authority` name a host too, and the first one wins.
    let target = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let absent = header.is_none() && target.is_none();
    let allowed = |host: &str| is_allowed(host, door.allowed_hosts());
    let good = !several
        && !absent
        && (header.is_some() || request.headers().get(HOST).is_none())
        && header.is_none_or(allowed)
        && target.is_none_or(allowed);
    if good {
        next.run(request).await
    } else {
        Refusal::HostNotAllowed.into_response()
    }
}

fn is_allowed(host: &str, allowed: &[String]) -> bool {
    let Some((name, port)) = split(host) else {
        return false;
    };
    allowed
        .iter()
        .filter_map(|entry| split(entry))
        .any(|(entry, wanted)| {
            entry.eq_ignore_ascii_case(name) && wanted.is_none_or(|wanted| Some(wanted) == port)
        })
}

/// Name and port of an authority; nothing for anything that is more or less than that.
pub(super) fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = if authority.starts_with('[') {
        let (name, rest) = authority.split_at_checked(authority.find(']')? + 1)?;
        let inside = name.strip_prefix('[')?.strip_suffix(']')?;
        inside.parse::<std::net::Ipv6Addr>().ok()?;
        match rest.strip_prefix(':') {
            Some(port) => (name, Some(port)),
            None => (name, rest.is_empty().then_some(None)?),
        }
    } else {
        let (name, port) = match authority.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (authority, None),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        (!name.is_empty() && name.chars().all(plain)).then_some((name, port))?
    };
    let port = match port {
        None => None,
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
        Some(_) => return None,
    };
    Some((name, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_allowed_only_as_a_whole() {
        let allowed = ["localhost", "127.0.0.1", "[::1]", "tdev.example:8443"].map(str::to_owned);
        for good in [
            "localhost",
            "LocalHost:9000",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:80",
            "tdev.example:8443",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in [
            "",
            ":80",
            "localhost.",
            "localhost.evil.example",
            "evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1:80:80",
            "127.0.0.1:+80",
            "127.0.0.1:99999",
            "2130706433",
            "0x7f.1",
            "[::ffff:127.0.0.1]",
            "[::1]evil.example",
            "[::1]]",
            "::1",
            "localhost@evil.example",
            "evil.example@localhost",
            "localhost/",
            "localhost,evil.example",
            "tdev.example",
            "tdev.example:80",
        ] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }
}
