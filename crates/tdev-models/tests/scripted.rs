//! A server on the loopback that answers by script, at the pace the test sets, and remembers what
//! it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What it does with one request.
pub(crate) enum Act {
    /// Writes these bytes and hangs up.
    Say(Vec<u8>),
    /// Writes these bytes, waits for [`Scripted::go_on`], writes the others and hangs up.
    Slowly(Vec<u8>, Vec<u8>),
    /// Reads the request and never answers.
    Nothing,
    /// Hangs up without a word.
    HangUp,
}

/// The server. It lives as long as the test's process.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    go: Sender<()>,
}

impl Scripted {
    /// Does the acts in order, one for each request; more requests than acts are hung up on.
    pub(crate) fn new(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (go, gate) = mpsc::channel();
        let remembered = Arc::clone(&asked);
        std::thread::spawn(move || serve(&listener, acts, &remembered, &gate));
        Self { port, asked, go }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Lets a slow answer go on.
    pub(crate) fn go_on(&self) {
        self.go.send(()).unwrap();
    }
}

fn serve(listener: &TcpListener, acts: Vec<Act>, asked: &Mutex<Vec<Asked>>, gate: &Receiver<()>) {
    let mut acts = acts.into_iter();
    let mut kept = Vec::new();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let Some(request) = read(&stream) else {
            continue;
        };
        asked.lock().unwrap().push(request);
        // A client may hang up early: that is what some tests are about.
        match acts.next() {
            Some(Act::Say(bytes)) => drop(stream.write_all(&bytes)),
            Some(Act::Slowly(first, rest)) => {
                drop(stream.write_all(&first));
                gate.recv().unwrap();
                drop(stream.write_all(&rest));
            }
            Some(Act::Nothing) => kept.push(stream),
            Some(Act::HangUp) | None => {}
        }
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let length = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        })
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { head, body })
}

/// An HTTP answer with a body of known length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}
