//! Prints what the Python sandbox costs on this machine. Run it in release:
//! `cargo run --release -p tdev-runtime --example python_bench -- [DIR [ROUNDS]]`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};
use tdev_runtime::python::{Host, HostError, Interpreter, Limits, Program, verify};

const SOURCE: &str = r#"
from tdev import tool

@tool(description="Counts words")
class WordCountTool:
    def run(self, text: str, top: int = 3) -> dict:
        counts = {}
        for word in text.lower().split():
            counts[word] = counts.get(word, 0) + 1
        best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]
        return {"words": sum(counts.values()), "top": [{"word": w, "count": c} for w, c in best]}
"#;

const ASKS: &str =
    "from tdev import call_tool\ndef run(n):\n    return call_tool('EchoTool', n=n)\n";

struct Echo;

impl Host for Echo {
    fn call(&self, _name: &str, _payload: &str) -> Result<String, HostError> {
        Ok("1".to_owned())
    }

    fn log(&self, _level: &str, _line: &str) {}
}

#[expect(clippy::print_stdout, reason = "a command line program")]
fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments
        .next()
        .map(PathBuf::from)
        .context("name the interpreter's folder")?;
    let rounds: usize = arguments.next().map_or(Ok(2000), |text| text.parse())?;
    let at_start = memory("Pss:")?;

    let (verified, took) = timed(|| verify(&dir));
    verified?;
    println!("verify, whole file     {took:>10.1?}");
    let (opened, took) = timed(|| Interpreter::open(&dir));
    let python = opened?;
    println!("open, mapped           {took:>10.1?}");

    let input = json!({"text": "the cat and the dog and the bird"});
    let (first, took) = timed(|| call(&python, "first", SOURCE, &input));
    first?;
    println!("very first call        {took:>10.1?}  (fresh instance, load, call; cold pages)");

    let mut cold = Vec::new();
    for n in 0..rounds.div_ceil(20) {
        let (done, took) = timed(|| call(&python, &format!("cold-{n}"), SOURCE, &input));
        done?;
        cold.push(took);
    }
    report("cold call", &mut cold);

    for (name, source, input) in [
        ("warm call", SOURCE, &input),
        (
            "warm call, trivial",
            "def run():\n    return 1\n",
            &json!({}),
        ),
        ("warm call, one effect", ASKS, &json!({"n": 1})),
    ] {
        call(&python, "warm", source, input)?;
        let mut warm = Vec::new();
        for _ in 0..rounds {
            let (done, took) = timed(|| call(&python, "warm", source, input));
            done?;
            warm.push(took);
        }
        report(name, &mut warm);
    }

    let limits = Limits {
        wall: Duration::from_millis(100),
        ..Limits::default()
    };
    let spin = Program::new("spin", "s.py", "def run():\n    while True: pass\n", "");
    let (_, took) = timed(|| python.call(&spin, &json!({}), &limits, Arc::new(Echo)));
    println!("100 ms limit held at   {took:>10.1?}");
    println!("instances at rest      {:>10}", python.resting());
    println!(
        "memory, KiB            {:>10}  proportional ({at_start} at start)",
        memory("Pss:")?
    );
    println!(
        "of it not in the file  {:>10}  for the instances at rest",
        memory("Anonymous:")?
    );
    Ok(())
}

fn call(python: &Interpreter, project: &str, source: &str, input: &Value) -> anyhow::Result<Value> {
    let program = Program::new(project, "component.py", source, "");
    Ok(python.call(&program, input, &Limits::default(), Arc::new(Echo))?)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = work();
    (done, started.elapsed())
}

#[expect(clippy::print_stdout, reason = "a command line program")]
fn report(name: &str, times: &mut [Duration]) {
    times.sort();
    let at = |part: usize| {
        times
            .get(times.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "{name:<22} {:>10.1?}  median, {:.1?} p95, {} rounds",
        at(50),
        at(95),
        times.len()
    );
}

/// Kibibytes of this process by the kernel's own count. `Pss` divides shared pages by how often
/// they are mapped; plain residency would count the interpreter once for every instance.
fn memory(name: &str) -> anyhow::Result<u64> {
    let counts = std::fs::read_to_string("/proc/self/smaps_rollup")?;
    let line = counts
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .context("no such count")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
