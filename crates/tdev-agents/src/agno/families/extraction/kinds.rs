//! Values whose form is known, labels, and patterns that stand in a goal.

use regex::Regex;
use serde_json::json;
use tdev_core::schema::Field;

use crate::composer::stems;

const EMAIL: &str = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+";
const URL: &str = r#"https?://[^\s<>"')\]]*[^\s<>"')\].,;:!?]"#;
const DATE: &str = r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,? \d{4}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2},? \d{4})\b";
const ISO_DATE: &str = r"\b\d{4}-\d{2}-\d{2}\b";
const TIME: &str = r"\b\d{1,2}:\d{2}(?::\d{2})?\b";
const MONEY: &str = r"(?:[$€£¥]\s?\d[\d,]*(?:\.\d+)?|\b\d[\d,]*(?:\.\d+)?\s?(?:[€£¥]|USD\b|EUR\b|GBP\b|CHF\b|JPY\b))";
const PERCENT: &str = r"-?\d+(?:\.\d+)?\s?%";
const PHONE: &str = r"\+?\(?\d[\d ()./-]{6,}\d";
const HASHTAG: &str = r"\B#\w+";
const MENTION: &str = r"\B@\w+";
const IP: &str = r"\b(?:\d{1,3}\.){3}\d{1,3}\b";
const UUID: &str = r"\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b";
const COLOUR: &str = r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b";
const VERSION: &str = r"\bv?\d+\.\d+(?:\.\d+)*\b";
const QUOTED: &str = r#""([^"\n]+)""#;
const NUMBER: &str = r"-?\d[\d,]*(?:\.\d+)?";
const WHOLE: &str = r"-?\d+";
const ACRONYM: &str = r"\b[A-Z]{2,}\b";

/// Words for a kind, what it is called, and its forms, the widest first.
const KINDS: &[(&[&str], &str, &[&str])] = &[
    (&["email", "mail", "e-mail"], "e-mail addresses", &[EMAIL]),
    (&["url", "link", "website", "uri"], "web addresses", &[URL]),
    (&["date", "day", "deadline"], "dates", &[DATE, ISO_DATE]),
    (&["time", "clock", "hour"], "times of day", &[TIME]),
    (
        &["price", "amount", "money", "cost", "total", "sum"],
        "amounts of money",
        &[MONEY, NUMBER],
    ),
    (
        &["percent", "percentage", "rate"],
        "percentages",
        &[PERCENT],
    ),
    (&["phone", "telephone"], "telephone numbers", &[PHONE]),
    (&["hashtag", "tag"], "hashtags", &[HASHTAG]),
    (&["mention", "handle"], "mentions", &[MENTION]),
    (&["ip"], "IP addresses", &[IP]),
    (&["uuid", "guid"], "UUIDs", &[UUID]),
    (&["colour", "color"], "colours", &[COLOUR]),
    (&["version"], "versions", &[VERSION]),
    (&["quoted", "quote", "quotation"], "quotations", &[QUOTED]),
    (&["acronym", "abbreviation"], "acronyms", &[ACRONYM]),
    (
        &["number", "integer", "figure", "count", "quantity"],
        "numbers",
        &[NUMBER, WHOLE],
    ),
];

/// The fields a goal in plain words asks for: a list for each kind it names.
pub(super) fn in_goal(goal: &str) -> Vec<Field> {
    let words = stems(goal);
    let list = |name: &str| Field {
        name: name.to_owned(),
        required: true,
        schema: json!({"type": "array", "items": {"type": "string"}}),
    };
    if written(goal).is_some() || !like(goal).is_empty() {
        return vec![list("matches")];
    }
    let mut named: Vec<Field> = Vec::new();
    for (signs, _, _) in KINDS {
        let Some(first) = signs.first() else { continue };
        let meant = signs
            .iter()
            .any(|sign| stems(sign).iter().all(|s| words.contains(s)) && !sign.is_empty());
        // "Phone numbers" are no numbers.
        let covered = *first == "number" && !named.is_empty();
        if meant && !covered {
            named.push(list(&format!("{first}s")));
        }
    }
    named
}

/// The forms a field may have, by its name, format and description, or the goal where it is alone.
pub(super) fn of(field: &Field, goal: &str, alone: bool) -> Vec<(&'static str, &'static str)> {
    let item = field.schema.get("items").unwrap_or(&field.schema);
    let format = item.get("format").and_then(|f| f.as_str()).unwrap_or("");
    let mut own = stems(&format!("{} {}", field.name, field.description()));
    own.extend(stems(match format {
        "uri" => "url",
        "date-time" => "date",
        other => other,
    }));
    let goal = stems(goal);
    let mut found: Vec<(u8, &'static str, &'static str)> = Vec::new();
    for (signs, kind, forms) in KINDS {
        let says = |words: &[String]| {
            signs.iter().any(|sign| {
                let wanted = stems(sign);
                !wanted.is_empty() && wanted.iter().all(|s| words.contains(s))
            })
        };
        let rank = match (says(&own), alone && says(&goal)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => continue,
        };
        found.extend(forms.iter().map(|form| (rank, *form, *kind)));
    }
    found.sort_by_key(|(rank, _, _)| *rank);
    let mut all: Vec<(&'static str, &'static str)> = found
        .into_iter()
        .map(|(_, form, kind)| (form, kind))
        .collect();
    let number = item.get("type").and_then(|t| t.as_str());
    if matches!(number, Some("integer" | "number")) {
        // A number is searched by a form of numbers.
        all.retain(|(form, _)| [NUMBER, WHOLE, MONEY, PERCENT].contains(form));
    }
    all
}

/// A regular expression between slashes or behind the word itself.
pub(super) fn written(goal: &str) -> Option<String> {
    let slashes = Regex::new(r"(?:^|\s)/((?:[^/\\\n]|\\.)+)/(?:\s|$|[.,;])").ok()?;
    let named = Regex::new(r#"(?i)(?:regex(?:p| ?pattern)?|regular expression|pattern|matching|match(?:es)?)\s*:?\s*(?:`([^`]+)`|"([^"]+)"|'([^']+)')"#).ok()?;
    let found = slashes
        .captures(goal)
        .and_then(|c| c.get(1))
        .or_else(|| {
            named
                .captures(goal)
                .and_then(|c| c.get(1).or(c.get(2)).or(c.get(3)))
        })?
        .as_str();
    let telling = found.contains(['\\', '[', '(', '+', '*', '.', '^', '$', '{']);
    (telling && Regex::new(found).is_ok()).then(|| found.to_owned())
}

/// A line `Order number: …`, where the goal says that there are such.
pub(super) fn labelled(goal: &str, field: &str) -> Option<String> {
    let words = stems(goal);
    let says = [
        "label", "key", "labelled", "field", "line", "header", "form",
    ]
    .iter()
    .any(|w| stems(w).iter().any(|s| words.contains(s)));
    says.then(|| line_of(field))
}

/// The line that a field's name labels.
pub(super) fn line_of(field: &str) -> String {
    let spelled: Vec<String> = field
        .split(['_', '-', ' '])
        .filter(|w| !w.is_empty())
        .map(regex::escape)
        .collect();
    format!(
        r"(?im)^[ \t]*(?:[-*][ \t]+)?{}[ \t]*[:=][ \t]*(\S.*?)[ \t]*$",
        spelled.join(r"[ _-]?")
    )
}

/// What looks as a sample in the goal does: `like INV-2024-001`.
pub(super) fn like(goal: &str) -> Vec<String> {
    let Ok(sample) = Regex::new(
        r#"(?i)\b(?:like|such as|e\.g\.|for example|looking like|of the form|in the form)\s*:?\s*["'“‘`]?([A-Za-z#]*[-_/#]?[A-Za-z0-9][A-Za-z0-9_/#-]*\d[A-Za-z0-9_/#-]*)"#,
    ) else {
        return Vec::new();
    };
    let Some(found) = sample.captures(goal).and_then(|c| c.get(1)) else {
        return Vec::new();
    };
    let found = found.as_str();
    vec![
        super::induced::shape(&[found], super::induced::Letters::AsTheyAre),
        super::induced::shape(&[found], super::induced::Letters::AnyOfTheirKind),
    ]
}
