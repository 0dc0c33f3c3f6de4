//! Filters as Jayway's JSONPath has them, which is what AWS runs: `[?(@.a > 1 && @.b in ['x'])]`.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::Value;

use super::Path;
use crate::intrinsic::equal;

/// A filter, compiled with its path.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    /// The path leads somewhere.
    Exists(Operand),
    Compare(Operand, Operator, Operand),
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    /// `@…`, of the node under test.
    Here(Path),
    /// `$…`, of the whole value.
    Root(Path),
    Literal(Value),
    Pattern(Regex),
}

/// What is asked of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Matches,
    In,
    NotIn,
    SubsetOf,
    AnyOf,
    NoneOf,
    Contains,
    Size,
    Empty,
}

impl Filter {
    /// Whether `node`, somewhere in `root`, is let through.
    pub(super) fn lets(&self, node: &Value, root: &Value) -> bool {
        match self {
            Self::Or(parts) => parts.iter().any(|part| part.lets(node, root)),
            Self::And(parts) => parts.iter().all(|part| part.lets(node, root)),
            // AWS takes a null for nothing here, though not where existence is asked for.
            Self::Not(inner) => match &**inner {
                Self::Exists(operand) => operand.value(node, root).is_none_or(|v| v.is_null()),
                inner => !inner.lets(node, root),
            },
            Self::Exists(operand) => operand.value(node, root).is_some(),
            Self::Compare(left, operator, right) => operator.holds(left, right, node, root),
        }
    }
}

impl Operand {
    fn value(&self, node: &Value, root: &Value) -> Option<Value> {
        let (path, from) = match self {
            Self::Here(path) => (path, node),
            Self::Root(path) => (path, root),
            Self::Literal(value) => return Some(value.clone()),
            Self::Pattern(_) => return None,
        };
        let found = path.find(from).ok()?.into_owned();
        let nothing = !path.definite && found.as_array().is_some_and(Vec::is_empty);
        (!nothing).then_some(found)
    }
}

impl Operator {
    fn holds(self, left: &Operand, right: &Operand, node: &Value, root: &Value) -> bool {
        if self == Self::Matches {
            return matches(left, right, node, root) || matches(right, left, node, root);
        }
        let (left, right) = (left.value(node, root), right.value(node, root));
        match (self, &left, &right) {
            (Self::NotEqual, ..) => !same(left.as_ref(), right.as_ref()),
            (Self::Equal, ..) => same(left.as_ref(), right.as_ref()),
            (_, Some(left), Some(right)) => self.compares(left, right),
            _ => false,
        }
    }

    fn compares(self, left: &Value, right: &Value) -> bool {
        let order = || match (left, right) {
            (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
            (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            _ => None,
        };
        let among = |value: &Value, list: &Value| {
            list.as_array()
                .is_some_and(|items| items.iter().any(|item| equal(item, value)))
        };
        let each = |list: &Value| list.as_array().cloned();
        match self {
            Self::Less => order() == Some(Ordering::Less),
            Self::LessEqual => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order() == Some(Ordering::Greater),
            Self::GreaterEqual => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
            Self::In => among(left, right),
            Self::NotIn => right.is_array() && !among(left, right),
            Self::SubsetOf => each(left).is_some_and(|l| l.iter().all(|v| among(v, right))),
            Self::AnyOf => each(left).is_some_and(|l| l.iter().any(|v| among(v, right))),
            Self::NoneOf => each(left).is_some_and(|l| !l.iter().any(|v| among(v, right))),
            Self::Contains => match (left, right) {
                (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
                _ => among(right, left),
            },
            Self::Size => size(left).is_some_and(|n| right.as_u64() == Some(n)),
            Self::Empty => size(left).is_some_and(|n| right.as_bool() == Some(n == 0)),
            Self::Equal | Self::NotEqual | Self::Matches => false,
        }
    }
}

fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    left.zip(right).is_some_and(|(a, b)| equal(a, b))
}

fn size(value: &Value) -> Option<u64> {
    let size = match value {
        Value::Array(items) => items.len(),
        Value::String(text) => text.chars().count(),
        _ => return None,
    };
    u64::try_from(size).ok()
}

/// Whether the whole text fits the pattern.
fn matches(text: &Operand, pattern: &Operand, node: &Value, root: &Value) -> bool {
    let Operand::Pattern(pattern) = pattern else {
        return false;
    };
    match text.value(node, root) {
        Some(Value::String(text)) => pattern.is_match(&text),
        Some(Value::Number(number)) => pattern.is_match(&number.to_string()),
        _ => false,
    }
}
