//! Words that stand where a value would: the column to sort by, the unit to convert to.

use std::sync::LazyLock;

use regex::Regex;

use super::clauses::Clause;
use super::draft::Node;
use super::literals::Kind;
use super::roles::choices;
use super::slots::{Role, Shape, Slot};
use super::verbs::is_closed;
use super::words::{stems, tokens};

static WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z°µ][A-Za-z0-9_°/²³]*").ok());

/// Prepositions that say the same as another.
const SAME: &[(&str, &[&str])] = &[
    ("to", &["to", "into", "in", "as"]),
    ("by", &["by", "per"]),
    ("from", &["from"]),
    ("in", &["in"]),
];

/// Words before what a condition is about.
const WHERE: &[&str] = &["where", "whose"];

/// A word of a text that belongs to no value.
struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

/// The word of a clause that an input asks for, by the word before it: an input that is there "to
/// sort by" takes what stands behind "by", a unit what stands behind a number.
pub(super) fn bare(node: &Node, clause: &Clause, slot: &Slot) -> Option<String> {
    if slot.role != Role::Open || slot.shape != Shape::Text {
        return None;
    }
    if slot.field.schema.get("enum").is_some() {
        return None;
    }
    let words = words(clause);
    let about = slot.field.description();
    let told = about.split([',', ';', '.', ':']).next().unwrap_or("");
    let told = tokens(told.split(" such as ").next().unwrap_or(""));
    let named = |at: usize| {
        let mut rest = words.get(at..)?.iter();
        let first = rest.find(|w| !matches!(w.text, "the" | "its" | "their" | "each" | "a"))?;
        let plain = !is_closed(&first.text.to_lowercase());
        plain.then(|| first.text.to_owned())
    };
    if let Some((_, same)) = told
        .last()
        .and_then(|last| SAME.iter().find(|(word, _)| word == last))
    {
        let hung = words
            .iter()
            .enumerate()
            .filter(|(_, w)| same.contains(&w.text));
        return hung
            .filter(|(at, w)| {
                words
                    .get(at + 1)
                    .is_some_and(|next| adjoins(clause, w.end, next))
            })
            .find_map(|(at, _)| named(at + 1));
    }
    let says = |word: &str| slot.words.contains(&word.to_owned());
    if says("unit") {
        let numbers = clause.literals.iter().filter(|l| l.kind == Kind::Number);
        for number in numbers {
            // "5kg": the unit is written to it.
            let written = clause.text.get(number.start..number.end).unwrap_or("");
            let unit = written.trim_start_matches(|c: char| !c.is_alphabetic());
            if !unit.is_empty() {
                return Some(unit.to_owned());
            }
            let behind = words.iter().position(|w| adjoins(clause, number.end, w));
            if let Some(unit) = behind.and_then(named) {
                return Some(unit);
            }
        }
    }
    // "The mean salary by department": what is measured stands behind its measure.
    if says("column") {
        let measures = measures(node, slot);
        let measure = |w: &Word<'_>| stems(w.text).iter().any(|s| measures.contains(s));
        if let Some(at) = words.iter().position(measure) {
            return named(at + 1);
        }
    }
    let tests = told
        .iter()
        .any(|w| matches!(w.as_str(), "test" | "check" | "compare"));
    if says("column") && tests {
        let at = words.iter().position(|w| WHERE.contains(&w.text))?;
        return named(at + 1);
    }
    None
}

/// Stems of what can be chosen in an input that another speaks of by its name.
fn measures(node: &Node, slot: &Slot) -> Vec<String> {
    let fields = node.component.input_schema.fields();
    fields
        .iter()
        .filter(|f| stems(&f.name).iter().any(|s| slot.words.contains(s)))
        .flat_map(choices)
        .map(|(_, stem)| stem)
        .collect()
}

/// Whether nothing stands between a place and a word.
fn adjoins(clause: &Clause, from: usize, word: &Word<'_>) -> bool {
    let between = clause.text.get(from..word.start);
    between.is_some_and(|gap| gap.trim().is_empty())
}

/// The words of a clause that are no part of a value; a name is a word here.
fn words(clause: &Clause) -> Vec<Word<'_>> {
    let Some(pattern) = WORD.as_ref() else {
        return Vec::new();
    };
    pattern
        .find_iter(&clause.text)
        .map(|found| Word {
            text: found.as_str(),
            start: found.start(),
            end: found.end(),
        })
        .filter(|word| {
            let mut values = clause.literals.iter().filter(|l| l.kind != Kind::Name);
            !values.any(|l| l.start < word.end && word.start < l.end)
        })
        .collect()
}

/// Whether a word of a clause is one of the values that its steps are told.
pub(super) fn is_told(stem: &str, told: &[String]) -> bool {
    told.iter()
        .any(|value| stems(value).iter().any(|s| s == stem))
}
