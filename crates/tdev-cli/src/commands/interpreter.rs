//! `tdev interpreter`: what the set-up script needs of this program.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use tdev_core::{Code, Error};
use tdev_runtime::python::{self, PythonError};

use crate::config;
use crate::console::Console;
use crate::outcome::{Exit, Outcome};

/// Build and find the Python interpreter that components run in
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Compile python.wasm to native code for this program, and put it in its place
    Compile {
        /// What componentize-py made
        #[arg(value_name = "WASM")]
        wasm: PathBuf,
        /// Where interpreters are kept
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Print where this program's interpreter belongs; fails where it is not there or not right
    Folder {
        /// Where interpreters are kept
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

pub(super) fn run(args: Args, console: &Console) -> Outcome {
    match args.task {
        Task::Compile { wasm, dir } => {
            let dir = dir.unwrap_or_else(config::interpreters);
            let folder = python::compile(&wasm, &dir).map_err(|fault| plain(&fault))?;
            console.text(&folder.display().to_string());
        }
        Task::Folder { dir } => {
            let dir = dir.unwrap_or_else(config::interpreters);
            console.text(&python::folder(&dir).display().to_string());
            verify(&dir)?;
        }
    }
    Ok(Exit::Done)
}

/// Whether the interpreter is there and this program's own.
///
/// # Errors
/// `InterpreterMissing`, `InterpreterForeign`.
pub(super) fn verify(dir: &Path) -> Result<(), Error> {
    python::verify(dir).map_err(|fault| plain(&fault))
}

fn plain(fault: &PythonError) -> Error {
    let code = Code::parse(fault.code()).unwrap_or(Code::Internal);
    let error = Error::new(code, fault.to_string());
    match code {
        Code::InterpreterMissing | Code::InterpreterForeign => error.hint(format!(
            "run {} once, or `tdev doctor --fix`",
            python::BUILD_COMMAND
        )),
        _ => error,
    }
}
