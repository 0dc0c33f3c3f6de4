//! Kills a process again and again while it drives executions, and compares what came of them
//! with a life without disturbance: `cargo run --release -p tdev-local --example torture -- 1000`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a program for people, which stops at the first surprise"
)]

mod alone;
mod deeds;
mod home;
mod journals;
mod machine;
mod victim;

use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use deeds::Deeds;
use victim::{Crash, Layer, Luck};

/// Longer than any life a victim gets, so that nothing ends but by what earlier lives kept.
const WAIT_SECONDS: u64 = 1;
/// The longest a victim lives.
const LONGEST: Duration = Duration::from_millis(160);
/// A case that has not ended after so many lives never will.
const LIVES: usize = 3000;

#[derive(Default)]
struct Figures {
    cases: usize,
    kills: usize,
    torn: usize,
    cut: usize,
    deeds: usize,
    /// Deeds done again because a kill came between doing and keeping.
    again: usize,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["live", layer, dir, life] => {
            victim::live(Layer::named(layer), Path::new(dir), life.parse().unwrap());
            ExitCode::SUCCESS
        }
        [] => torture(1000, 1),
        [kills] => torture(kills.parse().unwrap(), 1),
        [kills, seed] => torture(kills.parse().unwrap(), seed.parse().unwrap()),
        _ => {
            eprintln!("usage: torture [KILLS] [SEED]");
            ExitCode::FAILURE
        }
    }
}

fn torture(kills: usize, seed: u64) -> ExitCode {
    let begun = Instant::now();
    let mut luck = Luck(seed);
    println!(
        "{kills} kills, seed {seed}; a victim lives at most {LONGEST:?} and waits {WAIT_SECONDS} s"
    );
    println!(
        "{:<8} {:<12} {:>6} {:>6} {:>6} {:>6} {:>7} {:>8}  lost or wrong",
        "layer", "crash", "cases", "kills", "torn", "cut", "deeds", "in flight"
    );
    let plan = [
        (Layer::Home, Crash::Kill),
        (Layer::Home, Crash::Torn),
        (Layer::Engine, Crash::Torn),
        (Layer::Engine, Crash::Cut),
    ];
    let (mut total, mut wrong) = (0, 0);
    for (n, (layer, crash)) in plan.into_iter().enumerate() {
        let share = kills.saturating_sub(total).div_ceil(plan.len() - n);
        let mut figures = Figures::default();
        let mut complaints = Vec::new();
        while figures.kills < share {
            complaints.extend(case(layer, crash, &mut luck, &mut figures));
        }
        total += figures.kills;
        wrong += complaints.len();
        println!(
            "{:<8} {:<12} {:>6} {:>6} {:>6} {:>6} {:>7} {:>8}  {}",
            layer.name(),
            crash.name(),
            figures.cases,
            figures.kills,
            figures.torn,
            figures.cut,
            figures.deeds,
            figures.again,
            complaints.len()
        );
        for complaint in complaints.iter().take(10) {
            println!("  {complaint}");
        }
    }
    println!("{total} kills in {:.0} s", begun.elapsed().as_secs_f64());
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One folder of executions, brought to their ends through as many lives as it takes.
fn case(layer: Layer, crash: Crash, luck: &mut Luck, figures: &mut Figures) -> Vec<String> {
    let undisturbed = undisturbed(layer);
    let dir = tempfile::tempdir().unwrap();
    let mut complaints = Vec::new();
    let mut finished: HashSet<String> = HashSet::new();
    let mut cuts = 0;
    let mut ended = false;
    victim::prepare(layer, dir.path());
    for life in 0..LIVES {
        let before = Deeds::read(dir.path()).done.len();
        let longest = luck.below(LONGEST.as_micros() as u64) + 500;
        ended = victim::lives(layer, dir.path(), life, Duration::from_micros(longest));
        let deeds = Deeds::read(dir.path());
        for deed in &deeds.done[before..] {
            if finished.contains(&deed.token) {
                complaints.push(format!(
                    "life {life} did `{}` again, which had been kept",
                    deed.what
                ));
            }
        }
        if ended {
            break;
        }
        figures.kills += 1;
        match crash {
            Crash::Kill => {}
            Crash::Torn => figures.torn += usize::from(victim::tear(layer, dir.path(), luck)),
            Crash::Cut => {
                let cut = victim::cut(layer, dir.path(), luck);
                cuts += usize::from(cut);
                figures.cut += usize::from(cut);
            }
        }
        finished = journals::finished(layer, dir.path());
    }
    figures.cases += 1;
    if !ended {
        complaints.push(format!("nothing came of {LIVES} lives"));
        return complaints;
    }
    let (deeds, outputs) = (Deeds::read(dir.path()), victim::outputs(dir.path()));
    figures.deeds += deeds.done.len();
    figures.again += deeds.again();
    if outputs != undisturbed.1 {
        complaints.push(format!("outputs differ:\n  {outputs}\n  {}", undisturbed.1));
    }
    // Behind a cut the calls may come in another order and under other tokens.
    if cuts == 0 {
        complaints.extend(deeds.differ(&undisturbed.0));
    }
    complaints
}

fn undisturbed(layer: Layer) -> (Deeds, serde_json::Value) {
    static KNOWN: std::sync::Mutex<Vec<(Layer, Deeds, serde_json::Value)>> =
        std::sync::Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap();
    if let Some((_, deeds, outputs)) = known.iter().find(|(of, _, _)| *of == layer) {
        return (deeds.clone(), outputs.clone());
    }
    let dir = tempfile::tempdir().unwrap();
    victim::prepare(layer, dir.path());
    assert!(victim::lives(layer, dir.path(), 0, Duration::from_secs(60)));
    let found = (Deeds::read(dir.path()), victim::outputs(dir.path()));
    assert_eq!(found.0.again(), 0, "an undisturbed life does nothing twice");
    known.push((layer, found.0.clone(), found.1.clone()));
    found
}
