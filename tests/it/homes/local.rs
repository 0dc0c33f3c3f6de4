//! The home on this machine: the real program serving a project of its own.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use super::home::{Behind, Home};
use crate::project::Project;

/// Starts it.
pub(super) fn start() -> Home {
    let project = Project::with_examples();
    let mut server = project
        .command(&["serve", "--addr", "127.0.0.1:0", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let url = told["url"].as_str().unwrap().to_owned();
    Home::at(url, Behind::Program { server, project })
}
