//! `tdev eval`: predictions for a file of cases, to be scored against its gold.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::Value;
use tdev_agents::benchmark::{Meanings, predictions_by, texts};
use tdev_core::{Code, Error};

use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome, Stop};

/// Measure a mind on a file of cases
///
/// Nothing here needs a project: every case is planned with the tools of its own file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev eval planner --cases nestful.json --json > predictions.json
  tdev eval planner --cases nestful.json --lexical --json
  tdev eval planner --cases new.json --learn solved.json --json")]
pub(crate) struct Args {
    #[command(subcommand)]
    mind: Mind,
}

#[derive(Debug, Subcommand)]
enum Mind {
    Planner(Planner),
}

/// Plan every goal of a file
///
/// Prints `{"items": [{"id", "nodes", "edges", "bindings", "why"}]}`.
#[derive(Debug, clap::Args)]
struct Planner {
    /// The cases: tools under `registry` or `registries`, goals under `items`
    #[arg(long, value_name = "FILE")]
    cases: PathBuf,
    /// Solved cases to learn from; a case never learns from itself
    #[arg(long, value_name = "FILE")]
    learn: Option<PathBuf>,
    /// Plan by words alone, without the model that reads meanings
    #[arg(long)]
    lexical: bool,
}

pub(super) fn run(args: &Args, console: &Console) -> Outcome {
    let Mind::Planner(planner) = &args.mind;
    let here = config::here()?;
    let cases = read(&here, &planner.cases, "--cases")?;
    let learn = planner
        .learn
        .as_ref()
        .map(|file| read(&here, file, "--learn"))
        .transpose()?;
    let mut meanings = Meanings::default();
    if !planner.lexical {
        match config::mini_lm() {
            Ok(model) => {
                let mut all = Vec::new();
                for file in std::iter::once(&cases).chain(&learn) {
                    all.extend(texts(file)?);
                }
                let vectors = model.read(&all);
                meanings = Meanings::of(all, &vectors);
            }
            Err(fault) => console.note(format!("planning by words alone: {fault}")),
        }
    }
    let found = predictions_by(&meanings, &cases, learn.as_ref())?;
    if console.json() {
        console.value(&found);
    } else {
        console.text(&serde_json::to_string_pretty(&found).unwrap_or_default());
    }
    Ok(Exit::Done)
}

fn read(here: &Path, file: &Path, option: &str) -> Result<Value, Stop> {
    let text = files::read_text(&here.join(file))?;
    serde_json::from_str(&text).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!("`{}` is not JSON: {fault}", file.display()),
        )
        .field(option)
        .into()
    })
}
