//! Conditions of steps: `${translate.confidence} > 0.5 and not ${input.dry_run}`.

use super::reference::Reference;
use crate::{Code, Error, Result};

/// A condition, read.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// Two values compare.
    Compare(Operand, Comparison, Operand),
    /// A value stands alone: it must be true.
    Truth(Operand),
}

/// A value in a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A reference.
    Reference(Reference),
    /// A JSON scalar.
    Literal(serde_json::Value),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
    /// Left is one of the items of right.
    In,
    /// Left, a text or list, contains right.
    Contains,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// `InvalidWorkflow` naming what is not understood.
    pub fn parse(text: &str) -> Result<Self> {
        let tokens = tokens(text)?;
        let mut parser = Parser {
            tokens: &tokens,
            text,
        };
        let condition = parser.either()?;
        match parser.tokens.first() {
            None => Ok(condition),
            Some(token) => Err(parser.fault(&format!("nothing is expected at {token:?}"))),
        }
    }

    /// Every reference in it.
    pub fn references(&self) -> Vec<&Reference> {
        match self {
            Condition::And(a, b) | Condition::Or(a, b) => {
                let mut all = a.references();
                all.extend(b.references());
                all
            }
            Condition::Not(inner) => inner.references(),
            Condition::Compare(a, _, b) => {
                [a, b].into_iter().filter_map(Operand::reference).collect()
            }
            Condition::Truth(operand) => operand.reference().into_iter().collect(),
        }
    }
}

impl Operand {
    const fn reference(&self) -> Option<&Reference> {
        match self {
            Operand::Reference(reference) => Some(reference),
            Operand::Literal(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Value(Operand),
    Compare(Comparison),
    And,
    Or,
    Not,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<Token>> {
    const SIGNS: &[(&str, Token)] = &[
        ("==", Token::Compare(Comparison::Equal)),
        ("!=", Token::Compare(Comparison::NotEqual)),
        ("<=", Token::Compare(Comparison::LessOrEqual)),
        (">=", Token::Compare(Comparison::GreaterOrEqual)),
        ("&&", Token::And),
        ("||", Token::Or),
        ("<", Token::Compare(Comparison::Less)),
        (">", Token::Compare(Comparison::Greater)),
        ("=", Token::Compare(Comparison::Equal)),
        ("!", Token::Not),
        ("(", Token::Open),
        (")", Token::Close),
    ];
    let fault = |why: String| {
        Error::new(
            Code::InvalidWorkflow,
            format!("the condition `{text}` is not understood: {why}"),
        )
        .hint("write for example `${step.score} > 0.5 and ${step.kind} == \"mail\"`")
    };
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("${") {
            let (inside, tail) = after
                .split_once('}')
                .ok_or_else(|| fault("a reference is not closed".into()))?;
            found.push(Token::Value(Operand::Reference(Reference::parse(inside)?)));
            rest = tail;
        } else if first == '"' || first == '\'' {
            let body = rest.get(1..).unwrap_or("");
            let end =
                closing_quote(body, first).ok_or_else(|| fault("a text is not closed".into()))?;
            let raw = body
                .get(..end)
                .unwrap_or("")
                .replace("\\'", "'")
                .replace("\\\"", "\"");
            found.push(Token::Value(Operand::Literal(raw.into())));
            rest = body.get(end + 1..).unwrap_or("");
        } else if let Some((sign, token)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            found.push(token.clone());
            rest = rest.get(sign.len()..).unwrap_or("");
        } else {
            let end = rest
                .find(|c: char| {
                    !(c.is_alphanumeric() || c == '.' || c == '-' || c == '_' || c == '+')
                })
                .unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            found.push(match word {
                "and" => Token::And,
                "or" => Token::Or,
                "not" => Token::Not,
                "in" => Token::Compare(Comparison::In),
                "contains" => Token::Compare(Comparison::Contains),
                "true" => Token::Value(Operand::Literal(true.into())),
                "false" => Token::Value(Operand::Literal(false.into())),
                "null" => Token::Value(Operand::Literal(serde_json::Value::Null)),
                number => {
                    let value: serde_json::Number = number.parse().map_err(|_| {
                        fault(if word.is_empty() {
                            format!("`{first}`")
                        } else {
                            format!("`{word}`")
                        })
                    })?;
                    Token::Value(Operand::Literal(value.into()))
                }
            });
            rest = tail;
        }
        rest = rest.trim_start();
    }
    Ok(found)
}

fn closing_quote(body: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        if c == quote && !escaped {
            return Some(at);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

struct Parser<'a> {
    tokens: &'a [Token],
    text: &'a str,
}

impl Parser<'_> {
    fn fault(&self, why: &str) -> Error {
        Error::new(
            Code::InvalidWorkflow,
            format!("the condition `{}` is not understood: {why}", self.text),
        )
    }

    fn take(&mut self, token: &Token) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if first == token => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn either(&mut self) -> Result<Condition> {
        let mut left = self.both()?;
        while self.take(&Token::Or) {
            left = Condition::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Condition> {
        let mut left = self.one()?;
        while self.take(&Token::And) {
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Condition> {
        // Tokens only shrink, so nesting is bounded by the text; a cap keeps the stack safe.
        if self.text.len() > 4096 {
            return Err(self.fault("it is longer than 4096 characters"));
        }
        if self.take(&Token::Not) {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.take(&Token::Open) {
            let inner = self.either()?;
            return if self.take(&Token::Close) {
                Ok(inner)
            } else {
                Err(self.fault("a parenthesis is not closed"))
            };
        }
        let left = self.operand()?;
        if let Some((Token::Compare(comparison), rest)) = self.tokens.split_first() {
            self.tokens = rest;
            return Ok(Condition::Compare(left, *comparison, self.operand()?));
        }
        Ok(Condition::Truth(left))
    }

    fn operand(&mut self) -> Result<Operand> {
        match self.tokens.split_first() {
            Some((Token::Value(operand), rest)) => {
                self.tokens = rest;
                Ok(operand.clone())
            }
            Some((other, _)) => Err(self.fault(&format!("a value is expected, not {other:?}"))),
            None => Err(self.fault("it ends where a value is expected")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn precedence_is_not_then_and_then_or() {
        let read = Condition::parse("not ${a.x} and ${b.y} > 1 or ${c.z} == 'q'").unwrap();
        let Condition::Or(left, _) = read else {
            panic!("or binds loosest")
        };
        let Condition::And(not, _) = *left else {
            panic!("and binds tighter")
        };
        assert!(matches!(*not, Condition::Not(_)));
    }

    #[test]
    fn a_slip_is_named() {
        insta::assert_snapshot!(Condition::parse("${a.x} >").unwrap_err(), @"InvalidWorkflow: the condition `${a.x} >` is not understood: it ends where a value is expected");
        insta::assert_snapshot!(Condition::parse("${a.x} is 3").unwrap_err(), @r#"InvalidWorkflow: the condition `${a.x} is 3` is not understood: `is`; write for example `${step.score} > 0.5 and ${step.kind} == "mail"`"#);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_fall_over(text in ".{0,80}") {
            let _: Result<Condition> = Condition::parse(&text);
        }
    }
}
