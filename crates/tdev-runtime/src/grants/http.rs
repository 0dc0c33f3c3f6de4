//! The one HTTP client of components: granted hosts only, judged again on every redirect, bounded.

use std::io::Read;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tdev_core::{Code, Error, Result};
use ureq::http::{self, Uri, header};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use url::Url;

use super::{Hosts, addresses};

const MOST_HOPS: usize = 5;

/// One request.
#[derive(Debug, Clone)]
pub struct HttpRequest {
    /// `GET`, `POST`, ….
    pub method: http::Method,
    /// Where to; `http` or `https`.
    pub url: String,
    /// Headers beyond those the client writes itself.
    pub headers: Vec<(String, String)>,
    /// What to send.
    pub body: Option<Vec<u8>>,
    /// The most bytes to take as an answer.
    pub most_bytes: u64,
    /// Whether to go where the server points.
    pub follow_redirects: bool,
}

impl HttpRequest {
    /// A plain `GET` of up to `most_bytes`, following redirects.
    pub fn get(url: impl Into<String>, most_bytes: u64) -> Self {
        Self {
            method: http::Method::GET,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            most_bytes,
            follow_redirects: true,
        }
    }
}

/// What came back, whatever its status.
#[derive(Debug, Clone)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Where the answer came from in the end.
    pub url: String,
    /// The `content-type` header as sent.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Calls granted hosts until a deadline.
#[derive(Debug, Clone)]
pub struct HttpClient<'a> {
    hosts: &'a Hosts,
    deadline: Instant,
    field: &'static str,
}

impl<'a> HttpClient<'a> {
    /// A client whose refusals name the input `field` the URL came from.
    pub const fn new(hosts: &'a Hosts, deadline: Instant, field: &'static str) -> Self {
        Self {
            hosts,
            deadline,
            field,
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// `PermissionDenied` for a host that is not granted, on any hop; `InvalidInput` for a URL or
    /// header that is none; `RemoteUnavailable`, `ComponentTimeout` and `PayloadTooLarge` for what
    /// happens on the way. A status such as 404 is an answer.
    pub fn send(&self, request: &HttpRequest) -> Result<HttpAnswer> {
        let mut url = self.parse(&request.url)?;
        let mut hop = request.clone();
        for _ in 0..=MOST_HOPS {
            let answer = self.one(&url, &hop)?;
            let Some(next) = self.redirect(&url, &answer, &request.follow_redirects)? else {
                return self.receive(url, answer, request.most_bytes);
            };
            let status = answer.status().as_u16();
            if status == 303 || (matches!(status, 301 | 302) && hop.method == http::Method::POST) {
                hop.method = http::Method::GET;
                hop.body = None;
            }
            if next.origin() != url.origin() {
                // What was meant for one server is not told to another.
                hop.headers
                    .retain(|(name, _)| name.eq_ignore_ascii_case("accept"));
            }
            url = next;
        }
        Err(self.unavailable(&url, "it redirects too often"))
    }

    fn parse(&self, text: &str) -> Result<Url> {
        let wrong = |reason: String| Error::new(Code::InvalidInput, reason).field(self.field);
        let url =
            Url::parse(text).map_err(|fault| wrong(format!("`{text}` is not a URL: {fault}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(format!("`{}` URLs cannot be fetched", url.scheme()))
                .hint("use http or https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a URL must not carry a user name or password".into()));
        }
        Ok(url)
    }

    fn redirect(
        &self,
        from: &Url,
        answer: &http::Response<ureq::Body>,
        follow: &bool,
    ) -> Result<Option<Url>> {
        let location = answer
            .headers()
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok());
        let (true, Some(location), 301 | 302 | 303 | 307 | 308) =
            (*follow, location, answer.status().as_u16())
        else {
            return Ok(None);
        };
        let next = from
            .join(location)
            .map_err(|fault| self.unavailable(from, &format!("it redirects to no URL: {fault}")))?;
        if from.scheme() == "https" && next.scheme() == "http" {
            return Err(self.unavailable(from, "it redirects from https to http"));
        }
        self.parse(next.as_str()).map(Some)
    }

    fn one(&self, url: &Url, request: &HttpRequest) -> Result<http::Response<ureq::Body>> {
        let left = self.left()?;
        let host = url.host().ok_or_else(|| {
            Error::new(Code::InvalidInput, "the URL names no host").field(self.field)
        })?;
        let port = url.port_or_known_default().unwrap_or(443);
        let vetted = addresses(self.hosts, &host.to_owned(), port, left, self.field)?;
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(left))
            .max_idle_connections(0)
            .user_agent("T-Developer")
            .build();
        let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), Vetted(vetted));
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(url.as_str());
        for (name, value) in &request.headers {
            if OWN_HEADERS.iter().any(|own| name.eq_ignore_ascii_case(own)) {
                let own = format!("the header `{name}` is written by the client itself");
                return Err(Error::new(Code::InvalidInput, own).field("headers"));
            }
            builder = builder.header(name, value);
        }
        let malformed = |fault: http::Error| {
            Error::new(Code::InvalidInput, format!("not a valid request: {fault}")).field("headers")
        };
        let sent = match &request.body {
            Some(body) => agent.run(builder.body(body.as_slice()).map_err(malformed)?),
            None => agent.run(builder.body(()).map_err(malformed)?),
        };
        sent.map_err(|fault| self.failed(url, &fault))
    }

    fn receive(
        &self,
        url: Url,
        answer: http::Response<ureq::Body>,
        most: u64,
    ) -> Result<HttpAnswer> {
        let status = answer.status().as_u16();
        let content_type = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let mut body = Vec::new();
        answer
            .into_body()
            .into_reader()
            .take(most.saturating_add(1))
            .read_to_end(&mut body)
            .map_err(|fault| self.failed(&url, &ureq::Error::from(fault)))?;
        if body.len() as u64 > most {
            let large = format!(
                "the answer of `{}` is larger than {most} bytes",
                shown(&url)
            );
            return Err(Error::new(Code::PayloadTooLarge, large).field(self.field));
        }
        Ok(HttpAnswer {
            status,
            url: url.into(),
            content_type,
            body,
        })
    }

    fn left(&self) -> Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::new(
                Code::ComponentTimeout,
                "there was no time left for the request",
            )
            .field(self.field));
        }
        Ok(left)
    }

    fn failed(&self, url: &Url, fault: &ureq::Error) -> Error {
        let timed_out = match fault {
            ureq::Error::Timeout(_) => true,
            ureq::Error::Io(io) => io.kind() == std::io::ErrorKind::TimedOut,
            _ => false,
        };
        if timed_out {
            let late = format!("`{}` did not answer in time", shown(url));
            return Error::new(Code::ComponentTimeout, late).field(self.field);
        }
        self.unavailable(url, &fault.to_string())
    }

    fn unavailable(&self, url: &Url, reason: &str) -> Error {
        Error::new(
            Code::RemoteUnavailable,
            format!("`{}` cannot be reached: {reason}", shown(url)),
        )
        .field(self.field)
    }
}

const OWN_HEADERS: &[&str] = &[
    "host",
    "content-length",
    "connection",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "expect",
];

/// A URL for a message: paths and queries of webhooks are secrets, so only the origin is told.
fn shown(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// A resolver that knows only the addresses already judged.
#[derive(Debug)]
struct Vetted(Vec<SocketAddr>);

impl Resolver for Vetted {
    fn resolve(
        &self,
        _uri: &Uri,
        _config: &ureq::config::Config,
        _timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut vetted = self.empty();
        for address in self.0.iter().take(16) {
            vetted.push(*address);
        }
        if vetted.is_empty() {
            Err(ureq::Error::HostNotFound)
        } else {
            Ok(vetted)
        }
    }
}
