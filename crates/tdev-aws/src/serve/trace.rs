//! X-Ray: what the header of an invocation says, and the subsegment that is sent of it.

use std::net::{SocketAddr, UdpSocket};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What precedes a document on its way to the daemon.
const HEADER: &str = r#"{"format":"json","version":1}"#;

/// The header that Lambda gives an invocation: `Root=…;Parent=…;Sampled=1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TraceHeader {
    /// The trace.
    pub(super) root: String,
    /// The segment this is part of.
    pub(super) parent: Option<String>,
    /// Whether anybody keeps it.
    pub(super) sampled: bool,
}

impl TraceHeader {
    /// What the text says; nothing where it names no trace.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| {
            text.split(';')
                .filter_map(|part| part.trim().split_once('='))
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.to_owned())
        };
        Some(Self {
            root: field("Root").filter(|root| root.starts_with("1-"))?,
            parent: field("Parent"),
            sampled: field("Sampled").is_some_and(|flag| flag == "1"),
        })
    }
}

/// One invocation as X-Ray shows it.
pub(super) struct Subsegment<'a> {
    pub(super) name: &'a str,
    pub(super) began: DateTime<Utc>,
    pub(super) ended: DateTime<Utc>,
    /// What it can be searched by.
    pub(super) annotations: Value,
    /// The code it failed with.
    pub(super) failed: Option<&'a str>,
}

/// The daemon beside the function.
pub(super) struct Daemon {
    socket: UdpSocket,
}

impl Daemon {
    /// The one at that address. Nothing is said before there is a trace to tell of.
    pub(super) fn at(address: SocketAddr) -> std::io::Result<Self> {
        let any = if address.is_ipv4() {
            "0.0.0.0:0"
        } else {
            "[::]:0"
        };
        let socket = UdpSocket::bind(any)?;
        socket.connect(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// Tells of an invocation, where it is kept. It is a datagram: one that is lost is missed by
    /// nobody but the trace.
    pub(super) fn tell(&self, header: &TraceHeader, part: &Subsegment) {
        if let (true, Some(parent)) = (header.sampled, &header.parent) {
            let document = document(header, parent, part, fastrand::u64(..));
            let sent = self.socket.send(format!("{HEADER}\n{document}").as_bytes());
            if let Err(fault) = sent {
                tracing::debug!(kind = %fault.kind(), "the trace was not taken");
            }
        }
    }
}

fn document(header: &TraceHeader, parent: &str, part: &Subsegment, id: u64) -> Value {
    let mut annotations = part.annotations.clone();
    if let (Some(code), Some(fields)) = (part.failed, annotations.as_object_mut()) {
        fields.insert("code".to_owned(), json!(code));
    }
    json!({
        "trace_id": header.root,
        "parent_id": parent,
        "id": format!("{id:016x}"),
        "type": "subsegment",
        "name": part.name,
        "start_time": seconds(part.began),
        "end_time": seconds(part.ended),
        "fault": part.failed.is_some(),
        "annotations": annotations,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of this age fit in 53 bits"
)]
fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_micros() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLED: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";

    #[test]
    fn a_header_names_trace_and_parent_or_is_none() {
        let header = TraceHeader::parse(SAMPLED).unwrap();
        assert_eq!(header.root, "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(header.parent.as_deref(), Some("53995c3f42cd8ad8"));
        assert!(header.sampled);
        assert!(!TraceHeader::parse("Root=1-a-b;Sampled=0").unwrap().sampled);
        for none in ["", "Sampled=1", "Root=x", "nonsense"] {
            assert_eq!(TraceHeader::parse(none), None, "{none}");
        }
    }

    #[test]
    fn a_daemon_is_told_of_what_is_sampled_only() {
        let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
        let told = Daemon::at(daemon.local_addr().unwrap()).unwrap();
        let at = DateTime::from_timestamp_millis(1_700_000_000_250).unwrap();
        let part = Subsegment {
            name: "tdev-dev-planner",
            began: at,
            ended: at + chrono::TimeDelta::milliseconds(500),
            annotations: json!({"run": "r1"}),
            failed: Some("InvalidInput"),
        };
        told.tell(
            &TraceHeader::parse("Root=1-a-b;Parent=c;Sampled=0").unwrap(),
            &part,
        );
        told.tell(&TraceHeader::parse(SAMPLED).unwrap(), &part);
        let mut buffer = [0; 2048];
        let length = daemon.recv(&mut buffer).unwrap();
        let text = std::str::from_utf8(&buffer[..length]).unwrap();
        let (head, body) = text.split_once('\n').unwrap();
        assert_eq!(head, HEADER);
        let mut body: Value = serde_json::from_str(body).unwrap();
        let id = body.as_object_mut().unwrap().remove("id").unwrap();
        assert_eq!(id.as_str().unwrap().len(), 16);
        assert_eq!(
            body,
            json!({
                "trace_id": "1-5759e988-bd862e3fe1be46a994272793", "parent_id": "53995c3f42cd8ad8",
                "type": "subsegment", "name": "tdev-dev-planner",
                "start_time": 1_700_000_000.25, "end_time": 1_700_000_000.75, "fault": true,
                "annotations": {"run": "r1", "code": "InvalidInput"},
            })
        );
    }
}
