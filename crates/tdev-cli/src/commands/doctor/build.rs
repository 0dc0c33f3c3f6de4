//! Building the Python interpreter, where the checkout it is built from is at hand.

use std::path::PathBuf;

use tdev_core::{Code, Error, Result};
use tdev_runtime::python::BUILD_COMMAND;
use tokio::process::Command;

use crate::config;
use crate::console::Console;

/// Runs the set-up script of the checkout that this program was built in.
///
/// # Errors
/// `Unsupported` where there is none; `InterpreterMissing` where it fails.
pub(super) async fn interpreter(console: &Console) -> Result<()> {
    let script = script().ok_or_else(|| {
        Error::new(Code::Unsupported, "the set-up script is not at hand")
            .hint(format!("run {BUILD_COMMAND} in a checkout of T-Developer"))
    })?;
    console.note(format!(
        "building the python interpreter with {}; this takes some minutes",
        script.display()
    ));
    let status = Command::new(&script)
        .stdout(std::process::Stdio::null())
        .status()
        .await;
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::new(
            Code::InterpreterMissing,
            format!("{} failed: {status}", script.display()),
        )
        .hint("what it says above tells why; it needs python3 with venv, and PyPI once")),
        Err(fault) => Err(Error::new(
            Code::InterpreterMissing,
            format!("{} cannot be run: {fault}", script.display()),
        )),
    }
}

/// Only beside this program: a project's folder may hold a script that is not ours.
fn script() -> Option<PathBuf> {
    let program = config::program().ok()?;
    program
        .ancestors()
        .map(|above| above.join(BUILD_COMMAND))
        .find(|script| script.is_file())
}
