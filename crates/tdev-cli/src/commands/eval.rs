//! `tdev eval`: predictions for a file of cases, to be scored against its gold.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::Value;
use tdev_agents::benchmark::{Meanings, predictions_by, texts};
use tdev_agents::classifier::{decode, judge_file};
use tdev_core::{Code, Error};

use crate::config;
use crate::console::Console;
use crate::files;
use crate::outcome::{Exit, Outcome, Stop};
use crate::view::Line;

/// Measure a mind on a file of cases
///
/// Nothing here needs a project: a goal is planned with the tools of its own file, and source
/// is read by itself. No label is looked at.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tdev eval planner --cases nestful.json --json > predictions.json
  tdev eval planner --cases nestful.json --lexical --json
  tdev eval planner --cases new.json --learn solved.json --json
  tdev eval classifier --labels labels.json --files sources --json > predictions.json")]
pub(crate) struct Args {
    #[command(subcommand)]
    mind: Mind,
}

#[derive(Debug, Subcommand)]
enum Mind {
    Planner(Planner),
    Classifier(Classifier),
}

/// Classify every file of a folder that a list names
///
/// Prints `{"items": [{"id", "component_type", "brain_count", "evidence"}]}`; a file that cannot
/// be read as Python has `error` instead of a verdict.
#[derive(Debug, clap::Args)]
struct Classifier {
    /// The list: `[{"id", …}]`, or the same under `items`
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Where the files are, each named by its id
    #[arg(long, value_name = "DIR")]
    files: PathBuf,
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
    match &args.mind {
        Mind::Planner(planner) => plan(planner, console),
        Mind::Classifier(classifier) => classify(classifier, console),
    }
}

fn classify(classifier: &Classifier, console: &Console) -> Outcome {
    let here = config::here()?;
    let listed = read(&here, &classifier.labels, "--labels")?;
    let rows = listed.get("items").unwrap_or(&listed);
    let rows = rows.as_array().ok_or_else(|| {
        Error::new(Code::InvalidInput, "the list of files is no list").field("--labels")
    })?;
    let mut items = Vec::new();
    for row in rows {
        let id = row.get("id").and_then(Value::as_str).ok_or_else(|| {
            Error::new(Code::InvalidInput, "an entry has no `id`").field("--labels")
        })?;
        let path = row.get("path").and_then(Value::as_str);
        let bytes = files::read(&here.join(&classifier.files).join(id))?;
        let found = decode(&bytes).and_then(|code| judge_file(&code, path));
        items.push(match found {
            Ok(found) => serde_json::json!({
                "id": id,
                "component_type": found.component_type,
                "brain_count": found.brain_count,
                "evidence": found.evidence,
            }),
            Err(error) => serde_json::json!({"id": id, "error": error}),
        });
    }
    print(&serde_json::json!({"items": items}), console);
    Ok(Exit::Done)
}

fn plan(planner: &Planner, console: &Console) -> Outcome {
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
            Err(fault) => {
                console.lines(&[Line::plain(format!("planning by words alone: {fault}"))]);
            }
        }
    }
    let found = predictions_by(&meanings, &cases, learn.as_ref())?;
    print(&found, console);
    Ok(Exit::Done)
}

fn print(found: &Value, console: &Console) {
    if console.json() {
        console.value(found);
    } else {
        console.text(&serde_json::to_string_pretty(found).unwrap_or_default());
    }
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
