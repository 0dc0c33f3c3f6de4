//! Conditions in plain words, turned into conditions over what earlier steps give.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::clauses::Clause;
use super::draft::{Draft, Given, Node, Source};
use super::literals::literals;
use super::words::{overlap, stems};

const COMPARISONS: &[(&str, &str)] = &[
    (
        r"\b(?:more|greater|higher|larger|longer) than\b|\babove\b|\bover\b|\bexceeds?\b",
        ">",
    ),
    (
        r"\b(?:fewer|less|lower|smaller|shorter) than\b|\bbelow\b|\bunder\b",
        "<",
    ),
    (r"\bat least\b", ">="),
    (r"\bat most\b", "<="),
    (r"\bcontains?\b|\bmentions?\b|\bincludes?\b", "contains"),
    (r"\b(?:is|are)(?: not|n't)\b|\bdiffers? from\b", "!="),
    (r"\bexactly\b|\bequals?\b|\bis\b|\bare\b", "=="),
];

static PATTERNS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    COMPARISONS
        .iter()
        .filter_map(|(pattern, sign)| {
            Regex::new(&format!("(?i){pattern}"))
                .ok()
                .map(|r| (r, *sign))
        })
        .collect()
});

/// Sets the conditions of nodes whose clauses have one; what is not understood is returned, so
/// that no condition is ever dropped in silence.
pub(super) fn apply(draft: &mut Draft, clauses: &[Clause], given: &Given) -> Vec<String> {
    let mut unclear = Vec::new();
    for at in 0..draft.nodes.len() {
        let Some(text) = draft
            .nodes
            .get(at)
            .and_then(|n| n.clause)
            .and_then(|c| clauses.get(c))
            .and_then(|c| c.condition.clone())
        else {
            continue;
        };
        let understood = translate(&text, draft, at, given);
        match (understood, draft.nodes.get_mut(at)) {
            (Some(condition), Some(node)) => node.condition = Some(condition),
            _ => unclear.push(match text.strip_prefix("not ") {
                Some(rest) => format!("unless {rest}"),
                None => format!("if {}", text.trim_start_matches("if ")),
            }),
        }
    }
    unclear
}

/// A condition in the workflow's notation. Its references name nodes by position, `${#2.count}`,
/// until ids are given.
fn translate(text: &str, draft: &Draft, at: usize, given: &Given) -> Option<String> {
    let (negated, text) = match text.strip_prefix("not ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (place, sign) = PATTERNS
        .iter()
        .find_map(|(pattern, sign)| pattern.find(text).map(|m| (m.range(), *sign)))?;
    let (before, after) = (text.get(..place.start)?, text.get(place.end..)?);
    let literal = literals(after).into_iter().next();
    let value = match &literal {
        Some(literal) => literal.value.clone(),
        None => Value::String(
            after
                .trim()
                .trim_end_matches(|c: char| !c.is_alphanumeric())
                .to_owned(),
        ),
    };
    if value.as_str().is_some_and(str::is_empty) {
        return None;
    }
    // "there are more than 3 files": the subject may stand behind the number.
    let beyond = literal.map_or("", |l| after.get(l.end..).unwrap_or(""));
    let subject: Vec<String> = stems(before).into_iter().chain(stems(beyond)).collect();
    let reference = subject_of(&subject, value.is_number(), draft, at, given)?;
    let condition = format!("{reference} {sign} {value}");
    Some(if negated {
        format!("not ({condition})")
    } else {
        condition
    })
}

/// The value that a subject names: an output of an earlier node, an item of the node's own loop,
/// or a given input.
fn subject_of(
    subject: &[String],
    numeric: bool,
    draft: &Draft,
    at: usize,
    given: &Given,
) -> Option<String> {
    let node = draft.nodes.get(at)?;
    let mut best: Option<(f64, String)> = None;
    let mut offer = |score: f64, reference: String| {
        if score >= 0.5 && best.as_ref().is_none_or(|(s, _)| score > *s) {
            best = Some((score, reference));
        }
    };
    for (position, producer) in draft.nodes.iter().enumerate().take(at) {
        let about = stems(&format!(
            "{} {}",
            producer.component.name, producer.component.description
        ));
        for field in producer.component.output_schema.fields() {
            let is_number = matches!(field.type_name(), "number" | "integer");
            if is_number != numeric && field.type_name() != "any" {
                continue;
            }
            let own = stems(&format!("{} {}", field.name, field.description()));
            let score = overlap(subject, &own)
                + 0.4 * overlap(subject, &about)
                + if is_count(&field.name) && numeric {
                    0.3
                } else {
                    0.0
                };
            match reach(node, producer, position) {
                Reach::Once => offer(score, format!("${{#{position}.{}}}", field.name)),
                Reach::Item => offer(score, format!("${{item.{}}}", field.name)),
                Reach::No => {}
            }
        }
    }
    for (name, schema) in given.inputs {
        let is_number = schema.get("const").map_or_else(
            || {
                schema
                    .get("type")
                    .is_some_and(|t| t == "number" || t == "integer")
            },
            Value::is_number,
        );
        if is_number == numeric {
            offer(overlap(subject, &stems(name)), format!("${{input.{name}}}"));
        }
    }
    best.map(|(_, reference)| reference)
}

enum Reach {
    Once,
    Item,
    No,
}

/// One value of a looped producer is in reach only where the node loops over that producer.
fn reach(node: &Node, producer: &Node, position: usize) -> Reach {
    if producer.each.is_none() {
        return Reach::Once;
    }
    match &node.each {
        Some(Source::Output { node, field: None }) if *node == position => Reach::Item,
        _ => Reach::No,
    }
}

fn is_count(name: &str) -> bool {
    matches!(name, "count" | "total" | "size" | "length")
        || name.ends_with("_count")
        || name.starts_with("total_")
}
