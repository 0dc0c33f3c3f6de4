//! Rules that stand in the spec: attached, or written out in the goal.

use regex::Regex;
use serde_json::Value;

use super::super::super::candidate::Grounds;
use super::super::super::wish::Wish;
use super::super::lookup::bare;
use super::{Rules, Sign, fallback};

/// How comparisons are said, the longest first.
const COMPARISONS: &[(&str, &str)] = &[
    ("greater than or equal to", ">="),
    ("less than or equal to", "<="),
    ("greater than", ">"),
    ("more than", ">"),
    ("less than", "<"),
    ("fewer than", "<"),
    ("at least", ">="),
    ("at most", "<="),
    ("up to", "<="),
    ("above", ">"),
    ("over", ">"),
    ("below", "<"),
    ("under", "<"),
    ("from", ">="),
    (">=", ">="),
    ("≥", ">="),
    ("<=", "<="),
    ("≤", "<="),
    (">", ">"),
    ("<", "<"),
    ("==", "=="),
    ("exactly", "=="),
];

pub(super) fn rules(wish: &Wish<'_>) -> Result<Vec<Rules>, String> {
    let labels = match wish.spec.attached.get("rules") {
        Some(Value::Object(map)) => map
            .iter()
            .map(|(label, sign)| Ok((label.clone(), sign_of(sign)?)))
            .collect::<Result<Vec<_>, String>>()?,
        Some(_) => return Err("`rules` is an object of labels and what speaks for them".to_owned()),
        None => in_goal(wish.goal()),
    };
    if labels.is_empty() || (labels.len() < 2 && fallback(wish).is_none()) {
        return Ok(Vec::new());
    }
    let words = labels.iter().all(|(_, s)| matches!(s, Sign::Words(_)));
    let numbers = labels.iter().all(|(_, s)| matches!(s, Sign::Number(_)));
    if !words && !numbers {
        return Err("some of its rules are about words and some about numbers".to_owned());
    }
    let field = if words {
        wish.text().ok_or("no input is the text to judge")?
    } else {
        judged(wish)?
    };
    let rules = |most: bool| Rules {
        labels: labels.clone(),
        otherwise: fallback(wish),
        field: field.clone(),
        grounds: Grounds::Said,
        from: "as the spec says",
        most,
    };
    // The order in which somebody writes rules is the order in which they are meant, unless the
    // examples say otherwise.
    Ok(if words {
        vec![rules(false), rules(true)]
    } else {
        vec![rules(false)]
    })
}

/// The number that is judged: the only one, or the one the goal names.
fn judged(wish: &Wish<'_>) -> Result<String, String> {
    if wish.inputs.is_empty() {
        return Ok("value".to_owned());
    }
    let numbers: Vec<&str> = wish
        .inputs
        .iter()
        .filter(|f| matches!(f.type_name(), "number" | "integer"))
        .map(|f| f.name.as_str())
        .collect();
    match numbers.as_slice() {
        [one] => Ok((*one).to_owned()),
        many => many
            .iter()
            .find(|name| wish.speaks_of(&[name]))
            .map(|name| (*name).to_owned())
            .ok_or_else(|| "no input is the number to judge".to_owned()),
    }
}

fn sign_of(value: &Value) -> Result<Sign, String> {
    match value {
        Value::String(text) => match bounds(text) {
            Some(bounds) => Ok(Sign::Number(bounds)),
            None => Ok(Sign::Words(listed(text))),
        },
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map(Sign::Words)
            .ok_or_else(|| {
                "what speaks for a label is a list of words, or a comparison".to_owned()
            }),
        _ => Err("what speaks for a label is a list of words, or a comparison".to_owned()),
    }
}

/// `urgent: outage, down; billing if it mentions invoice; >= 90: high`.
fn in_goal(goal: &str) -> Vec<(String, Sign)> {
    let Ok(worded) = Regex::new(
        r#"(?i)^(?:and\s+|or\s+|as\s+|mark\s+(?:it\s+)?(?:as\s+)?|label\s+(?:it\s+)?(?:as\s+)?|call\s+it\s+)*["'“‘`]?([\w][\w /-]{0,30}?)["'”’`]?\s*(?:if|when|where|for|:|=)\s*(.+)$"#,
    ) else {
        return Vec::new();
    };
    // `it is cold below 10, mild below 20`.
    let Ok(short) = Regex::new(
        r"(?i)^(?:.*\b(?:is|as)\s+)?([\w-]+)\s+((?:at least|at most|below|under|above|over|up to|less than|more than|greater than|fewer than|from|between|[<>≤≥]).*\d.*)$",
    ) else {
        return Vec::new();
    };
    let Ok(leading) = Regex::new(
        r"(?i)^(?:(?:the|it|its|a|text|message|subject|body|mail|email|ticket|value)\s+)*(?:(?:contains?|mentions?|includes?|has|have|says?|speaks? of)\s+)(?:any of\s+|one of\s+|the words?\s+|either\s+)*",
    ) else {
        return Vec::new();
    };
    let body = goal.split_once([':', '\n']).map_or(goal, |(lead, rest)| {
        // `urgent: outage; billing: invoice` has no lead: its first colon is a rule's own.
        if lead.split_whitespace().count() <= 2 && rest.contains(':') && rest.contains([';', '\n'])
        {
            goal
        } else {
            rest
        }
    });
    let separators: &[char] = if body.contains([';', '\n']) {
        &[';', '\n']
    } else {
        &[',']
    };
    let mut found = Vec::new();
    for part in body.split(separators) {
        let part = part.trim().trim_end_matches('.').trim();
        let lower = part.to_lowercase();
        if lower.starts_with("otherwise") || lower.starts_with("else") || lower.is_empty() {
            continue;
        }
        let Some(split) = worded.captures(part).or_else(|| short.captures(part)) else {
            continue;
        };
        let (Some(left), Some(right)) = (split.get(1), split.get(2)) else {
            continue;
        };
        let (left, right) = (bare(left.as_str()), right.as_str());
        match (bounds(right), bounds(&left)) {
            (Some(bounds), _) => found.push((left, Sign::Number(bounds))),
            (None, Some(bounds)) => found.push((bare(right), Sign::Number(bounds))),
            (None, None) if separators.contains(&';') || leading.is_match(right) => {
                let words = listed(&leading.replace(right, ""));
                if !words.is_empty() {
                    found.push((left, Sign::Words(words)));
                }
            }
            (None, None) => {}
        }
    }
    found
}

/// Words of a list: `outage, down or "not working"`.
fn listed(text: &str) -> Vec<String> {
    let Ok(between) = Regex::new(r"\s*(?:,|/|\bor\b|\band\b|\|)\s*") else {
        return Vec::new();
    };
    between
        .split(text)
        .map(bare)
        .filter(|word| !word.is_empty())
        .collect()
}

/// `at least 90 and below 95`, `between 10 and 20`.
fn bounds(text: &str) -> Option<Vec<(&'static str, f64)>> {
    let lower = text.to_lowercase();
    if let Ok(between) = Regex::new(r"between\s+(-?\d+(?:\.\d+)?)\s+(?:and|to)\s+(-?\d+(?:\.\d+)?)")
        && let Some(found) = between.captures(&lower)
    {
        let bound = |at: usize| found.get(at)?.as_str().parse::<f64>().ok();
        return Some(vec![(">=", bound(1)?), ("<=", bound(2)?)]);
    }
    let mut found: Vec<(usize, &'static str, f64)> = Vec::new();
    for (words, sign) in COMPARISONS {
        for (at, _) in lower.match_indices(words) {
            let taken = |(start, _, _): &(usize, &str, f64)| {
                at >= start.saturating_sub(1) && at < *start + 24
            };
            let rest = lower.get(at + words.len()..).unwrap_or("").trim_start();
            let digits: String = rest
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
                .collect();
            if let Ok(bound) = digits.trim_end_matches('.').parse::<f64>()
                && !found.iter().any(|f| f.2 == bound && taken(f))
            {
                found.push((at, sign, bound));
            }
        }
    }
    found.sort_by_key(|(at, _, _)| *at);
    (!found.is_empty()).then(|| {
        found
            .into_iter()
            .map(|(_, sign, bound)| (sign, bound))
            .collect()
    })
}
