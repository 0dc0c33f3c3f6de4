//! The comparison operators. Values of another type than the operator's never match.

use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use crate::failure::Failure;
use crate::path::Path;
use crate::template::Env;

/// One comparison of a choice rule.
#[derive(Debug, Clone)]
pub(crate) struct Comparison {
    pub(crate) variable: Path,
    pub(crate) operator: Operator,
    pub(crate) against: Against,
}

/// What the variable is compared with.
#[derive(Debug, Clone)]
pub(crate) enum Against {
    Value(Value),
    /// The `…Path` forms.
    Path(Path),
}

/// The operators, the comparisons grouped by type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    String(Relation),
    Numeric(Relation),
    Timestamp(Relation),
    BooleanEquals,
    StringMatches,
    IsNull,
    IsPresent,
    IsNumeric,
    IsString,
    IsBoolean,
    IsTimestamp,
}

/// How two ordered values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Equals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

/// Makes the operator of a type from a relation.
type Make = fn(Relation) -> Operator;

impl Operator {
    /// The operator called `name`, and whether it is a `…Path` form.
    pub(crate) fn named(name: &str) -> Option<(Self, bool)> {
        let plain = match name {
            "BooleanEquals" => Self::BooleanEquals,
            "BooleanEqualsPath" => return Some((Self::BooleanEquals, true)),
            "StringMatches" => Self::StringMatches,
            "IsNull" => Self::IsNull,
            "IsPresent" => Self::IsPresent,
            "IsNumeric" => Self::IsNumeric,
            "IsString" => Self::IsString,
            "IsBoolean" => Self::IsBoolean,
            "IsTimestamp" => Self::IsTimestamp,
            _ => return Self::ordered(name),
        };
        Some((plain, false))
    }

    fn ordered(name: &str) -> Option<(Self, bool)> {
        let kinds: [(&str, Make); 3] = [
            ("String", Self::String),
            ("Numeric", Self::Numeric),
            ("Timestamp", Self::Timestamp),
        ];
        let (rest, make) = kinds
            .iter()
            .find_map(|(prefix, make)| Some((name.strip_prefix(prefix)?, make)))?;
        let (rest, is_path) = match rest.strip_suffix("Path") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let relation = match rest {
            "Equals" => Relation::Equals,
            "LessThan" => Relation::LessThan,
            "LessThanEquals" => Relation::LessThanEquals,
            "GreaterThan" => Relation::GreaterThan,
            "GreaterThanEquals" => Relation::GreaterThanEquals,
            _ => return None,
        };
        Some((make(relation), is_path))
    }

    /// Whether `value` may stand in the definition for this operator.
    pub(crate) fn accepts(self, value: &Value) -> bool {
        match self {
            Self::String(_) | Self::StringMatches => value.is_string(),
            Self::Numeric(_) => value.is_number(),
            Self::Timestamp(_) => moment(value).is_some(),
            _ => value.is_boolean(),
        }
    }

    /// What [`Operator::accepts`] wants, in words.
    pub(crate) const fn expects(self) -> &'static str {
        match self {
            Self::String(_) | Self::StringMatches => "a string",
            Self::Numeric(_) => "a number",
            Self::Timestamp(_) => "a timestamp such as 2024-05-01T10:00:00Z",
            _ => "true or false",
        }
    }
}

impl Relation {
    fn holds(self, ordering: Option<Ordering>) -> bool {
        let Some(ordering) = ordering else {
            return false;
        };
        match self {
            Self::Equals => ordering.is_eq(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanEquals => ordering.is_le(),
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

impl Comparison {
    pub(super) fn holds(&self, env: &Env<'_>) -> Result<bool, Failure> {
        let found = env.find(&self.variable);
        if self.operator == Operator::IsPresent {
            // A path that may name many is there if it names any.
            let present = match &found {
                Ok(value) => {
                    self.variable.definite || value.as_array().is_some_and(|a| !a.is_empty())
                }
                Err(_) => false,
            };
            return Ok(
                matches!(&self.against, Against::Value(Value::Bool(wanted)) if *wanted == present),
            );
        }
        let value = found.map_err(|_| invalid(&self.variable))?;
        match &self.against {
            Against::Value(wanted) => Ok(compare(self.operator, &value, wanted)),
            Against::Path(path) => {
                let wanted = env.find(path).map_err(|_| invalid(path))?;
                Ok(compare(self.operator, &value, &wanted))
            }
        }
    }
}

fn invalid(path: &Path) -> Failure {
    Failure::runtime(format!(
        "Invalid path '{}': The choice state's condition path references an invalid value.",
        path.text
    ))
}

fn compare(operator: Operator, value: &Value, wanted: &Value) -> bool {
    let is = |found: bool| wanted.as_bool() == Some(found);
    match operator {
        Operator::String(relation) => relation.holds(
            value
                .as_str()
                .zip(wanted.as_str())
                .map(|(a, b)| by_units(a, b)),
        ),
        Operator::Numeric(relation) => relation.holds(numbers(value, wanted)),
        Operator::Timestamp(relation) => {
            relation.holds(moment(value).zip(moment(wanted)).map(|(a, b)| a.cmp(&b)))
        }
        Operator::BooleanEquals => value.is_boolean() && value == wanted,
        Operator::StringMatches => value
            .as_str()
            .zip(wanted.as_str())
            .is_some_and(|(text, pattern)| matches(text, pattern)),
        Operator::IsNull => is(value.is_null()),
        Operator::IsNumeric => is(value.is_number()),
        Operator::IsString => is(value.is_string()),
        Operator::IsBoolean => is(value.is_boolean()),
        Operator::IsTimestamp => is(moment(value).is_some()),
        Operator::IsPresent => is(true),
    }
}

/// The order of Java's strings, which is that of their UTF-16 units.
fn by_units(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.cmp(b);
    }
    a.encode_utf16().cmp(b.encode_utf16())
}

fn numbers(a: &Value, b: &Value) -> Option<Ordering> {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

/// A timestamp as the language has it: RFC 3339 with a capital `T` and an offset.
fn moment(value: &Value) -> Option<DateTime<FixedOffset>> {
    parse_timestamp(value.as_str()?)
}

/// Reads a timestamp; nothing but a capital `T` divides date from time.
pub(crate) fn parse_timestamp(text: &str) -> Option<DateTime<FixedOffset>> {
    if text.as_bytes().get(10) != Some(&b'T') || text.ends_with('z') {
        return None;
    }
    DateTime::parse_from_rfc3339(text).ok()
}

/// Whether `text` matches `pattern`, in which `*` is any text and `\*` a star.
fn matches(text: &str, pattern: &str) -> bool {
    let mut parts: Vec<String> = vec![String::new()];
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => parts.push(String::new()),
            '\\' => {
                if let (Some(next), Some(last)) = (chars.next(), parts.last_mut()) {
                    last.push(next);
                }
            }
            c => {
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    let [first, middle @ .., last] = parts.as_slice() else {
        return text == parts[0];
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for part in middle {
        match rest.find(part.as_str()) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(operator: &str, value: &Value, wanted: &Value) -> bool {
        compare(Operator::named(operator).unwrap().0, value, wanted)
    }

    #[test]
    fn every_relation_of_every_type() {
        let cases = [
            ("String", json!("a"), json!("b")),
            ("Numeric", json!(1), json!(1.5)),
            (
                "Timestamp",
                json!("2024-01-01T00:00:00Z"),
                json!("2024-01-01T00:00:00.001+00:00"),
            ),
        ];
        for (kind, low, high) in cases {
            for (relation, up, same, down) in [
                ("Equals", false, true, false),
                ("LessThan", true, false, false),
                ("LessThanEquals", true, true, false),
                ("GreaterThan", false, false, true),
                ("GreaterThanEquals", false, true, true),
            ] {
                let name = format!("{kind}{relation}");
                assert_eq!(holds(&name, &low, &high), up, "{name}");
                assert_eq!(holds(&name, &low, &low), same, "{name}");
                assert_eq!(holds(&name, &high, &low), down, "{name}");
                assert!(!holds(&name, &json!(null), &high), "{name}");
                assert!(Operator::named(&format!("{name}Path")).unwrap().1);
            }
        }
    }

    #[test]
    fn text_is_ordered_as_java_orders_it() {
        // U+FF5E is one unit, U+1F600 two lower ones.
        let (tilde, face) = (json!("\u{ff5e}"), json!("\u{1f600}"));
        assert!(holds("StringLessThan", &face, &tilde));
        assert!(!holds("StringLessThan", &tilde, &face));
    }

    #[test]
    fn types_are_told_apart() {
        for (operator, yes, no) in [
            ("IsNull", json!(null), json!(0)),
            ("IsNumeric", json!(1.5), json!("1")),
            ("IsString", json!(""), json!(1)),
            ("IsBoolean", json!(false), json!(0)),
            (
                "IsTimestamp",
                json!("2024-01-01T00:00:00Z"),
                json!("2024-01-01 00:00:00Z"),
            ),
        ] {
            assert!(holds(operator, &yes, &json!(true)), "{operator}");
            assert!(holds(operator, &no, &json!(false)), "{operator}");
            assert!(!holds(operator, &no, &json!(true)), "{operator}");
        }
    }

    #[test]
    fn stars_match_any_text_and_can_be_escaped() {
        for (text, pattern, expected) in [
            ("log-1.txt", "log-*.txt", true),
            ("log-.txt", "log-*.txt", true),
            ("log-1.txt", "*", true),
            ("log-1.txt", "log-*", true),
            ("xlog-1.txt", "log-*", false),
            ("a*b", r"a\*b", true),
            ("axb", r"a\*b", false),
            (r"a\b", r"a\\b", true),
            ("aba", "ab*ba", false),
        ] {
            assert_eq!(matches(text, pattern), expected, "{text} {pattern}");
        }
    }
}
