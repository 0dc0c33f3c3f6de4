//! A precompiled interpreter is native code: only the one this program built, and only we could
//! have written, is loaded.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use tdev_runtime::python::{Interpreter, PythonError, folder, verify};

use crate::python::support::interpreters;

/// A copy to damage.
fn copy() -> tempfile::TempDir {
    interpreter_is_there();
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (folder(&interpreters()), folder(dir.path()));
    fs::create_dir_all(&to).unwrap();
    for name in ["python.cwasm", "manifest.json"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
        mode(&to.join(name), 0o644);
    }
    mode(&to, 0o755);
    dir
}

fn interpreter_is_there() {
    verify(&interpreters()).unwrap_or_else(|error| panic!("{error}"));
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn refusal(dir: &Path) -> PythonError {
    match Interpreter::open(dir) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

#[test]
fn an_untouched_copy_opens() {
    let dir = copy();
    assert!(Interpreter::open(dir.path()).is_ok());
    assert_eq!(verify(dir.path()), Ok(()));
}

#[test]
fn a_missing_interpreter_names_the_command_that_builds_it() {
    let dir = tempfile::tempdir().unwrap();
    let error = refusal(dir.path());
    assert_eq!(error.code(), "InterpreterMissing");
    assert!(
        error.to_string().contains("scripts/build-interpreter.sh"),
        "{error}"
    );
}

#[test]
fn an_interpreter_others_may_write_is_refused() {
    for (name, bits) in [
        ("python.cwasm", 0o664),
        ("python.cwasm", 0o646),
        ("manifest.json", 0o666),
        ("", 0o777),
    ] {
        let dir = copy();
        mode(&folder(dir.path()).join(name), bits);
        assert_eq!(
            refusal(dir.path()).code(),
            "InterpreterForeign",
            "{name} {bits:o}"
        );
    }
}

#[test]
fn an_interpreter_behind_a_link_is_refused() {
    let dir = copy();
    let code = folder(dir.path()).join("python.cwasm");
    fs::rename(&code, dir.path().join("elsewhere")).unwrap();
    symlink(dir.path().join("elsewhere"), &code).unwrap();
    assert_eq!(refusal(dir.path()).code(), "InterpreterForeign");
}

#[test]
fn a_truncated_or_grown_interpreter_is_refused() {
    for change in [-1_i64, 1] {
        let dir = copy();
        let path = folder(dir.path()).join("python.cwasm");
        let size = fs::metadata(&path).unwrap().len().strict_add_signed(change);
        fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(size)
            .unwrap();
        assert_eq!(refusal(dir.path()).code(), "InterpreterForeign");
    }
}

#[test]
fn a_changed_byte_is_found_by_verify() {
    let dir = copy();
    let path = folder(dir.path()).join("python.cwasm");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(verify(dir.path()).unwrap_err().code(), "InterpreterForeign");
}

#[test]
fn an_interpreter_of_other_sources_is_refused() {
    let dir = copy();
    let path = folder(dir.path()).join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    let key = folder(Path::new("")).to_str().unwrap().to_owned();
    fs::write(&path, text.replace(&key, "0123")).unwrap();
    let error = refusal(dir.path());
    assert_eq!(error.code(), "InterpreterForeign");
    assert!(error.to_string().contains("other sources"), "{error}");
}

#[test]
fn a_file_that_is_no_interpreter_is_refused_by_the_engine() {
    let dir = copy();
    let here = folder(dir.path());
    fs::write(here.join("python.cwasm"), b"#!/bin/sh\n").unwrap();
    let text = fs::read_to_string(here.join("manifest.json")).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    manifest["size"] = 10.into();
    fs::write(here.join("manifest.json"), manifest.to_string()).unwrap();
    assert_eq!(refusal(dir.path()).code(), "InterpreterForeign");
}
