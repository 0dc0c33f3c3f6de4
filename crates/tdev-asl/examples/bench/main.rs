//! Measures the engine against floors taken in the same run: `bench [--json] [SCENARIO]...`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people"
)]

mod asl;
mod barelog;
mod chain;
mod concurrency;
mod durable;
mod handlers;
mod linear;
mod measure;
mod memory;
mod orders;
mod report;
mod steps;

use std::process::ExitCode;

use report::Report;

/// What went wrong, for people.
type Failed = Box<dyn std::error::Error>;

/// Takes the measurements of one scenario into the report.
type Scenario = fn(&mut Report) -> Result<(), Failed>;

/// A new scenario is a file and a line here.
const SCENARIOS: &[(&str, Scenario)] = &[
    ("asl", asl::scenario),
    ("steps", steps::scenario),
    ("concurrency", concurrency::scenario),
    ("durable", durable::scenario),
    ("linear", linear::scenario),
    ("memory", memory::scenario),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [only, kind] if only == memory::CHILD => memory::child(kind),
        _ => bench(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &[String]) -> Result<(), Failed> {
    let (flags, wanted): (Vec<_>, Vec<_>) = arguments.iter().partition(|a| a.starts_with('-'));
    if let Some(unknown) = flags.iter().find(|f| **f != "--json") {
        return Err(format!("unknown option `{unknown}`; there is `--json`").into());
    }
    let names: Vec<&str> = SCENARIOS.iter().map(|(name, _)| *name).collect();
    if let Some(unknown) = wanted.iter().find(|w| !names.contains(&w.as_str())) {
        let names = names.join("`, `");
        return Err(format!("unknown scenario `{unknown}`; there are `{names}`").into());
    }
    let mut report = Report::new(!flags.is_empty());
    for &(name, scenario) in SCENARIOS {
        if wanted.is_empty() || wanted.iter().any(|w| *w == name) {
            report.begin(name);
            scenario(&mut report)?;
        }
    }
    report.end();
    Ok(())
}
