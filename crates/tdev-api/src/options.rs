//! How the server behaves towards its clients.

use std::time::Duration;

/// Limits and rules of one server. It is not `Debug`: it holds the token.
#[derive(Clone)]
pub struct ServerOptions {
    /// Names this server answers to, compared with `Host`: `name` for any port, `name:port` for
    /// one; an IPv6 address stands in brackets. Anything else is refused, so that a foreign name
    /// pointed at this machine reaches nothing.
    pub allowed_hosts: Vec<String>,
    /// The bearer token every request but `/health` must carry, where one is set.
    pub token: Option<String>,
    /// Largest request body in bytes.
    pub body_limit: usize,
    /// Longest a client may pause while it sends a body.
    pub body_patience: Duration,
    /// How long a request waits for its run where it does not say.
    pub default_wait: Duration,
    /// The most a request can make it wait.
    pub longest_wait: Duration,
    /// Silence on an event stream before a comment is sent.
    pub heartbeat: Duration,
    /// Who answers approvals through this server, as the record shows it.
    pub person: String,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            allowed_hosts: ["localhost", "127.0.0.1", "[::1]"]
                .map(str::to_owned)
                .to_vec(),
            token: None,
            body_limit: 4 << 20,
            body_patience: Duration::from_secs(30),
            default_wait: Duration::from_secs(25),
            longest_wait: Duration::from_secs(300),
            heartbeat: Duration::from_secs(15),
            person: "local".to_owned(),
        }
    }
}
