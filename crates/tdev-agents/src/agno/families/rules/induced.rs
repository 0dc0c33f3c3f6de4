//! Rules that the examples show: words that only one label's texts have, or bounds between numbers.
//!
//! A word counts once two texts of its label have it: what a single example shows is an accident.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::super::candidate::Grounds;
use super::super::super::wish::Wish;
use super::{Rules, Sign, fallback};

/// Words for one label.
const MOST_WORDS: usize = 12;

pub(super) fn rules(wish: &Wish<'_>, label: &str) -> Vec<Rules> {
    let labelled: Vec<(&Value, &str)> = wish
        .examples
        .iter()
        .filter_map(|e| Some((&e.input, e.output.get(label)?.as_str()?)))
        .collect();
    let labels: BTreeSet<&str> = labelled.iter().map(|(_, label)| *label).collect();
    // A label for each example is a table, not a rule.
    if labels.len() < 2 || labelled.len() < 2 * labels.len() - 1 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for field in &wish.inputs {
        let values: Option<Vec<(&Value, &str)>> = labelled
            .iter()
            .map(|(input, label)| Some((input.get(&field.name)?, *label)))
            .collect();
        let Some(values) = values else { continue };
        let made = |labels, otherwise| Rules {
            labels,
            otherwise,
            field: field.name.clone(),
            grounds: Grounds::Shown,
            from: "as the examples show",
            most: true,
        };
        if let Some(labels) = thresholds(&values) {
            found.push(made(labels, None));
        }
        if let Some((labels, rest)) = keywords(&values, fallback(wish)) {
            found.push(made(labels, rest));
        }
    }
    found
}

/// Labels in bands of one number, the highest first.
fn thresholds(values: &[(&Value, &str)]) -> Option<Vec<(String, Sign)>> {
    let mut points: Vec<(f64, &str)> = values
        .iter()
        .map(|(v, label)| Some((v.as_f64()?, *label)))
        .collect::<Option<_>>()?;
    points.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut bands: Vec<(f64, f64, &str)> = Vec::new();
    for (value, label) in points {
        match bands.last_mut() {
            Some((_, low, own)) if *own == label => *low = value,
            _ => bands.push((value, value, label)),
        }
    }
    let distinct: BTreeSet<&str> = bands.iter().map(|(_, _, l)| *l).collect();
    if distinct.len() != bands.len() {
        return None;
    }
    let mut labels = Vec::new();
    for (at, (_, low, label)) in bands.iter().enumerate() {
        let sign = match bands.get(at + 1) {
            Some((high, _, _)) if low <= high => return None,
            Some((high, _, _)) => vec![(">=", roundest(*high, *low))],
            None => Vec::new(),
        };
        labels.push(((*label).to_owned(), Sign::Number(sign)));
    }
    Some(labels)
}

/// The roundest number above one and up to another: where people would draw the line.
fn roundest(above: f64, up_to: f64) -> f64 {
    for step in [
        1000.0, 500.0, 100.0, 50.0, 10.0, 5.0, 1.0, 0.5, 0.1, 0.05, 0.01,
    ] {
        let line = (up_to / step).floor() * step;
        if line > above {
            // Tenths as people write them, without the dust of binary fractions.
            return (line * 100.0).round() / 100.0;
        }
    }
    up_to
}

type Labelled = (Vec<(String, Sign)>, Option<String>);

/// Words that tell the labels apart; a label without any of its own is what is left over.
fn keywords(values: &[(&Value, &str)], said: Option<String>) -> Option<Labelled> {
    let texts: Vec<(BTreeSet<String>, &str)> = values
        .iter()
        .map(|(v, label)| Some((words(v.as_str()?), *label)))
        .collect::<Option<_>>()?;
    let mut seen: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (words, label) in &texts {
        for word in words {
            *seen.entry(word).or_default().entry(label).or_default() += 1;
        }
    }
    let mut order: Vec<&str> = Vec::new();
    for (_, label) in &texts {
        if !order.contains(label) {
            order.push(label);
        }
    }
    let mut labels = Vec::new();
    let mut rest = None;
    for label in order {
        let mut own: Vec<(&str, usize)> = seen
            .iter()
            .filter(|(_, by)| by.len() == 1)
            .filter_map(|(word, by)| Some((*word, *by.get(label)?)))
            .filter(|(_, count)| *count >= 2)
            .collect();
        own.sort_by(|a, b| {
            b.1.cmp(&a.1)
                .then(b.0.len().cmp(&a.0.len()))
                .then(a.0.cmp(b.0))
        });
        own.truncate(MOST_WORDS);
        let covers = texts
            .iter()
            .filter(|(_, l)| *l == label)
            .all(|(words, _)| own.iter().any(|(word, _)| words.contains(*word)));
        match (own.is_empty() || !covers, &rest) {
            (false, _) => labels.push((
                label.to_owned(),
                Sign::Words(own.into_iter().map(|(word, _)| word.to_owned()).collect()),
            )),
            (true, None) => rest = Some(label.to_owned()),
            (true, Some(_)) => return None,
        }
    }
    (!labels.is_empty()).then_some((labels, rest.or(said)))
}

fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .map(str::to_owned)
        .collect()
}
