//! Leaving a run to a process of its own.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tdev_core::{Code, Error, Result};

use crate::config;

/// Has this very program drive a run in the background, beyond the end of this process.
///
/// # Errors
/// `Unsupported` where the program cannot start itself.
pub(crate) fn detach(root: &Path, run_id: &str) -> Result<()> {
    let failed = |fault: std::io::Error| {
        Error::new(
            Code::Unsupported,
            format!("the run cannot go on in the background: {fault}"),
        )
        .hint(format!("drive it here with: tdev resume {run_id}"))
    };
    let program = config::program()?;
    Command::new(program)
        .args(["resume", run_id, "--quiet", "--project"])
        .arg(root)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map(drop)
        .map_err(failed)
}
