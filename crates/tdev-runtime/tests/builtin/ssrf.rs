//! Attacks on what a tool may call over HTTP, each beside a call that is allowed.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_runtime::builtin::Builtins;

use super::project::{Setup, project, repository};
use super::server::{Server, answer};

pub(super) fn hello() -> Server {
    Server::http(|_| {
        answer(
            "200 OK",
            "content-type: text/plain; charset=iso-8859-1\r\n",
            b"caf\xe9",
        )
    })
}

pub(super) fn granting(hosts: &[String]) -> Builtins {
    project(&repository(), json!({"http": hosts}))
}

pub(super) fn fetch(home: &Builtins, url: &str) -> Result<Value, Code> {
    home.run("HttpFetchTool", json!({"url": url}))
        .map_err(|error| error.code)
}

#[test]
fn loopback_is_not_reached_by_any_spelling_of_its_address() {
    let server = hello();
    let port = server.port;
    // The widest grant there is still means public hosts only.
    let home = granting(&[
        "*".into(),
        format!("*:{port}"),
        "localhost".into(),
        format!("*.localhost:{port}"),
    ]);
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "0.0.0.0",
        "127.0.0.1.",
        "１２７.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
    ] {
        let refused = fetch(&home, &format!("http://{host}:{port}/"));
        assert!(
            matches!(
                refused,
                Err(Code::PermissionDenied | Code::RemoteUnavailable | Code::SchemaMismatch)
            ),
            "{host}: {refused:?}"
        );
    }
    assert_eq!(server.asked(), Vec::<String>::new(), "nothing arrived");
    let listed = granting(&[format!("127.0.0.1:{port}")]);
    assert!(fetch(&listed, &format!("http://127.0.0.1:{port}/")).is_ok());
}

#[test]
fn metadata_services_and_private_networks_are_refused() {
    let home = granting(&[
        "*".into(),
        "169.254.169.254".into(),
        "10.0.0.1".into(),
        "metadata.google.internal".into(),
    ]);
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://0xa9fea9fe/",
        "http://2852039166/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:169.254.169.254]/",
        "http://10.0.0.1/",
        "http://192.168.0.1/",
        "http://172.16.0.1/",
        "http://100.100.100.200/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
    ] {
        assert_eq!(fetch(&home, url), Err(Code::PermissionDenied), "{url}");
    }
}

#[test]
fn a_redirect_is_judged_like_a_first_call() {
    let inner = hello();
    let target = inner.port;
    let outer = Server::http(move |request| {
        let to = match request.split_whitespace().nth(1).unwrap() {
            "/metadata" => "http://169.254.169.254/latest/".to_owned(),
            "/decimal" => format!("http://2130706433:{target}/"),
            "/port" => format!("http://127.0.0.1:{target}/"),
            "/file" => "file:///etc/passwd".to_owned(),
            "/loop" => "/loop".to_owned(),
            "/here" => "/there".to_owned(),
            _ => return answer("200 OK", "content-type: text/plain\r\n", b"arrived"),
        };
        answer("302 Found", &format!("location: {to}\r\n"), b"")
    });
    let home = granting(&["*".into(), format!("127.0.0.1:{}", outer.port)]);
    let from = |path: &str| fetch(&home, &format!("http://127.0.0.1:{}{path}", outer.port));
    assert_eq!(from("/metadata"), Err(Code::PermissionDenied));
    assert_eq!(from("/decimal"), Err(Code::PermissionDenied));
    assert_eq!(from("/port"), Err(Code::PermissionDenied));
    assert_eq!(from("/file"), Err(Code::InvalidInput));
    assert_eq!(from("/loop"), Err(Code::RemoteUnavailable));
    assert_eq!(from("/here").unwrap()["text"], "arrived");
    assert_eq!(inner.asked(), Vec::<String>::new());
}

#[test]
fn a_credential_for_one_server_is_not_told_to_the_next() {
    let second = hello();
    let to = second.port;
    let first = Server::http(move |_| {
        answer(
            "307 Temporary Redirect",
            &format!("location: http://127.0.0.1:{to}/\r\n"),
            b"",
        )
    });
    let home = granting(&[
        format!("127.0.0.1:{}", first.port),
        format!("127.0.0.1:{to}"),
    ]);
    let url = format!("http://127.0.0.1:{}/", first.port);
    home.run(
        "HttpFetchTool",
        json!({"url": url, "headers": {"authorization": "Bearer t0ken", "accept": "text/*"}}),
    )
    .unwrap();
    assert!(first.asked()[0].contains("Bearer t0ken"));
    assert!(
        !second.asked()[0].contains("t0ken"),
        "{}",
        second.asked()[0]
    );
    assert!(second.asked()[0].contains("text/*"));
}

#[test]
fn odd_urls_and_headers_are_refused() {
    let home = granting(&["*".into()]);
    for url in [
        "file:///etc/passwd",
        "ftp://example.com/",
        "gopher://example.com/",
        "http://user:pw@example.com/",
        "nonsense",
    ] {
        assert!(
            matches!(
                fetch(&home, url),
                Err(Code::InvalidInput | Code::SchemaMismatch)
            ),
            "{url}"
        );
    }
    for (name, value) in [
        ("Host", "internal"),
        ("content-length", "5"),
        ("x-a", "b\r\nx-evil: 1"),
        ("a b", "c"),
    ] {
        let sent = home.run(
            "HttpFetchTool",
            json!({"url": "http://192.0.2.1/", "headers": {name: value}}),
        );
        assert!(
            matches!(
                sent.unwrap_err().code,
                Code::InvalidInput | Code::PermissionDenied
            ),
            "{name}"
        );
    }
    let server = hello();
    let home = granting(&[format!("127.0.0.1:{}", server.port)]);
    for (name, value) in [("Host", "internal"), ("x-a", "b\r\nx-evil: 1")] {
        let url = format!("http://127.0.0.1:{}/", server.port);
        let sent = home.run(
            "HttpFetchTool",
            json!({"url": url, "headers": {name: value}}),
        );
        assert_eq!(sent.unwrap_err().code, Code::InvalidInput, "{name}");
    }
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[test]
fn a_subdomain_grant_covers_no_lookalike() {
    let home = granting(&["*.example.com".into(), "api.example.org".into()]);
    for url in [
        "http://example.com.evil.invalid/",
        "http://evilexample.com/",
        "http://api.example.org:8080/",
        "http://api.example.org.evil.invalid/",
    ] {
        assert_eq!(fetch(&home, url), Err(Code::PermissionDenied), "{url}");
    }
    // What is covered gets as far as the look-up, which has no such name.
    assert_eq!(
        fetch(&home, "http://no-such-host.example.com/"),
        Err(Code::RemoteUnavailable)
    );
}
