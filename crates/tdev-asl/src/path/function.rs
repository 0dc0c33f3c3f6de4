//! Functions that may end a path, as Jayway's JSONPath has them.

use serde_json::Value;

use super::Path;
use super::eval::PathError;
use super::parse::{parse_as, quoted};

/// A function and what it is given.
#[derive(Debug, Clone)]
pub(crate) struct PathFunction {
    kind: Kind,
    arguments: Vec<Argument>,
}

#[derive(Debug, Clone)]
enum Argument {
    Literal(Value),
    /// Of the whole value.
    Path(Path),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Length,
    Keys,
    Min,
    Max,
    Avg,
    Sum,
    Deviation,
    First,
    Last,
    Index,
    Append,
    Concat,
}

/// The functions by name, and how many arguments each takes at least and at most.
const KINDS: [(&str, Kind, usize, usize); 13] = [
    ("length", Kind::Length, 0, 0),
    ("size", Kind::Length, 0, 0),
    ("keys", Kind::Keys, 0, 0),
    ("min", Kind::Min, 0, 0),
    ("max", Kind::Max, 0, 0),
    ("avg", Kind::Avg, 0, 0),
    ("sum", Kind::Sum, 0, 0),
    ("stddev", Kind::Deviation, 0, 0),
    ("first", Kind::First, 0, 0),
    ("last", Kind::Last, 0, 0),
    ("index", Kind::Index, 1, 1),
    ("append", Kind::Append, 1, usize::MAX),
    ("concat", Kind::Concat, 1, usize::MAX),
];

impl PathFunction {
    /// The function `name` of these arguments.
    pub(super) fn read(name: &str, arguments: &str) -> Result<Self, String> {
        let Some((_, kind, least, most)) = KINDS.iter().find(|(known, ..)| *known == name) else {
            return Err(format!("unknown path function `{name}`"));
        };
        let arguments = split(arguments)?;
        if arguments.len() < *least || arguments.len() > *most {
            return Err(format!("`{name}` was given {} arguments", arguments.len()));
        }
        Ok(Self {
            kind: *kind,
            arguments,
        })
    }

    /// What the function makes of `node`, somewhere in `root`.
    pub(super) fn apply(&self, node: &Value, root: &Value) -> Result<Value, PathError> {
        let items = || node.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(match self.kind {
            Kind::Length => match node {
                Value::Array(items) => items.len().into(),
                Value::Object(map) => map.len().into(),
                Value::String(text) => text.chars().count().into(),
                _ => Value::Null,
            },
            Kind::Keys => match node {
                Value::Object(map) => map.keys().cloned().collect::<Vec<_>>().into(),
                _ => Value::Null,
            },
            Kind::Min | Kind::Max | Kind::Avg | Kind::Sum | Kind::Deviation => {
                self.aggregate(items())?
            }
            Kind::First => items().first().cloned().unwrap_or_default(),
            Kind::Last => items().last().cloned().unwrap_or_default(),
            Kind::Index => self.index(items(), root)?,
            Kind::Append => {
                let mut all = items().to_vec();
                all.extend(self.values(root)?);
                Value::Array(all)
            }
            Kind::Concat => {
                let mut text = String::new();
                let parts = items().iter().cloned().chain(self.values(root)?);
                for part in node.as_str().map(Value::from).into_iter().chain(parts) {
                    match part {
                        Value::String(part) => text.push_str(&part),
                        other => text.push_str(&other.to_string()),
                    }
                }
                text.into()
            }
        })
    }

    fn values(&self, root: &Value) -> Result<Vec<Value>, PathError> {
        self.arguments
            .iter()
            .map(|argument| match argument {
                Argument::Literal(value) => Ok(value.clone()),
                Argument::Path(path) => path.find(root).map(std::borrow::Cow::into_owned),
            })
            .collect()
    }

    fn index(&self, items: &[Value], root: &Value) -> Result<Value, PathError> {
        let wanted = self.values(root)?.first().and_then(Value::as_i64);
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Ok(wanted
            .map(|i| if i < 0 { i + length } else { i })
            .and_then(|i| usize::try_from(i).ok())
            .and_then(|i| items.get(i))
            .cloned()
            .unwrap_or_default())
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "an array never has 2^52 elements"
    )]
    fn aggregate(&self, items: &[Value]) -> Result<Value, PathError> {
        let numbers: Vec<f64> = items.iter().filter_map(Value::as_f64).collect();
        if numbers.is_empty() {
            return Err(PathError {
                detail: "Aggregation function attempted to calculate value using empty array"
                    .to_owned(),
            });
        }
        let count = numbers.len() as f64;
        let sum: f64 = numbers.iter().sum();
        Ok(match self.kind {
            Kind::Min => numbers.into_iter().fold(f64::INFINITY, f64::min),
            Kind::Max => numbers.into_iter().fold(f64::NEG_INFINITY, f64::max),
            Kind::Avg => sum / count,
            Kind::Deviation => {
                let squares: f64 = numbers.iter().map(|n| n * n).sum();
                (squares / count - (sum / count).powi(2)).sqrt()
            }
            _ => sum,
        }
        .into())
    }
}

/// The arguments between the parentheses.
fn split(text: &str) -> Result<Vec<Argument>, String> {
    let mut arguments = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let after = if rest.starts_with(['\'', '"']) {
            let (text, after) = quoted(rest).ok_or("a quoted text is not closed")?;
            arguments.push(Argument::Literal(text.into()));
            after
        } else {
            let end = end_of_argument(rest);
            let word = rest[..end].trim_end();
            arguments.push(if word.starts_with('$') {
                Argument::Path(parse_as(word).map_err(|e| e.to_string())?)
            } else {
                Argument::Literal(
                    serde_json::from_str(word).map_err(|_| format!("bad argument `{word}`"))?,
                )
            });
            &rest[end..]
        };
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None if rest.is_empty() => {}
            None => return Err("expected `,` or `)`".to_owned()),
        }
    }
    Ok(arguments)
}

/// Where a path or number ends: at a `,` outside brackets.
fn end_of_argument(text: &str) -> usize {
    let mut depth = 0usize;
    for (i, c) in text.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return i,
            _ => {}
        }
    }
    text.len()
}
