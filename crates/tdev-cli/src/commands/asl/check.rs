//! `tdev asl check`: how many recorded runs the engine repeats, and where it differs.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tdev_asl::corpus::{Report, check_text};
use tdev_core::{Code, Error};

use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome};
use crate::view::{machine, verdicts};

/// Compare with recorded runs; exit code 1 unless all are repeated
///
/// A case is what a definition and an input led to elsewhere: id, definition, input,
/// status, output or error and cause, states_entered, events. Compared are status, output,
/// error, cause, the states entered and the events, these two in any order. Placeholders
/// such as <uuid:1> in a recording stand for any text. What stands before the first `/` of
/// an id is its group. A case that cannot be read or run is one that differs.
///
/// Functions are those the recorded runs called: raise_exception fails, echo_function says
/// hello, and any other task returns its input.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev asl check --cases cases.json
  tdev asl check --cases cases.json --json > report.json

With --json: {total, passed, groups, cases: [{id, ok, expected, got}]}.")]
pub(crate) struct Args {
    /// A list of cases in JSON; `-` reads the standard input
    #[arg(long, value_name = "FILE")]
    cases: PathBuf,
}

pub(super) async fn run(args: &Args, console: &Console) -> Outcome {
    let text = files::read_text_or_stdin(&config::here()?, &args.cases)?;
    let name = machine::file_name(&args.cases);
    let wrong = |message: String| Error::new(Code::InvalidInput, message).field("--cases");
    let checking = async {
        check_text(&text)
            .await
            .map_err(|fault| wrong(format!("`{name}` is no list of cases: {fault}")))
    };
    let report = tokio::select! {
        report = checking => report?,
        _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
    };
    if report.verdicts.is_empty() {
        return Err(wrong(format!("`{name}` has no cases")).into());
    }
    if console.json() {
        console.value(&document(&report));
    } else {
        console.result(&verdicts::lines(&report, console.width()));
    }
    Ok(if report.failed().next().is_none() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn document(report: &Report) -> Value {
    let groups: Map<String, Value> = report
        .groups()
        .into_iter()
        .map(|(name, group)| {
            let counted = json!({"total": group.total, "passed": group.passed});
            (name.to_owned(), counted)
        })
        .collect();
    let cases: Vec<Value> = report
        .verdicts
        .iter()
        .map(|v| {
            json!({"id": v.id, "ok": v.differences.is_empty(), "expected": v.expected, "got": v.got})
        })
        .collect();
    json!({
        "total": report.verdicts.len(),
        "passed": report.passed(),
        "groups": groups,
        "cases": cases,
    })
}
