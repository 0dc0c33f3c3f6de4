//! Filling a template: every step and every byte is counted.

use std::borrow::Cow;
use std::time::Instant;

use serde_json::{Map, Value, json};
use tdev_core::nearest::did_you_mean;
use tdev_core::{Code, Error, Result};

use super::expression::{Expression, Operator, Part};
use super::{Loop, Node, fault, filter};
use crate::builtin::table::{compare, json_number, number_of, text_of};

const MOST_STEPS: usize = 500_000;
/// Longest page, and longest text on the way to it.
pub(super) const MOST_BYTES: usize = 2 << 20;

/// Fills a template with values.
///
/// # Errors
/// `InvalidInput` for a value that is not given or does not fit; `ComponentTimeout` beyond the
/// steps, `OutputLimit` beyond the bytes there may be.
pub(in super::super) fn render(
    nodes: &[Node],
    values: &Map<String, Value>,
    deadline: Instant,
) -> Result<String> {
    let mut page = Page {
        text: String::new(),
        steps: 0,
        scopes: Vec::new(),
        values,
        deadline,
    };
    page.nodes(nodes)?;
    Ok(page.text)
}

struct Page<'a> {
    text: String,
    steps: usize,
    /// Names that loops have given, the innermost last.
    scopes: Vec<(&'a str, Cow<'a, Value>)>,
    values: &'a Map<String, Value>,
    deadline: Instant,
}

pub(super) fn too_long() -> Error {
    let long = format!("the text grows beyond {MOST_BYTES} bytes");
    Error::new(Code::OutputLimit, long).field("template")
}

impl<'a> Page<'a> {
    fn step(&mut self) -> Result<()> {
        self.steps += 1;
        let late = self.steps.is_multiple_of(64) && Instant::now() >= self.deadline;
        if self.steps > MOST_STEPS || late {
            let endless = "the template takes too many steps";
            return Err(Error::new(Code::ComponentTimeout, endless).field("template"));
        }
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<()> {
        if self.text.len() + text.len() > MOST_BYTES {
            return Err(too_long());
        }
        self.text.push_str(text);
        Ok(())
    }

    fn nodes(&mut self, nodes: &'a [Node]) -> Result<()> {
        for node in nodes {
            self.step()?;
            match node {
                Node::Text(text) => self.write(text)?,
                Node::Output(expression, line) => {
                    let value = self.value(expression, *line)?;
                    let text = text_of(&value);
                    self.write(&text)?;
                }
                Node::If(branches, otherwise, line) => {
                    let mut taken = otherwise;
                    for (test, body) in branches {
                        let value = self.look(test, *line)?;
                        if value.is_some_and(|value| truthy(&value)) {
                            taken = body;
                            break;
                        }
                    }
                    self.nodes(taken)?;
                }
                Node::For(each) => self.repeat(each)?,
            }
        }
        Ok(())
    }

    fn repeat(&mut self, each: &'a Loop) -> Result<()> {
        // What is only looked at is borrowed: a loop over large values copies none of them.
        let pairs: Vec<(Value, Cow<'a, Value>)> = match self.value(&each.over, each.line)? {
            Cow::Borrowed(Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(at, item)| (json!(at), Cow::Borrowed(item)))
                .collect(),
            Cow::Borrowed(Value::Object(fields)) => fields
                .iter()
                .map(|(key, value)| (json!(key), Cow::Borrowed(value)))
                .collect(),
            Cow::Owned(Value::Array(items)) => items
                .into_iter()
                .enumerate()
                .map(|(at, item)| (json!(at), Cow::Owned(item)))
                .collect(),
            Cow::Owned(Value::Object(fields)) => fields
                .into_iter()
                .map(|(key, value)| (json!(key), Cow::Owned(value)))
                .collect(),
            Cow::Borrowed(Value::Null) | Cow::Owned(Value::Null) => Vec::new(),
            other => {
                return Err(fault(
                    each.line,
                    format!("`{}` is neither a list nor an object", text_of(&other)),
                ));
            }
        };
        if pairs.is_empty() {
            return self.nodes(&each.otherwise);
        }
        let count = pairs.len();
        for (at, (key, value)) in pairs.into_iter().enumerate() {
            self.step()?;
            let before = self.scopes.len();
            match &each.value {
                Some(name) => {
                    self.scopes.push((&each.item, Cow::Owned(key)));
                    self.scopes.push((name, value));
                }
                None => self.scopes.push((
                    &each.item,
                    if key.is_string() {
                        Cow::Owned(key)
                    } else {
                        value
                    },
                )),
            }
            let place = json!({"index": at + 1, "index0": at, "first": at == 0, "last": at + 1 == count, "length": count});
            self.scopes.push(("loop", Cow::Owned(place)));
            let outcome = self.nodes(&each.body);
            self.scopes.truncate(before);
            outcome?;
        }
        Ok(())
    }

    fn value(&mut self, expression: &'a Expression, line: usize) -> Result<Cow<'a, Value>> {
        if let Some(value) = self.look(expression, line)? {
            return Ok(value);
        }
        let Expression::Path(parts) = expression else {
            return Ok(Cow::Owned(Value::Null));
        };
        let names: Vec<&str> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Key(key) => Some(key.as_str()),
                Part::Index(_) => None,
            })
            .collect();
        let known = self
            .values
            .keys()
            .map(String::as_str)
            .chain(self.scopes.iter().map(|(name, _)| *name));
        let first = names.first().copied().unwrap_or_default();
        Err(
            fault(line, format!("no value `{}` is given", names.join(".")))
                .hint_opt(did_you_mean(first, known)),
        )
    }

    /// The value of an expression; nothing for a path that leads nowhere.
    fn look(&mut self, expression: &'a Expression, line: usize) -> Result<Option<Cow<'a, Value>>> {
        self.step()?;
        Ok(match expression {
            Expression::Literal(value) => Some(Cow::Borrowed(value)),
            Expression::Path(parts) => self.path(parts, line)?,
            Expression::Not(inner) => {
                let value = self.look(inner, line)?;
                Some(Cow::Owned(json!(
                    !value.is_some_and(|value| truthy(&value))
                )))
            }
            Expression::Binary(operator, left, right) => {
                Some(self.binary(*operator, left, right, line)?)
            }
            Expression::Filter(inner, name, arguments) => {
                let value = self.look(inner, line)?;
                let mut given = Vec::new();
                for argument in arguments {
                    given.push(self.value(argument, line)?.into_owned());
                }
                if value.is_none() && name != "default" {
                    // The path itself tells best what is missing.
                    return self.value(inner, line).map(Some);
                }
                let value = value.map(Cow::into_owned);
                // A filter over a list costs by its length.
                self.steps += value.as_ref().and_then(Value::as_array).map_or(0, Vec::len);
                Some(Cow::Owned(filter::apply(name, value, &given, line)?))
            }
        })
    }

    fn path(&mut self, parts: &'a [Part], line: usize) -> Result<Option<Cow<'a, Value>>> {
        let Some(Part::Key(first)) = parts.first() else {
            return Ok(None);
        };
        let scoped = self
            .scopes
            .iter()
            .rev()
            .find(|(name, _)| name == first)
            .map(|(_, value)| value.clone());
        let Some(mut value) = scoped.or_else(|| self.values.get(first).map(Cow::Borrowed)) else {
            return Ok(None);
        };
        for part in parts.iter().skip(1) {
            let key = match part {
                Part::Key(key) => Cow::Owned(json!(key)),
                Part::Index(index) => self.value(index, line)?,
            };
            let Some(next) = inside(value, &key) else {
                return Ok(None);
            };
            value = next;
        }
        Ok(Some(value))
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &'a Expression,
        right: &'a Expression,
        line: usize,
    ) -> Result<Cow<'a, Value>> {
        if matches!(operator, Operator::And | Operator::Or) {
            let value = self.look(left, line)?.unwrap_or_default();
            let decided = truthy(&value) == (operator == Operator::Or);
            return Ok(if decided {
                value
            } else {
                self.look(right, line)?.unwrap_or_default()
            });
        }
        let (a, b) = (self.value(left, line)?, self.value(right, line)?);
        let number = |value: &Value| {
            number_of(value)
                .ok_or_else(|| fault(line, format!("`{}` is not a number", text_of(value))))
        };
        Ok(Cow::Owned(match operator {
            Operator::And | Operator::Or => Value::Null,
            Operator::Equal => json!(compare(&a, &b).is_eq()),
            Operator::Unequal => json!(compare(&a, &b).is_ne()),
            Operator::Less => json!(compare(&a, &b).is_lt()),
            Operator::AtMost => json!(compare(&a, &b).is_le()),
            Operator::Greater => json!(compare(&a, &b).is_gt()),
            Operator::AtLeast => json!(compare(&a, &b).is_ge()),
            Operator::In => json!(match &*b {
                Value::Array(items) => items.iter().any(|item| compare(item, &a).is_eq()),
                Value::Object(fields) => fields.contains_key(&text_of(&a)),
                other => text_of(other).contains(&text_of(&a)),
            }),
            Operator::Plus => json_number(number(&a)? + number(&b)?),
            Operator::Minus => json_number(number(&a)? - number(&b)?),
            Operator::Times => json_number(number(&a)? * number(&b)?),
            Operator::Over if number(&b)? == 0.0 => return Err(fault(line, "division by zero")),
            Operator::Over => json_number(number(&a)? / number(&b)?),
            Operator::Join => {
                let (a, b) = (text_of(&a), text_of(&b));
                if a.len() + b.len() > MOST_BYTES {
                    return Err(too_long());
                }
                json!(a + &b)
            }
        }))
    }
}

fn inside<'a>(value: Cow<'a, Value>, key: &Value) -> Option<Cow<'a, Value>> {
    let place = |list: &[Value]| {
        let at = key.as_i64()?;
        let at = if at < 0 {
            usize::try_from(at + i64::try_from(list.len()).ok()?).ok()?
        } else {
            usize::try_from(at).ok()?
        };
        Some(at)
    };
    match value {
        Cow::Borrowed(Value::Array(list)) => list.get(place(list)?).map(Cow::Borrowed),
        Cow::Borrowed(Value::Object(fields)) => fields.get(key.as_str()?).map(Cow::Borrowed),
        Cow::Owned(Value::Array(mut list)) => {
            let at = place(&list).filter(|at| *at < list.len())?;
            Some(Cow::Owned(list.swap_remove(at)))
        }
        Cow::Owned(Value::Object(mut fields)) => fields.swap_remove(key.as_str()?).map(Cow::Owned),
        _ => None,
    }
}

pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}
