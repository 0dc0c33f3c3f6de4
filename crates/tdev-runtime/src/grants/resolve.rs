//! From a granted host to the addresses it may be reached at: every one is judged, on every hop.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;

use tdev_core::{Code, Error, Result};
use url::Host;

use super::address::{is_metadata, is_public};
use super::{Hosts, Reach};

/// The addresses of a granted host.
///
/// The caller connects to these very addresses and does not resolve again, so that a name cannot
/// change its mind between the check and the connection.
///
/// # Errors
/// `PermissionDenied` where the host is not granted or any of its addresses lies inside;
/// `RemoteUnavailable` where the name does not resolve within `patience`.
pub fn addresses(
    hosts: &Hosts,
    host: &Host<String>,
    port: u16,
    patience: Duration,
    field: &str,
) -> Result<Vec<SocketAddr>> {
    let reach = hosts.check(host, port, field)?;
    let found = match host {
        Host::Ipv4(v4) => vec![SocketAddr::new(IpAddr::V4(*v4), port)],
        Host::Ipv6(v6) => vec![SocketAddr::new(IpAddr::V6(*v6), port)],
        Host::Domain(name) => look_up(name, port, patience).map_err(|e| e.field(field))?,
    };
    let named = matches!(host, Host::Domain(_));
    let refused = |address: &SocketAddr| match reach {
        Reach::Public => !is_public(address.ip()),
        Reach::Listed => named && is_metadata(address.ip()),
    };
    // One address inside condemns them all: a name that mixes the two is an attack.
    if found.iter().any(refused) {
        return Err(hosts.inside(&host.to_string(), port, field));
    }
    Ok(found)
}

/// The system's resolver knows no time limit, so it runs on a thread that may be left behind.
fn look_up(name: &str, port: u16, patience: Duration) -> Result<Vec<SocketAddr>> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let asked = name.to_owned();
    std::thread::spawn(move || {
        let found = (asked.as_str(), port).to_socket_addrs().map(Vec::from_iter);
        // Nobody listens any more once the patience has run out.
        drop(sender.send(found));
    });
    match receiver.recv_timeout(patience) {
        Ok(Ok(found)) if !found.is_empty() => Ok(found),
        Ok(_) => Err(Error::new(
            Code::RemoteUnavailable,
            format!("the name `{name}` has no address"),
        )),
        Err(_) => Err(Error::new(
            Code::RemoteUnavailable,
            format!("looking up `{name}` took too long"),
        )),
    }
}
