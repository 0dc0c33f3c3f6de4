//! `tdev asl run`: a definition alone, its tasks answered by mocks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use serde_json::{Value, json};
use tdev_asl::mock::Mocks;
use tdev_asl::{ExecutionOptions, Fault, Invalid, StateMachine, Status, SystemClock, VirtualClock};
use tdev_core::ports::{self, Clock as _};
use tdev_core::{Code, Error, Result};
use uuid::Uuid;

use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome, Stop};
use crate::view::{Line, Look, history, machine};

const MOCKS: &str = "\
Mocks, the short form: answers by state name, by Resource, or by the function
that lambda:invoke calls. They are given in turn, and the last one repeats:
  {\"Pay\": [{\"throw\": {\"error\": \"Busy\", \"cause\": \"try later\"}},
           {\"return\": {\"paid\": true}}]}

Mocks, the form of AWS's Step Functions Local: --test-case picks the answers
of each state, which are then given by attempt, from \"0\". It may be left out
where there is one test case; Machine#Case tells two of one name apart:
  {\"StateMachines\": {\"Shop\": {\"TestCases\": {\"Busy\": {\"Pay\": \"PayBusy\"}}}},
   \"MockedResponses\": {\"PayBusy\": {
     \"0-1\": {\"Throw\": {\"Error\": \"Busy\", \"Cause\": \"try later\"}},
     \"2\": {\"Return\": {\"StatusCode\": 200, \"Payload\": {\"paid\": true}}}}}}

A task that no mock answers fails with States.Runtime, which no Catch hides.

Examples:
  tdev asl run orders.asl.json --input '{\"id\": 7}' --mock mocks.json
  tdev asl run orders.asl.json --input @7.json --mock m.json --test-case Busy
  tdev asl run wait.asl.json --clock real --history

With --json: {status, output, error, cause, history}.
Exit code 1 unless it succeeded.";

/// Run a definition alone, its tasks answered by mocks
///
/// It runs in memory as an express execution does, but with its whole history. The clock
/// is virtual unless you say otherwise: it jumps to what is waited for, so that Wait states
/// and retries take no time.
#[derive(Debug, clap::Args)]
#[command(after_help = MOCKS)]
pub(crate) struct Args {
    /// A definition in JSON; `-` reads the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The input: JSON, @FILE, or - for the standard input
    #[arg(long, short, value_name = "JSON", default_value = "{}")]
    input: String,
    /// What tasks answer, in one of the two forms below
    #[arg(long, value_name = "FILE")]
    mock: Option<PathBuf>,
    /// Which test case of the mocks
    #[arg(long, value_name = "NAME", requires = "mock")]
    test_case: Option<String>,
    /// Whether waiting takes time
    #[arg(long, value_enum, value_name = "CLOCK", default_value_t = Clock::Virtual)]
    clock: Clock,
    /// A table of what happened
    #[arg(long)]
    history: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Clock {
    Virtual,
    Real,
}

pub(super) async fn run(args: &Args, console: &Console) -> Outcome {
    let here = config::here()?;
    if args.file == Path::new("-") && args.input == "-" {
        return Err(Stop::Usage(
            Error::new(
                Code::InvalidInput,
                "definition and input cannot both come from the standard input",
            )
            .field("--input"),
        ));
    }
    let text = files::read_text_or_stdin(&here, &args.file)?;
    let name = machine::file_name(&args.file);
    let definition = StateMachine::parse(&text)
        .map_err(|invalid| refused(&name, &invalid, Code::InvalidStateMachine))?;
    let definition = Arc::new(definition);
    let input = input(&args.input, &here)?;
    let mocks = Arc::new(mocks(args, &here, &definition)?);
    let mut options = options(args);
    mocks.attend(&mut options);
    let done = tokio::select! {
        done = tdev_asl::run(definition, input, mocks, options) => done,
        _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
    };
    let outcome = done.map_err(|fault| Error::new(Code::Internal, fault.to_string()))?;
    if console.json() {
        console.value(&json!({
            "status": outcome.status.as_str(),
            "output": outcome.output,
            "error": outcome.error,
            "cause": outcome.cause,
            "history": outcome.history,
        }));
    } else {
        if args.history {
            console.result(&history::table(&outcome.history, console.width()));
        }
        if let Some(output) = &outcome.output {
            console.text(&serde_json::to_string_pretty(output).unwrap_or_default());
        }
        let ending = history::ending(&outcome, console.width());
        if outcome.status == Status::Succeeded {
            console.notes(&ending);
        } else {
            console.lines(&ending);
        }
        let asked = outcome
            .history
            .iter()
            .any(|e| e.event_type().ends_with("Scheduled"));
        if asked && args.mock.is_none() {
            console.notes(&[Line::plain("answers of tasks are given by ")
                .with(Look::Name, "--mock FILE")
                .and("; see ")
                .with(Look::Name, "tdev asl run --help")]);
        }
    }
    Ok(if outcome.status == Status::Succeeded {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn options(args: &Args) -> ExecutionOptions {
    let stem = args.file.file_stem().map(|stem| stem.to_string_lossy());
    // `orders.asl.json` is the machine `orders`.
    let machine = stem.as_deref().map(|stem| stem.trim_end_matches(".asl"));
    ExecutionOptions {
        name: Uuid::now_v7().to_string(),
        machine_name: machine
            .filter(|m| *m != "-")
            .unwrap_or("machine")
            .to_owned(),
        keep_history: true,
        clock: match args.clock {
            Clock::Virtual => Arc::new(VirtualClock::new(ports::SystemClock.now())),
            Clock::Real => Arc::new(SystemClock),
        },
        ..ExecutionOptions::default()
    }
}

fn mocks(args: &Args, here: &Path, definition: &StateMachine) -> Result<Mocks, Stop> {
    let Some(file) = &args.mock else {
        return Ok(Mocks::none(definition));
    };
    let text = files::read_text(&here.join(file))?;
    Mocks::parse(&text, args.test_case.as_deref(), definition)
        .map_err(|invalid| refused(&machine::file_name(file), &invalid, Code::InvalidInput))
}

fn refused(name: &str, invalid: &Invalid, code: Code) -> Stop {
    let told = |fault: &Fault| Error {
        code,
        ..machine::error(name, fault)
    };
    Stop::Faults(invalid.faults.iter().map(told).collect())
}

fn input(given: &str, here: &Path) -> Result<Value> {
    let text = match given.strip_prefix('@') {
        Some(file) => files::read_text(&here.join(file))?,
        None if given == "-" => files::read_text_or_stdin(here, Path::new("-"))?,
        None => given.to_owned(),
    };
    serde_json::from_str(&text).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!("the input is not JSON: {fault}"),
        )
        .field("--input")
        .hint("give JSON such as '{\"id\": 7}', @FILE, or - for the standard input")
    })
}
