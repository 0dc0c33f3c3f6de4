//! Values that a goal names outright: quoted texts, paths, URLs, addresses, dates, numbers.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

/// What kind of value a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Quoted,
    Url,
    Email,
    Path,
    Date,
    Number,
}

/// A value with its place in the goal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Literal {
    pub(super) kind: Kind,
    pub(super) value: Value,
    pub(super) start: usize,
    pub(super) end: usize,
}

static PATTERNS: LazyLock<Vec<(Kind, Regex)>> = LazyLock::new(|| {
    [
        (Kind::Quoted, r#""([^"]+)"|“([^”]+)”|(?:^|[\s(])'([^']+)'(?:$|[\s,.;)])"#),
        (Kind::Url, r"https?://[^\s,;)]*[^\s,;).]"),
        (Kind::Email, r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"),
        (Kind::Date, r"\b\d{4}-\d{2}-\d{2}\b"),
        (Kind::Path, r"(?:\.{0,2}/)?[\w.-]+(?:/[\w.*-]+)+/?|\b[\w-]+\.(?:csv|json|md|txt|html?|png|jpe?g|pdf|sqlite|db|xml|ya?ml|tsv|log)\b"),
        (Kind::Number, r"-?\b\d+(?:\.\d+)?\b"),
    ]
    .into_iter()
    .filter_map(|(kind, pattern)| Regex::new(pattern).ok().map(|regex| (kind, regex)))
    .collect()
});

/// The literals of a text in their order; none overlaps another.
pub(super) fn literals(text: &str) -> Vec<Literal> {
    let mut found: Vec<Literal> = Vec::new();
    for (kind, pattern) in PATTERNS.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else {
                continue;
            };
            let inner = captures.iter().skip(1).flatten().next().unwrap_or(whole);
            if found
                .iter()
                .any(|l| whole.start() < l.end && l.start < whole.end())
            {
                continue;
            }
            let raw = inner.as_str();
            let value = match kind {
                Kind::Number => raw
                    .parse::<i64>()
                    .map(|n| json!(n))
                    .or_else(|_| raw.parse::<f64>().map(|n| json!(n)))
                    .unwrap_or(json!(raw)),
                Kind::Path => json!(raw.trim_end_matches('.')),
                _ => json!(raw),
            };
            found.push(Literal {
                kind: *kind,
                value,
                start: whole.start(),
                end: whole.end(),
            });
        }
    }
    found.sort_by_key(|l| l.start);
    found
}

/// The text with its literals blanked out, every other character where it was.
pub(super) fn masked(text: &str, literals: &[Literal]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for literal in literals {
        for byte in bytes.get_mut(literal.start..literal.end).unwrap_or(&mut []) {
            *byte = b' ';
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_literal_is_of_one_kind() {
        let text = "Mail examples/a.csv and 'the note' to ann@example.com by 2026-01-02, 3 times, see https://x.org/a.";
        let kinds: Vec<Kind> = literals(text).iter().map(|l| l.kind).collect();
        assert_eq!(
            kinds,
            vec![
                Kind::Path,
                Kind::Quoted,
                Kind::Email,
                Kind::Date,
                Kind::Number,
                Kind::Url
            ]
        );
        assert_eq!(masked(text, &literals(text)).len(), text.len());
    }
}
