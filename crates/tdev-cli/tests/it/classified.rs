//! `tdev classify`: what is read as source, what as a record, and what is refused with a reason.

use serde_json::Value;

use crate::project::Project;

fn judged(project: &Project, file: &str) -> Value {
    project.tdev(&["classify", file, "--json"]).json()["items"][0].clone()
}

#[test]
fn source_in_the_encoding_it_names_is_read() {
    let project = Project::bare();
    let latin = b"# -*- coding: latin-1 -*-\ndef greet(name: str) -> str:\n    \"\"\"Gr\xfc\xdft.\"\"\"\n    return name\n";
    std::fs::write(project.path("latin.py"), latin).unwrap();
    let marked = b"\xEF\xBB\xBFdef greet(name: str) -> str:\n    return name\n";
    std::fs::write(project.path("marked.py"), marked).unwrap();
    let found = judged(&project, "latin.py");
    assert_eq!(found["classification"]["description"], "Grüßt.", "{found}");
    let found = judged(&project, "marked.py");
    assert_eq!(found["classification"]["component_type"], "tool", "{found}");
}

#[test]
fn what_is_no_source_is_refused_with_the_reason() {
    let project = Project::bare();
    let refused = |name: &str, bytes: &[u8], reason: &str| {
        std::fs::write(project.path(name), bytes).unwrap();
        let found = judged(&project, name);
        let message = found["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(reason), "{name}: {found}");
        assert!(found["error"]["hint"].is_string(), "{name}: {found}");
    };
    refused("bare.py", b"x = 1\ny = '\xfc'\n", "line 2: the byte 0xfc");
    refused("koi.py", b"# coding: koi8-r\nx = 1\n", "`koi8-r`");
    refused("lies.py", b"# coding: ascii\nx = '\xc3\xbc'\n", "line 2");
    refused("wide.py", b"\xff\xfex\0", "UTF-16");
    refused("made.py", b"\xa7\r\r\n\0\0\0\0", "zero bytes");
    let notebook = br#"{"cells": [], "metadata": {}, "nbformat": 4}"#;
    refused("n.ipynb", notebook, "notebook");
    refused("n.json", notebook, "notebook");
    let flow = br#"{"id": "f", "steps": []}"#;
    refused("flow.json", flow, "is a workflow");
    let machine = br#"{"StartAt": "A", "States": {}}"#;
    refused("machine.json", machine, "state machine");
    refused("other.json", b"[1]", "neither source nor the record");
}

#[test]
fn a_record_is_said_to_be_what_it_declares() {
    let project = Project::bare();
    project.write(
        "mind.json",
        r#"{"name": "PoemAgent", "description": "Writes poems", "input": {"topic": "string"},
            "output": {"poem": "string"}, "prompt": {"instructions": "Write a poem."}}"#,
    );
    let found = judged(&project, "mind.json");
    assert_eq!(
        found["classification"]["component_type"], "agent",
        "{found}"
    );
    assert_eq!(found["classification"]["brain_count"], 1);
    project.write("wrong.json", r#"{"name": "X", "type": "robot"}"#);
    let found = judged(&project, "wrong.json");
    assert!(
        found["error"]["message"]
            .as_str()
            .unwrap()
            .contains("robot")
    );
}
