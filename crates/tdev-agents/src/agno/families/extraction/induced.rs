//! Patterns read off examples: the shape that all values share, and what stands around them.
//!
//! Two values at least: what one shows is its own text, not a pattern.

use serde_json::Value;
use tdev_core::schema::Field;

use super::super::super::wish::Wish;
use super::kinds::line_of;

/// Context taken from either side, in characters.
const MOST_CONTEXT: usize = 40;

/// What becomes of letters that all values share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    AsTheyAre,
    AnyOfTheirKind,
}

/// A value where it stands: what is before it, itself, what is behind.
struct Place<'a> {
    before: &'a str,
    value: String,
    after: &'a str,
}

/// Patterns that may find a field, the most telling first. Whoever uses one tries it.
pub(super) fn patterns(wish: &Wish<'_>, text: &str, field: &Field) -> Vec<String> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for example in &wish.examples {
        let (Some(given), Some(wanted)) = (
            example.input.get(text).and_then(Value::as_str),
            example.output.get(&field.name),
        ) else {
            continue;
        };
        let values: Vec<&Value> = match wanted {
            Value::Array(items) => items.iter().collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        };
        let mut from = 0;
        for value in values {
            let written = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let rest = given.get(from..).unwrap_or("");
            let Some(at) = rest.find(&written).filter(|_| !written.is_empty()) else {
                return vec![line_of(&field.name)];
            };
            let start = from + at;
            from = start + written.len();
            places.push(Place {
                before: given.get(..start).unwrap_or(""),
                value: written,
                after: given.get(from..).unwrap_or(""),
            });
        }
    }
    let mut found = vec![line_of(&field.name)];
    if places.len() < 2 {
        return found;
    }
    let values: Vec<&str> = places.iter().map(|p| p.value.as_str()).collect();
    let literal = shape(&values, Letters::AsTheyAre);
    let classes = shape(&values, Letters::AnyOfTheirKind);
    let before = context(places.iter().map(|p| p.before), Side::Before);
    let after = context(places.iter().map(|p| p.after), Side::After);
    let shapes = [literal, classes];
    // A shape with a letter or sign of its own finds itself; a bare number needs its context.
    for shape in &shapes {
        found.push(format!(r"\b{shape}\b"));
        found.push(shape.clone());
    }
    let loose = [r"[^\s,;]+", r"[^\n,;.]+?", r"[^\n]+?"];
    // Words are not counted: a name may have one more than those that were shown. What stands
    // behind them says where they end.
    if values.iter().any(|v| v.contains(' ')) {
        for left in &before {
            for right in &after {
                found.push(format!("{left}({}){right}", loose[2]));
            }
        }
    }
    for left in &before {
        for inner in shapes.iter().map(String::as_str).chain(loose) {
            for right in after.iter().map(String::as_str).chain([""]) {
                // What ends at will must be told where.
                if inner.ends_with("+?") && right.is_empty() {
                    found.push(format!(r"{left}({inner})(?:[\n.,;]|$)"));
                } else {
                    found.push(format!("{left}({inner}){right}"));
                }
            }
        }
    }
    for right in &after {
        for inner in shapes.iter().map(String::as_str).chain(loose) {
            found.push(format!("({inner}){right}"));
        }
    }
    found
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

/// What stands beside every value: all that they share, then its nearest word.
fn context<'a>(sides: impl Iterator<Item = &'a str>, side: Side) -> Vec<String> {
    let turned: Vec<Vec<char>> = sides
        .map(|text| match side {
            Side::Before => text.chars().rev().take(MOST_CONTEXT).collect(),
            Side::After => text.chars().take(MOST_CONTEXT).collect(),
        })
        .collect();
    let Some((first, rest)) = turned.split_first() else {
        return Vec::new();
    };
    let shared = first
        .iter()
        .enumerate()
        .take_while(|(at, c)| rest.iter().all(|other| other.get(*at) == Some(c)))
        .count();
    let own: String = match side {
        Side::Before => first.iter().take(shared).rev().collect(),
        Side::After => first.iter().take(shared).collect(),
    };
    let own = own.trim_matches('\n');
    let mut all = Vec::new();
    let nearest = match side {
        Side::Before => own
            .trim_end()
            .rfind(char::is_whitespace)
            .map(|at| own.get(at + 1..)),
        Side::After => own
            .trim_start()
            .find(char::is_whitespace)
            .map(|at| own.get(..at)),
    };
    for text in [Some(own), nearest.flatten()].into_iter().flatten() {
        if !text.trim().is_empty() {
            let pattern = regex::escape(text).replace(' ', r"\s+");
            if !all.contains(&pattern) {
                all.push(pattern);
            }
        }
    }
    all
}

/// A run of characters of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Digits,
    Upper,
    Letters,
    Sign(char),
}

/// The pattern that all of these values have, or one of their characters where they share no form.
pub(super) fn shape(values: &[&str], letters: Letters) -> String {
    let split: Vec<Vec<(Class, String)>> = values.iter().map(|v| runs(v)).collect();
    let Some((first, rest)) = split.split_first() else {
        return r"\S+".to_owned();
    };
    let alike = rest.iter().all(|other| {
        other.len() == first.len()
            && other
                .iter()
                .zip(first)
                .all(|((a, _), (b, _))| merged(*a, *b).is_some())
    });
    if !alike {
        let spaced = values.iter().any(|v| v.contains(' '));
        let signs: String = values
            .iter()
            .flat_map(|v| v.chars())
            .filter(|c| !c.is_alphanumeric() && *c != ' ')
            .fold(String::new(), |mut all, c| {
                if !all.contains(c) {
                    all.push(c);
                }
                all
            });
        let signs: String = signs
            .chars()
            .map(|c| regex::escape(&c.to_string()).replace('-', r"\-"))
            .collect();
        let signs = signs.replace(r"\\-", r"\-");
        return format!(
            r"[\w{signs}]+{}",
            if spaced {
                format!(r"(?: [\w{signs}]+)*")
            } else {
                String::new()
            }
        );
    }
    let mut pattern = String::new();
    for (at, (class, own)) in first.iter().enumerate() {
        let texts: Vec<&str> = split
            .iter()
            .filter_map(|r| Some(r.get(at)?.1.as_str()))
            .collect();
        let class = split
            .iter()
            .filter_map(|r| r.get(at).map(|(c, _)| *c))
            .try_fold(*class, merged)
            .unwrap_or(*class);
        let same = texts.iter().all(|t| t == own);
        let long = texts
            .iter()
            .all(|t| t.chars().count() == own.chars().count());
        match class {
            Class::Sign(sign) => pattern.push_str(&regex::escape(&sign.to_string())),
            Class::Digits if long && (values.len() > 1 || own.len() > 1) => {
                pattern.push_str(&format!(r"\d{{{}}}", own.len()));
            }
            Class::Digits => pattern.push_str(r"\d+"),
            _ if same && letters == Letters::AsTheyAre => pattern.push_str(own),
            Class::Upper => pattern.push_str("[A-Z]+"),
            Class::Letters => pattern.push_str("[A-Za-z]+"),
        }
    }
    pattern
}

fn runs(value: &str) -> Vec<(Class, String)> {
    let mut all: Vec<(Class, String)> = Vec::new();
    for c in value.chars() {
        let class = if c.is_ascii_digit() {
            Class::Digits
        } else if c.is_ascii_uppercase() {
            Class::Upper
        } else if c.is_ascii_alphabetic() {
            Class::Letters
        } else {
            Class::Sign(c)
        };
        match all.last_mut() {
            Some((last, text))
                if !matches!(class, Class::Sign(_)) && merged(*last, class).is_some() =>
            {
                *last = merged(*last, class).unwrap_or(class);
                text.push(c);
            }
            _ => all.push((class, c.to_string())),
        }
    }
    all
}

/// The class of both, where there is one.
fn merged(a: Class, b: Class) -> Option<Class> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (Class::Upper | Class::Letters, Class::Upper | Class::Letters) => Some(Class::Letters),
        _ => None,
    }
}
