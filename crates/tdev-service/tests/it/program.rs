//! The prebuilt program itself: started on a file, called over a socket, ended.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::bench::counting;

struct Running {
    child: Child,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_service"))
}

fn start(file: &std::path::Path, root: &std::path::Path) -> Running {
    let mut child = program()
        .args(["--addr", "127.0.0.1:0", "--definition"])
        .arg(file)
        .arg("--root")
        .arg(root)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .trim()
        .trim_start_matches("serving at http://")
        .to_owned();
    Running { child, address }
}

#[test]
fn a_file_is_all_it_takes_to_run_a_service() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("service.json");
    std::fs::write(&file, counting().file()).unwrap();
    let running = start(&file, dir.path());
    let mut socket = TcpStream::connect(&running.address).unwrap();
    let body = r#"{"text": "from a file"}"#;
    write!(
        socket,
        "POST /invocations HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains(r#""words":3"#), "{answer}");
}

#[test]
fn a_file_that_was_edited_ends_it_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("service.json");
    std::fs::write(&file, counting().file().replace("words", "wards")).unwrap();
    let ended = program().arg("--definition").arg(&file).output().unwrap();
    assert!(!ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("changed after it was sealed"), "{said}");
}

#[test]
fn an_address_others_can_reach_needs_a_token() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("service.json");
    std::fs::write(&file, counting().file()).unwrap();
    let mut open = program();
    let open = open
        .env_remove("SERVICE_TOKEN")
        .args(["--addr", "0.0.0.0:0", "--definition"]);
    let ended = open.arg(&file).output().unwrap();
    assert!(!ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("no token is set"), "{said}");
}
