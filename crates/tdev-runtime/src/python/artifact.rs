//! The interpreter on disk: which one this program needs, and whether the one found is it.
//!
//! A `.cwasm` is native code that will run in this process, so one that another user could have
//! written is refused. Folder names carry a hash of everything the interpreter is made from; a
//! program therefore never finds another version's interpreter.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::PythonError;

/// What a person runs to get an interpreter.
pub const BUILD_COMMAND: &str = "scripts/build-interpreter.sh";

pub(super) const CODE_FILE: &str = "python.cwasm";
pub(super) const MANIFEST_FILE: &str = "manifest.json";

/// Equal to the version of the crate in Cargo.toml; a test holds them together.
const WASMTIME: &str = "48.0.8";

/// Raised when `engine::config` changes in a way that changes compiled code.
const CONFIG: &str = "1";

/// What the interpreter is made from. A test compares this list with the folder.
const SOURCES: &[(&str, &[u8])] = &[
    (
        "requirements.txt",
        include_bytes!("../../guest/requirements.txt"),
    ),
    ("app.py", include_bytes!("../../guest/app.py")),
    (
        "sandbox/__init__.py",
        include_bytes!("../../guest/sandbox/__init__.py"),
    ),
    (
        "sandbox/answer.py",
        include_bytes!("../../guest/sandbox/answer.py"),
    ),
    (
        "sandbox/caller.py",
        include_bytes!("../../guest/sandbox/caller.py"),
    ),
    (
        "sandbox/event_loop.py",
        include_bytes!("../../guest/sandbox/event_loop.py"),
    ),
    (
        "sandbox/failure.py",
        include_bytes!("../../guest/sandbox/failure.py"),
    ),
    (
        "sandbox/isolation.py",
        include_bytes!("../../guest/sandbox/isolation.py"),
    ),
    (
        "sandbox/loader.py",
        include_bytes!("../../guest/sandbox/loader.py"),
    ),
    (
        "sandbox/output.py",
        include_bytes!("../../guest/sandbox/output.py"),
    ),
    (
        "sandbox/stdlib.py",
        include_bytes!("../../guest/sandbox/stdlib.py"),
    ),
    (
        "tdev/__init__.py",
        include_bytes!("../../guest/tdev/__init__.py"),
    ),
    (
        "tdev/effects.py",
        include_bytes!("../../guest/tdev/effects.py"),
    ),
    ("tdev/marks.py", include_bytes!("../../guest/tdev/marks.py")),
    ("tdev/py.typed", include_bytes!("../../guest/tdev/py.typed")),
    ("wit/world.wit", include_bytes!("../../guest/wit/world.wit")),
];

/// What the build wrote about the code beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) blake3: String,
    pub(super) target: String,
    pub(super) wasmtime: String,
}

impl Manifest {
    #[cfg(feature = "compile")]
    pub(super) fn describing(code: &[u8]) -> Self {
        Self {
            key: key(),
            size: code.len() as u64,
            blake3: blake3::hash(code).to_hex().to_string(),
            target: super::engine::TARGET.to_owned(),
            wasmtime: WASMTIME.to_owned(),
        }
    }
}

/// Names everything the interpreter is made from, in 32 hex digits.
pub(super) fn key() -> String {
    let mut hash = blake3::Hasher::new();
    for (name, bytes) in SOURCES {
        for part in [name.as_bytes(), bytes] {
            hash.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
    }
    for part in [WASMTIME, CONFIG, super::engine::TARGET] {
        hash.update(&(part.len() as u64).to_le_bytes())
            .update(part.as_bytes());
    }
    hash.finalize().to_hex().as_str().chars().take(32).collect()
}

/// The folder under `dir` where this program's interpreter belongs.
pub fn folder(dir: &Path) -> PathBuf {
    dir.join(key())
}

/// The code, open, after every check that is cheap enough for each start.
pub(super) fn open(dir: &Path) -> Result<File, PythonError> {
    open_with_manifest(dir).map(|(file, _)| file)
}

/// Reads and hashes the whole interpreter, as `tdev doctor` does. Takes some 10 ms.
///
/// # Errors
/// `InterpreterMissing`, or `InterpreterForeign` with what differs.
pub fn verify(dir: &Path) -> Result<(), PythonError> {
    let (mut file, manifest) = open_with_manifest(dir)?;
    let mut hash = blake3::Hasher::new();
    io::copy(&mut file, &mut hash).map_err(|error| foreign(dir, error.to_string()))?;
    if hash.finalize().to_hex().as_str() != manifest.blake3 {
        return Err(foreign(
            dir,
            format!("{CODE_FILE} differs from its manifest"),
        ));
    }
    Ok(())
}

fn open_with_manifest(dir: &Path) -> Result<(File, Manifest), PythonError> {
    let here = folder(dir);
    let about = std::fs::symlink_metadata(&here).map_err(|_| PythonError::InterpreterMissing {
        folder: here.clone(),
    })?;
    if !about.is_dir() {
        return Err(foreign(dir, "it is not a folder"));
    }
    writable_by_us_only(dir, "the folder", &about)?;
    let mut text = String::new();
    open_file(dir, MANIFEST_FILE)?
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| foreign(dir, error.to_string()))?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|_| foreign(dir, format!("{MANIFEST_FILE} is not a manifest")))?;
    if manifest.key != key() {
        return Err(foreign(dir, "it was made from other sources"));
    }
    let file = open_file(dir, CODE_FILE)?;
    let size = file
        .metadata()
        .map_err(|error| foreign(dir, error.to_string()))?
        .len();
    if size != manifest.size {
        return Err(foreign(
            dir,
            format!("{CODE_FILE} has {size} bytes, not {}", manifest.size),
        ));
    }
    Ok((file, manifest))
}

fn open_file(dir: &Path, name: &str) -> Result<File, PythonError> {
    let path = folder(dir).join(name);
    // A link could lead out of the folder that was just checked.
    let linked = std::fs::symlink_metadata(&path).map_err(|_| PythonError::InterpreterMissing {
        folder: folder(dir),
    })?;
    if !linked.is_file() {
        return Err(foreign(dir, format!("{name} is not a plain file")));
    }
    let file = File::open(&path).map_err(|error| foreign(dir, error.to_string()))?;
    // What is checked is what was opened, whatever the path leads to by now.
    let about = file
        .metadata()
        .map_err(|error| foreign(dir, error.to_string()))?;
    writable_by_us_only(dir, name, &about)?;
    Ok(file)
}

fn writable_by_us_only(dir: &Path, what: &str, about: &Metadata) -> Result<(), PythonError> {
    let us = rustix::process::geteuid().as_raw();
    if about.uid() != us && about.uid() != 0 {
        return Err(foreign(
            dir,
            format!("{what} belongs to user {}", about.uid()),
        ));
    }
    if about.mode() & 0o022 != 0 {
        return Err(foreign(dir, format!("others may write {what}")));
    }
    Ok(())
}

pub(super) fn foreign(dir: &Path, reason: impl Into<String>) -> PythonError {
    PythonError::InterpreterForeign {
        folder: folder(dir),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_covers_every_guest_file_and_the_resolved_wasmtime() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        for folder in ["", "sandbox", "tdev", "wit"] {
            for entry in std::fs::read_dir(root.join("guest").join(folder)).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() {
                    let path = entry.path();
                    found.push(path.strip_prefix(root.join("guest")).unwrap().to_owned());
                }
            }
        }
        found.sort();
        let mut named: Vec<_> = SOURCES
            .iter()
            .map(|(name, _)| PathBuf::from(name))
            .collect();
        named.sort();
        assert_eq!(found, named);
        let cargo = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
        assert!(cargo.contains(&format!("wasmtime = {{ version = \"={WASMTIME}\"")));
    }
}
