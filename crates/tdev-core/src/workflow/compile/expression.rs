//! Templates and conditions as JSONata.

use serde_json::{Map, Value};

use super::super::check::{projects, reference_flow};
use super::super::condition::{Comparison, Condition, Operand};
use super::super::reference::{Path, Reference, Root, Segment};
use super::super::template::{Piece, Template};
use super::Compiler;

impl Compiler<'_> {
    /// A template as an ASL value: strings with references become `{% … %}`.
    pub(super) fn value(&self, template: &Value) -> Value {
        match template {
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.value(item)).collect())
            }
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(name, item)| (name.clone(), self.value(item)))
                    .collect::<Map<_, _>>(),
            ),
            literal => literal.clone(),
        }
    }

    fn text(&self, text: &str) -> Value {
        // Checked templates parse; what does not is text.
        let Ok(template) = Template::parse(text) else {
            return Value::String(text.to_owned());
        };
        if let Some(reference) = template.whole() {
            return wrap(&self.reference(reference));
        }
        match template.pieces.as_slice() {
            [] => Value::String(String::new()),
            [Piece::Text(plain)] if !plain.trim_start().starts_with("{%") => {
                Value::String(plain.clone())
            }
            pieces => wrap(
                &pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(plain) => literal(&Value::String(plain.clone())),
                        Piece::Reference(reference) => self.loud(reference),
                    })
                    .collect::<Vec<_>>()
                    .join(" & "),
            ),
        }
    }

    /// A reference: what may be absent by its schema gives null, anything else absent is an error
    /// that JSONata raises itself.
    pub(super) fn reference(&self, reference: &Reference) -> String {
        match reference.paths.as_slice() {
            [path] => {
                let expression = self.path(path);
                let absent = reference_flow(reference, &self.scope)
                    .is_ok_and(|flow| flow.maybe_absent || flow.maybe_null);
                if absent {
                    format!("($exists({expression}) ? {expression} : null)")
                } else {
                    expression
                }
            }
            paths => {
                let (last, choices) = match paths.split_last() {
                    Some(split) => split,
                    None => return "null".to_owned(),
                };
                let last = self.path(last);
                let otherwise = format!("($exists({last}) ? {last} : null)");
                choices.iter().rev().fold(otherwise, |rest, path| {
                    let path = self.path(path);
                    format!("($exists({path}) and {path} != null ? {path} : {rest})")
                })
            }
        }
    }

    /// Inside text nothing must not become an empty string.
    fn loud(&self, reference: &Reference) -> String {
        let expression = self.reference(reference);
        let message = literal(&Value::String(format!("{reference} has no value")));
        format!("($exists({expression}) ? $string({expression}) : $error({message}))")
    }

    fn path(&self, path: &Path) -> String {
        let innermost = self.loops.last().map_or("", String::as_str);
        let mut expression = match &path.root {
            Root::Input => format!("${}", self.names.variable("input", "")),
            Root::Item => format!("${}", self.names.variable("item", innermost)),
            Root::Index => format!("${}", self.names.variable("index", innermost)),
            Root::Step(id) => format!("${}", self.variable(id)),
        };
        for segment in &path.segments {
            match segment {
                Segment::Field(name) if is_plain(name) => {
                    expression.push('.');
                    expression.push_str(name);
                }
                Segment::Field(name) => {
                    expression.push_str(".`");
                    expression.push_str(name);
                    expression.push('`');
                }
                Segment::Index(index) => {
                    expression.push_str(&format!("[{index}]"));
                }
            }
        }
        // JSONata makes a list of one its item; what reads every item stays a list.
        if projects(path, &self.scope) {
            format!("[{expression}]")
        } else {
            expression
        }
    }

    /// A condition as JSONata that gives a boolean.
    pub(super) fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::And(a, b) => format!("({} and {})", self.condition(a), self.condition(b)),
            Condition::Or(a, b) => format!("({} or {})", self.condition(a), self.condition(b)),
            Condition::Not(inner) => format!("$not({})", self.condition(inner)),
            Condition::Truth(operand) => format!("({} = true)", self.operand(operand)),
            Condition::Compare(a, comparison, b) => {
                let (a, b) = (self.operand(a), self.operand(b));
                match comparison {
                    Comparison::Equal => format!("({a} = {b})"),
                    Comparison::NotEqual => format!("({a} != {b})"),
                    Comparison::Less => format!("({a} < {b})"),
                    Comparison::LessOrEqual => format!("({a} <= {b})"),
                    Comparison::Greater => format!("({a} > {b})"),
                    Comparison::GreaterOrEqual => format!("({a} >= {b})"),
                    Comparison::In => format!("({a} in {b})"),
                    Comparison::Contains => {
                        format!("($type({a}) = \"string\" ? $contains({a}, {b}) : {b} in {a})")
                    }
                }
            }
        }
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Reference(reference) => self.reference(reference),
            Operand::Literal(value) => literal(value),
        }
    }
}

/// Marks an expression for the interpreter.
pub(super) fn wrap(expression: &str) -> Value {
    Value::String(format!("{{% {expression} %}}"))
}

/// A JSON scalar as JSONata; the spellings agree.
fn literal(value: &Value) -> String {
    value.to_string()
}

/// Names JSONata reads bare; its words and all others go in backticks.
fn is_plain(name: &str) -> bool {
    const WORDS: &[&str] = &["and", "or", "in", "true", "false", "null", "function"];
    name.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !WORDS.contains(&name)
}
