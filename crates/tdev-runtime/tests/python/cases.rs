//! Every file in `cases/` is a component; its header says what to expect of it.
//!
//! ```text
//! # entry: Name            optional
//! # input: {"a": 1}        optional, {} without it
//! # result: {"b": 2}       or
//! # code: InvalidInput     with, optionally,
//! # message: part of it
//! # line: 7
//! # log: stdout: part of a line
//! ```

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tdev_runtime::python::{Limits, Program, PythonError};

use crate::python::support::{TestHost, interpreter};

#[test]
fn every_case_does_what_its_header_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/cases");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    files.sort();
    assert!(files.len() > 40, "only {} cases found", files.len());
    let wrong: Vec<String> = files
        .iter()
        .filter_map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            check(&name, &fs::read_to_string(path).unwrap())
                .err()
                .map(|why| format!("{name}: {why}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
}

fn check(name: &str, source: &str) -> Result<(), String> {
    let header = |key: &str| {
        let mark = format!("# {key}: ");
        source
            .lines()
            .take_while(|line| line.starts_with('#'))
            .find_map(|l| l.strip_prefix(&mark))
    };
    let input: Value =
        serde_json::from_str(header("input").unwrap_or("{}")).map_err(|e| e.to_string())?;
    let program = Program::new(name, name, source, header("entry").unwrap_or_default());
    let host = Arc::new(TestHost::default());
    let got = interpreter().call(&program, &input, &Limits::default(), host.clone());
    match (header("result"), header("code")) {
        (Some(wanted), None) => {
            let wanted: Value = serde_json::from_str(wanted).map_err(|e| e.to_string())?;
            if got.as_ref() != Ok(&wanted) {
                return Err(format!("wanted {wanted}, got {got:?}"));
            }
        }
        (None, Some(code)) => check_error(code, header("message"), header("line"), got)?,
        _ => return Err("the header needs either a result or a code".to_owned()),
    }
    match header("log") {
        Some(wanted) if !host.text().contains(wanted) => Err(format!(
            "wanted {wanted:?} in the log, got {:?}",
            host.text()
        )),
        _ => Ok(()),
    }
}

fn check_error(
    code: &str,
    message: Option<&str>,
    line: Option<&str>,
    got: Result<Value, PythonError>,
) -> Result<(), String> {
    let error = got.err().ok_or("it succeeded")?;
    let text = error.to_string();
    let at = match &error {
        PythonError::Failed { line, .. } | PythonError::Syntax { line, .. } => *line,
        _ => 0,
    };
    if error.code() != code {
        return Err(format!("wanted {code}, got {}: {error:?}", error.code()));
    }
    if let Some(part) = message.filter(|part| !text.contains(part)) {
        return Err(format!("wanted {part:?} in {text:?}"));
    }
    if let Some(wanted) = line.filter(|wanted| *wanted != at.to_string()) {
        return Err(format!("wanted line {wanted}, got {at}"));
    }
    Ok(())
}
