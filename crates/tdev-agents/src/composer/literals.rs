//! Values that a goal names outright: quoted texts, lists, paths, URLs, addresses, dates, times,
//! amounts, numbers and proper names.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Value, json};

use super::{dates, numerals};

/// What kind of value a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A list, bracketed or coordinated: `'a', 'b' and 'c'`.
    List,
    Quoted,
    Url,
    Email,
    Date,
    Time,
    Phone,
    Percent,
    Money,
    Path,
    Number,
    /// A capitalised name that the goal does not quote.
    Name,
}

/// A value with its place in the goal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Literal {
    pub(super) kind: Kind,
    pub(super) value: Value,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Literal {
    /// Whether it calls something by a name that is not just "my" something.
    pub(super) fn is_name(&self) -> bool {
        let own = self.value.as_str().is_some_and(|v| v.starts_with("My "));
        match self.kind {
            Kind::Name => !own,
            Kind::Quoted => true,
            _ => false,
        }
    }

    /// Whether it is written with marks around it: an address, a date in quotation marks.
    pub(super) fn is_quoted(&self) -> bool {
        let value = self.value.as_str().map_or(usize::MAX, str::len);
        self.kind != Kind::Path && self.end - self.start > value.saturating_add(1)
    }

    /// Whether the two share a part of the goal.
    pub(super) fn overlaps(&self, other: (usize, usize)) -> bool {
        self.start < other.1 && other.0 < self.end
    }
}

const MONTH: &str = "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)";

static PATTERNS: LazyLock<Vec<(Kind, Regex)>> = LazyLock::new(|| {
    let date = format!(
        r"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}/\d{{1,2}}/\d{{4}}\b|\b{MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH}(?:,? \d{{4}})?\b"
    );
    [
        (Kind::List, r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]".to_owned()),
        (Kind::Quoted, r#""([^"]+)"|“([^”]+)”|(?:^|[\s(:])'((?:[^']|'[a-z])+?)'(?:$|[\s,.;:?!)])"#.to_owned()),
        (Kind::Url, r"https?://[^\s,;)]*[^\s,;).]|\bwww\.[^\s,;)]*[^\s,;).]".to_owned()),
        (Kind::Email, r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}".to_owned()),
        (Kind::Date, date),
        (Kind::Time, r"(?i)\b\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m\b)?|\b\d{1,2} ?[ap]m\b".to_owned()),
        (Kind::Phone, r"\+\d[\d -]{6,}\d|\b\d{3}-\d{3}-\d{4}\b|\b\d{3}-\d{4}\b|\b\d{10,11}\b".to_owned()),
        (Kind::Percent, r"\b(\d+(?:\.\d+)?) ?(?:%|percent\b)".to_owned()),
        (Kind::Money, r"[$€£] ?(\d+(?:,\d{3})*(?:\.\d+)?)|\b(\d+(?:,\d{3})*(?:\.\d+)?) (?:dollars|euros|pounds sterling)\b".to_owned()),
        (Kind::Path, r"(?:\.{0,2}/)?[\w.-]+(?:/[\w.*-]+)+/?|/[\w.-]+\b|\b[\w-]+\.(?:csv|json|md|txt|html?|png|jpe?g|gif|pdf|sqlite|db|xml|ya?ml|tsv|log|wav|mp3|mp4|avi|mov|docx?|xlsx?|pptx?)\b".to_owned()),
        (Kind::Number, r"-?\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|-?\b\d+(?:\.\d+)?(?:\b|(?:k?m|k?g|lbs?|cm|mm)\b)".to_owned()),
        (Kind::Number, numerals::PATTERN.to_owned()),
    ]
    .into_iter()
    .filter_map(|(kind, pattern)| Regex::new(&pattern).ok().map(|regex| (kind, regex)))
    .collect()
});

static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b[A-Z][\w/&'.-]*(?:(?: (?:of|the|de|la|von|van|and the))? [A-Z][\w/&.-]*)*").ok()
});

/// The literals of a text in their order; only lists and their members overlap.
pub(super) fn literals(text: &str) -> Vec<Literal> {
    let mut found: Vec<Literal> = Vec::new();
    for (kind, pattern) in PATTERNS.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else {
                continue;
            };
            let span = (whole.start(), whole.end());
            if *kind == Kind::List && is_quoted(text, span) {
                continue;
            }
            if found.iter().any(|l| l.overlaps(span)) {
                continue;
            }
            // A trailing delimiter of a quotation is no part of it.
            let end = match kind {
                Kind::Quoted => {
                    let trimmed = whole
                        .as_str()
                        .trim_end_matches(|c: char| !"'\"”".contains(c));
                    whole.start() + trimmed.len()
                }
                _ => whole.end(),
            };
            if let Some(value) = value(*kind, &captures) {
                let kind = match (kind, &value) {
                    (Kind::Quoted, Value::String(inner)) => inside(inner),
                    _ => *kind,
                };
                found.push(Literal {
                    kind,
                    value,
                    start: whole.start(),
                    end,
                });
            }
        }
    }
    names(text, &mut found);
    found.sort_by_key(|l| (l.start, l.kind));
    coordinate(text, &mut found);
    found
}

/// Whether a part of a text stands inside of a quotation.
fn is_quoted(text: &str, part: (usize, usize)) -> bool {
    let quoted = PATTERNS.iter().filter(|(kind, _)| *kind == Kind::Quoted);
    quoted
        .flat_map(|(_, pattern)| pattern.find_iter(text))
        .any(|m| m.start() < part.0 && part.1 < m.end())
}

/// What a quotation holds: an address, a date, or just text.
fn inside(text: &str) -> Kind {
    PATTERNS
        .iter()
        .filter(|(kind, _)| {
            matches!(
                kind,
                Kind::Url | Kind::Email | Kind::Date | Kind::Phone | Kind::Time
            )
        })
        .find(|(_, pattern)| pattern.find(text).is_some_and(|m| m.len() == text.len()))
        .map_or(Kind::Quoted, |(kind, _)| *kind)
}

fn value(kind: Kind, captures: &Captures) -> Option<Value> {
    let whole = captures.get(0)?.as_str();
    let inner = captures
        .iter()
        .skip(1)
        .flatten()
        .next()
        .map_or(whole, |m| m.as_str());
    Some(match kind {
        Kind::List => listed(whole),
        Kind::Number | Kind::Percent | Kind::Money => {
            number(inner).or_else(|| numerals::number(inner))?
        }
        Kind::Date => json!(dates::iso(inner).unwrap_or_else(|| inner.to_owned())),
        Kind::Path => json!(inner.trim_end_matches('.')),
        _ => json!(inner),
    })
}

/// A number without its grouping and unit; whole where it can be.
fn number(text: &str) -> Option<Value> {
    let digits: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
        .collect();
    digits
        .parse::<i64>()
        .map(|n| json!(n))
        .or_else(|_| digits.parse::<f64>().map(|n| json!(n)))
        .ok()
}

/// The members of a bracketed list, as JSON where it is that.
fn listed(text: &str) -> Value {
    for spelled in [text.to_owned(), text.replace('\'', "\"")] {
        if let Ok(list @ Value::Array(_)) = serde_json::from_str(&spelled) {
            return list;
        }
    }
    let members = text.trim_matches(|c| c == '[' || c == ']').split(',');
    members
        .map(str::trim)
        .filter(|m| !m.is_empty())
        .map(|m| {
            number(m)
                .filter(|_| m.parse::<f64>().is_ok())
                .unwrap_or_else(|| json!(m.trim_matches(['\'', '"'])))
        })
        .collect()
}

/// Capitalised words that open no sentence, outside of other literals.
fn names(text: &str, found: &mut Vec<Literal>) {
    let Some(pattern) = NAME.as_ref() else { return };
    for name in pattern.find_iter(text) {
        let (mut start, mut end) = (name.start(), name.end());
        // The first word of a sentence is capital by its place; what follows it may be a name.
        let before = text.get(..start).unwrap_or("").trim_end();
        if before.is_empty() || before.ends_with(['.', '!', '?', ':', ';']) {
            match name.as_str().find(' ') {
                Some(space) => {
                    let rest = name.as_str().get(space + 1..).unwrap_or("");
                    let capital = rest.find(|c: char| c.is_uppercase()).unwrap_or(rest.len());
                    start += space + 1 + capital;
                }
                None => continue,
            }
        }
        let written = text.get(start..end).unwrap_or("");
        let mut kept = written.trim_end_matches(['.', '-', '/', '&']);
        // "Apple Inc." keeps its mark where the sentence goes on.
        if written.ends_with('.')
            && text.get(end..).is_some_and(|rest| {
                rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| c.is_lowercase())
            })
        {
            kept = written;
        }
        kept = kept.strip_suffix("'s").unwrap_or(kept);
        end = start + kept.len();
        if kept.chars().count() < 2
            || matches!(kept, "I'm" | "ID")
            || found.iter().any(|l| l.overlaps((start, end)))
        {
            continue;
        }
        found.push(Literal {
            kind: Kind::Name,
            value: json!(kept),
            start,
            end,
        });
    }
}

/// Adds the list that neighbours of one kind make: `'a', 'b', and 'c'`.
fn coordinate(text: &str, found: &mut Vec<Literal>) {
    let joined = |a: &Literal, b: &Literal| {
        let between = text.get(a.end..b.start).unwrap_or("-").trim();
        // "Into French and into German" says its preposition again.
        let again = between
            .strip_prefix("and ")
            .is_some_and(|word| matches!(word, "to" | "into" | "in" | "for" | "from" | "of"));
        let joined = again || matches!(between, "," | "and" | ", and" | "&");
        a.kind == b.kind && joined
    };
    let mut lists = Vec::new();
    let mut at = 0;
    while at < found.len() {
        let run = found
            .get(at..)
            .unwrap_or(&[])
            .windows(2)
            .take_while(|pair| matches!(pair, [a, b] if joined(a, b)))
            .count()
            + 1;
        let members = found.get(at..at + run).unwrap_or(&[]);
        if run >= 2
            && let ([first, ..], Some(last)) = (members, members.last())
            && matches!(
                first.kind,
                Kind::Quoted
                    | Kind::Name
                    | Kind::Number
                    | Kind::Path
                    | Kind::Phone
                    | Kind::Email
                    | Kind::Url
            )
        {
            lists.push(Literal {
                kind: Kind::List,
                value: members.iter().map(|l| l.value.clone()).collect(),
                start: first.start,
                end: last.end,
            });
        }
        at += run;
    }
    found.extend(lists);
}

/// The text with its literals blanked out, every other character where it was; names stay, since
/// they may be what a component is about.
pub(super) fn masked(text: &str, literals: &[Literal]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for literal in literals.iter().filter(|l| {
        l.kind != Kind::Name
            && !(l.kind == Kind::List
                && text
                    .as_bytes()
                    .get(l.start)
                    .is_some_and(|b| b.is_ascii_alphabetic()))
    }) {
        for byte in bytes.get_mut(literal.start..literal.end).unwrap_or(&mut []) {
            *byte = b' ';
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        literals(text).iter().map(|l| l.kind).collect()
    }

    #[test]
    fn each_literal_is_of_one_kind() {
        let text = "Mail examples/a.csv and 'the note' to ann@example.com by 2026-01-02, 3 times, see https://x.org/a.";
        assert_eq!(
            kinds(text),
            [
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

    #[test]
    fn amounts_dates_and_names_are_read_as_values() {
        let found = literals("Ask Ann Lee to pay $1,250.50 at 4.5% by March 3rd, 2027 at 9:30 am");
        let values: Vec<Value> = found.into_iter().map(|l| l.value).collect();
        assert_eq!(
            values,
            [
                json!("Ann Lee"),
                json!(1250.5),
                json!(4.5),
                json!("2027-03-03"),
                json!("9:30 am")
            ]
        );
    }

    #[test]
    fn neighbours_of_one_kind_are_a_list_too() {
        let found = literals("Invite 'Ann', 'Bo' and 'Cy'");
        assert!(found.iter().any(|l| l.value == json!(["Ann", "Bo", "Cy"])));
    }
}
