//! A loopback server that answers by script and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server on a free port of 127.0.0.1 that lives as long as the test's process.
pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request, head and body as one text, with what `script` returns for it.
    pub(crate) fn http(script: impl Fn(&str) -> Vec<u8> + Send + 'static) -> Self {
        Self::start(move |mut stream, asked| {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n")
                && reader.read_line(&mut request).is_ok_and(|read| read > 0)
            {}
            let length = request
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
            reader.read_exact(&mut body).unwrap();
            request.push_str(&String::from_utf8_lossy(&body));
            asked.lock().unwrap().push(request.clone());
            // The client may have hung up on an answer that is too long: that is the test.
            drop(stream.write_all(&script(&request)));
        })
    }

    /// A mail server that takes every message, or says `refusal` to the recipient.
    pub(super) fn smtp(refusal: Option<&'static str>) -> Self {
        Self::start(move |mut stream, asked| {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            stream.write_all(b"220 test ready\r\n").unwrap();
            let mut whole = String::new();
            let mut in_message = false;
            while let Some(Ok(line)) = lines.next() {
                whole.push_str(&line);
                whole.push('\n');
                let reply = match line.split([' ', ':']).next().unwrap() {
                    "." if in_message => {
                        in_message = false;
                        asked.lock().unwrap().push(std::mem::take(&mut whole));
                        "250 taken"
                    }
                    _ if in_message => continue,
                    "EHLO" => "250 test",
                    "RCPT" => refusal.unwrap_or("250 ok"),
                    "DATA" => {
                        in_message = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                if stream.write_all(format!("{reply}\r\n").as_bytes()).is_err() {
                    break;
                }
            }
        })
    }

    fn start(serve: impl Fn(TcpStream, &Mutex<Vec<String>>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let remembered = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &remembered);
            }
        });
        Self { port, asked }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// An HTTP answer.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
