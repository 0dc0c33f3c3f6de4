//! `tdev asl validate`: everything that is wrong with a definition, each with its place.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tdev_asl::{Fault, StateMachine};

use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome};
use crate::view::machine;

/// Check a definition; every fault with its place, exit code 1 if there is one
///
/// Fields, types, targets, paths, intrinsic functions, JSONata expressions, and states that
/// nothing leads to. All faults are told at once.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev asl validate orders.asl.json
  tdev asl validate - --json < orders.asl.json

With --json: {valid, faults: [{pointer, code, message, suggestion?, line, column}]}.")]
pub(crate) struct Args {
    /// A definition in JSON; `-` reads the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: &Args, console: &Console) -> Outcome {
    let text = files::read_text_or_stdin(&config::here()?, &args.file)?;
    let found = StateMachine::parse(&text);
    let faults = match &found {
        Ok(_) => &[],
        Err(invalid) => invalid.faults.as_slice(),
    };
    if console.json() {
        let listed: Vec<Value> = faults.iter().map(document).collect();
        console.value(&json!({"valid": found.is_ok(), "faults": listed}));
    } else {
        let name = machine::file_name(&args.file);
        match &found {
            Ok(machine) => console.result(&machine::sound(&name, machine)),
            Err(_) => console.result(&machine::faulty(&name, faults, console.width())),
        }
    }
    Ok(if found.is_ok() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn document(fault: &Fault) -> Value {
    let mut told = Map::new();
    told.insert("pointer".into(), json!(fault.pointer));
    told.insert("code".into(), json!(fault.code));
    told.insert("message".into(), json!(fault.message));
    if let Some(suggestion) = &fault.suggestion {
        told.insert("suggestion".into(), json!(suggestion));
    }
    told.insert("line".into(), json!(fault.line));
    told.insert("column".into(), json!(fault.column));
    Value::Object(told)
}
