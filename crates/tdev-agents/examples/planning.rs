//! Plans a file of cases and prints predictions:
//! `planning CASES [--learn FILE] [--lexical] [--time]`.
//!
//! Meanings are read by the embedded model; `--lexical` plans by words alone, to compare.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that prints"
)]

use std::path::PathBuf;
use std::time::Instant;

use tdev_agents::benchmark::{Meanings, predictions_by, texts};
use tdev_embed::MiniLm;

fn read(path: &str) -> Result<serde_json::Value, Box<dyn std::error::Error>> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

fn model() -> Result<MiniLm, Box<dyn std::error::Error>> {
    let folder = match std::env::var("TDEV_MODEL_DIR") {
        Ok(folder) => PathBuf::from(folder),
        Err(_) => PathBuf::from(std::env::var("HOME")?).join(".cache/tdev/models"),
    };
    let found = MiniLm::open(&tdev_embed::default_file(&folder));
    Ok(found.map_err(|e| format!("{e}; --lexical plans without"))?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let cases = read(args.first().ok_or("a file of cases is needed")?)?;
    let learn = args
        .iter()
        .position(|a| a == "--learn")
        .and_then(|at| args.get(at + 1));
    let learn = learn.map(|path| read(path)).transpose()?;
    let begun = Instant::now();
    let mut meanings = Meanings::default();
    if !args.iter().any(|a| a == "--lexical") {
        let mut all = Vec::new();
        for file in std::iter::once(&cases).chain(&learn) {
            all.extend(texts(file).map_err(|e| e.to_string())?);
        }
        let vectors = model()?.read(&all);
        meanings = Meanings::of(all, &vectors);
    }
    let read_in = begun.elapsed();
    let mut empty = cases.clone();
    empty["items"] = serde_json::json!([]);
    predictions_by(&meanings, &empty, None).map_err(|e| e.to_string())?;
    let prepared = begun.elapsed();
    let found = predictions_by(&meanings, &cases, learn.as_ref()).map_err(|e| e.to_string())?;
    let count = found["items"].as_array().map_or(0, Vec::len);
    if args.iter().any(|a| a == "--time") {
        let preparing = (prepared - read_in).as_secs_f64();
        let planning = (begun.elapsed() - prepared).as_secs_f64() - preparing;
        let each = |seconds: f64| seconds * 1e3 / count.max(1) as f64;
        eprintln!(
            "{count} plans: reading meanings {:.2} ms each, with those of the tools; preparing the tools {:.2} ms once; planning {:.2} ms each",
            each(read_in.as_secs_f64()),
            preparing * 1e3,
            each(planning),
        );
    }
    println!("{found}");
    Ok(())
}
