//! Compiles the interpreter to native code, at set-up.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::artifact::{self, CODE_FILE, MANIFEST_FILE, Manifest, foreign};
use super::engine;
use super::error::PythonError;

/// Compiles `wasm`, which the build script has just made from this checkout's `guest/`, into
/// its folder under `dir`, and returns that folder. Takes about a minute of processor time.
///
/// # Errors
/// `Internal` if it does not compile; `InterpreterForeign` if the folder cannot be written.
pub fn compile(wasm: &Path, dir: &Path) -> Result<PathBuf, PythonError> {
    let bytes = fs::read(wasm)
        .map_err(|error| sandbox(format!("cannot read `{}`: {error}", wasm.display())))?;
    let code = precompile(&bytes)?;
    let manifest = serde_json::to_vec_pretty(&Manifest::describing(&code))
        .map_err(|error| sandbox(error.to_string()))?;
    let folder = artifact::folder(dir);
    // The manifest last: until it is there, nobody trusts what is.
    make_folder(&folder)
        .and_then(|()| replace(&folder, CODE_FILE, &code))
        .and_then(|()| replace(&folder, MANIFEST_FILE, &manifest))
        .map_err(|error| foreign(dir, format!("it cannot be written: {error}")))?;
    artifact::verify(dir)?;
    Ok(folder)
}

fn precompile(wasm: &[u8]) -> Result<Vec<u8>, PythonError> {
    let mut config = engine::config();
    // Naming a target turns off the detection of this machine's processor features.
    config
        .target(engine::TARGET)
        .map_err(|error| sandbox(error.to_string()))?;
    wasmtime::Engine::new(&config)
        .and_then(|engine| engine.precompile_component(wasm))
        .map_err(|error| sandbox(error.to_string()))
}

fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

/// A running program may have the old file mapped, so it is replaced and never written over.
fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let half = folder.join(format!("{name}.{}", std::process::id()));
    let mut file = fs::File::create(&half)?;
    file.write_all(bytes)?;
    file.set_permissions(fs::Permissions::from_mode(0o644))?;
    file.sync_all()?;
    fs::rename(&half, folder.join(name))
}

fn sandbox(reason: String) -> PythonError {
    PythonError::Sandbox { reason }
}
