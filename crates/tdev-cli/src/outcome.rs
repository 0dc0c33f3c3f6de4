//! How a command ends, and the exit code of it.

use std::process::ExitCode;

use tdev_core::Error;

use crate::console::Console;
use crate::view;

/// How a command ended when nothing went wrong on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked is done: 0.
    Done,
    /// What was asked came out badly, and has been shown: 1.
    Failed,
    /// A score or a test is below its gate: 3.
    BelowGate,
    /// Stopped from the keyboard, as shells report it: 130.
    Interrupted,
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The command line asks for something that makes no sense: 2.
    Usage(Error),
    /// It could not be done: 1.
    Failed(Error),
    /// Several things are wrong at once: 1.
    Faults(Vec<Error>),
}

/// What every command returns.
pub(crate) type Outcome = Result<Exit, Stop>;

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Vec<Error>> for Stop {
    fn from(faults: Vec<Error>) -> Self {
        Self::Faults(faults)
    }
}

/// Prints what went wrong, and turns the outcome into an exit code.
pub(crate) fn finish(outcome: Outcome, console: &Console) -> ExitCode {
    let code = match outcome {
        Ok(Exit::Done) => 0,
        Ok(Exit::Failed) => 1,
        Ok(Exit::BelowGate) => 3,
        Ok(Exit::Interrupted) => 130,
        Err(Stop::Usage(error)) => {
            report(&[error], console);
            2
        }
        Err(Stop::Failed(error)) => {
            report(&[error], console);
            1
        }
        Err(Stop::Faults(faults)) => {
            report(&faults, console);
            1
        }
    };
    ExitCode::from(code)
}

fn report(faults: &[Error], console: &Console) {
    if console.json() {
        console.value(&view::fault::problem(faults));
    } else {
        console.lines(&view::fault::lines(faults, console.width()));
    }
}
