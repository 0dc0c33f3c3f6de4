//! Compiles `python.wasm` for this program: the second half of `scripts/build-interpreter.sh`.
//!
//! `build_interpreter folder DIR` prints where the interpreter belongs and fails if it is not
//! there or not right; `build_interpreter compile WASM DIR` puts it there.

use std::path::Path;
use std::process::ExitCode;

use tdev_runtime::python;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program"
)]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["folder", dir] => {
            println!("{}", python::folder(Path::new(dir)).display());
            python::verify(Path::new(dir))
        }
        ["compile", wasm, dir] => python::compile(Path::new(wasm), Path::new(dir))
            .map(|folder| println!("{}", folder.display())),
        _ => {
            eprintln!("usage: build_interpreter folder DIR | compile WASM DIR");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
