//! Makes the model file from published weights: `convert FOLDER OUT SOURCE`.
#![expect(clippy::print_stderr, reason = "a program for people")]

use std::path::Path;
use std::process::ExitCode;

use tdev_embed::{MiniLm, convert};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, out, source] = arguments.as_slice() else {
        eprintln!("usage: convert FOLDER OUT SOURCE");
        return ExitCode::FAILURE;
    };
    let out = Path::new(out);
    let made = convert(Path::new(folder), out, source).and_then(|()| MiniLm::open(out)?.verify());
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
