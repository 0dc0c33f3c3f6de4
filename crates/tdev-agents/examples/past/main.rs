//! What learning from solved goals brings: an office of our invention, goals asked in phrasings and
//! about things that were never solved before, and more and more solved ones to learn from.
//!
//! `past [--write FOLDER]` prints a table; with a folder it also writes the cases there.

#![allow(clippy::print_stdout, reason = "a program that prints")]

mod goals;
mod registry;

use std::collections::BTreeSet;
use std::time::Instant;

use goals::{Dice, Goal, Part};
use serde_json::{Value, json};

/// Components and links.
type Plan = (Vec<String>, Vec<(String, String)>);

/// Goals asked.
const ASKED: usize = 300;
/// Solved goals learned from.
const SOLVED: &[usize] = &[50, 200, 1_000, 2_000];

fn cases(tools: &[Value], goals: &[Goal]) -> Value {
    let items: Vec<Value> = goals
        .iter()
        .enumerate()
        .map(|(at, g)| json!({"id": format!("{at}"), "goal": g.text, "nodes": g.nodes, "edges": g.edges}))
        .collect();
    json!({"name": "office", "registry": tools, "items": items})
}

fn goals(part: Part, seed: u64, count: usize) -> Vec<Goal> {
    let mut dice = Dice(seed);
    (0..count).map(|_| part.draw(&mut dice)).collect()
}

/// Found, wrongly there and missing, added up over goals.
#[derive(Default)]
struct Score([f64; 3]);

impl Score {
    fn add<T: Ord>(&mut self, gold: &BTreeSet<T>, found: &BTreeSet<T>) {
        let both = gold.intersection(found).count() as f64;
        self.0[0] += both;
        self.0[1] += found.len() as f64 - both;
        self.0[2] += gold.len() as f64 - both;
    }

    fn f1(&self) -> f64 {
        let [found, wrong, missing] = self.0;
        200.0 * found / (2.0 * found + wrong + missing).max(1.0)
    }
}

/// A row of the table.
fn row(name: &str, asked: &[Goal], plans: &[Plan], seconds: f64) {
    let (mut nodes, mut edges, mut whole) = (Score::default(), Score::default(), 0);
    for (goal, (found, links)) in asked.iter().zip(plans) {
        let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
        let pairs = |links: &[(String, String)]| links.iter().cloned().collect::<BTreeSet<_>>();
        nodes.add(&set(&goal.nodes), &set(found));
        edges.add(&pairs(&goal.edges), &pairs(links));
        whole += usize::from(set(&goal.nodes) == set(found) && pairs(&goal.edges) == pairs(links));
    }
    println!(
        "{name:<28} {:>6.1} {:>6.1} {:>7.1} {:>9.2}",
        nodes.f1(),
        edges.f1(),
        100.0 * whole as f64 / asked.len() as f64,
        1e3 * seconds / asked.len() as f64,
    );
}

/// The plans in a document of predictions.
fn plans(found: &Value) -> Vec<Plan> {
    let items = found["items"].as_array().cloned().unwrap_or_default();
    items
        .iter()
        .map(|item| {
            let of = |key: &str| item[key].clone();
            (
                serde_json::from_value(of("nodes")).unwrap_or_default(),
                serde_json::from_value(of("edges")).unwrap_or_default(),
            )
        })
        .collect()
}

fn words(text: &str) -> BTreeSet<String> {
    let split = text.split(|c: char| !c.is_alphanumeric());
    split
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The plan of the solved goal that shares the most words, as it is.
fn copied(asked: &[Goal], solved: &[Goal]) -> Vec<Plan> {
    let known: Vec<BTreeSet<String>> = solved.iter().map(|g| words(&g.text)).collect();
    let nearest = |goal: &Goal| {
        let own = words(&goal.text);
        let alike = |at: usize| {
            let shared = known[at].intersection(&own).count() as f64;
            shared / (known[at].len() as f64 * own.len() as f64).sqrt()
        };
        (0..solved.len()).max_by(|a, b| alike(*a).total_cmp(&alike(*b)).then(b.cmp(a)))
    };
    asked
        .iter()
        .map(|goal| nearest(goal).map(|at| (solved[at].nodes.clone(), solved[at].edges.clone())))
        .map(Option::unwrap_or_default)
        .collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tools = registry::registry();
    let most = SOLVED.last().copied().unwrap_or(0);
    let (solved, asked) = (goals(Part::Solved, 1, most), goals(Part::Asked, 2, ASKED));
    let questions = cases(&tools, &asked);
    let args: Vec<String> = std::env::args().collect();
    if let [_, write, folder] = args.as_slice()
        && write == "--write"
    {
        std::fs::write(format!("{folder}/asked.json"), questions.to_string())?;
        std::fs::write(
            format!("{folder}/solved.json"),
            cases(&tools, &solved).to_string(),
        )?;
    }
    println!(
        "{} tools, {ASKED} goals asked; F1 in %, ms a plan with all preparation",
        tools.len()
    );
    println!(
        "{:<28} {:>6} {:>6} {:>7} {:>9}",
        "", "nodes", "edges", "whole", "ms/plan"
    );
    let predict = |learn: Option<&Value>| {
        let begun = Instant::now();
        let found = tdev_agents::benchmark::predictions(&questions, learn);
        found.map(|found| (plans(&found), begun.elapsed().as_secs_f64()))
    };
    let (fresh, seconds) = predict(None).map_err(|e| e.to_string())?;
    row("no past", &asked, &fresh, seconds);
    for count in SOLVED {
        let begun = Instant::now();
        let copies = copied(&asked, &solved[..*count]);
        row(
            &format!("nearest of {count} copied"),
            &asked,
            &copies,
            begun.elapsed().as_secs_f64(),
        );
        let learn = cases(&tools, &solved[..*count]);
        let (learned, seconds) = predict(Some(&learn)).map_err(|e| e.to_string())?;
        row(&format!("learned from {count}"), &asked, &learned, seconds);
    }
    Ok(())
}
