//! Random machines and what this engine makes of them, as JSON lines for another engine to repeat.
//!
//! `asl_diff generate SEED FIRST COUNT` prints cases. `asl_diff shrink SEED INDEX` makes one case
//! smaller: it prints a case, reads `yes` where that one still shows what is looked for, and so on
//! until nothing can be taken away; the last line is the smallest. `make asl-diff` drives both.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a program for people who test the engine"
)]

mod choices;
mod data;
mod expressions;
mod functions;
mod intrinsics;
mod jsonata;
mod jsonpath;
mod machine;

use std::io::{BufRead as _, Write as _};

use proptest::strategy::{Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// A shrinking case is tried at most so often.
const TRIES: usize = 2_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| words.get(place).and_then(|word| word.parse::<u64>().ok());
    match (
        words.first().map(String::as_str),
        number(1),
        number(2),
        number(3),
    ) {
        (Some("generate"), Some(seed), Some(first), Some(count)) => {
            let cases = machine::case().boxed();
            let mut out = std::io::stdout().lock();
            for index in first..first + count {
                let tree = cases
                    .new_tree(&mut runner(seed, index))
                    .expect("no filters");
                writeln!(out, "{}", line(index, &tree.current())).expect("somebody listens");
            }
        }
        (Some("shrink"), Some(seed), Some(index), None) => shrink(seed, index),
        _ => println!("asl_diff generate SEED FIRST COUNT | asl_diff shrink SEED INDEX"),
    }
}

/// The same randomness for the same case, whatever came before it.
fn runner(seed: u64, index: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&index.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), rng)
}

fn line(index: u64, (definition, input): &(Value, Value)) -> Value {
    let mut case = json!({"index": index, "definition": definition, "input": input});
    case["here"] = functions::run(definition, input);
    case
}

fn shrink(seed: u64, index: u64) {
    let cases = machine::case().boxed();
    let mut tree = cases
        .new_tree(&mut runner(seed, index))
        .expect("no filters");
    let mut answers = std::io::stdin().lock().lines();
    for _ in 0..TRIES {
        println!("{}", line(index, &tree.current()));
        let still = answers.next().is_some_and(|a| a.is_ok_and(|a| a == "yes"));
        let more = if still {
            tree.simplify()
        } else {
            tree.complicate()
        };
        if !more {
            break;
        }
    }
    println!("{}", line(index, &tree.current()));
}
