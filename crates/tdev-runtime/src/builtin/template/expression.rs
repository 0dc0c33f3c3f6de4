//! Expressions of a template: paths into the values, literals, comparisons, arithmetic, filters.

use serde_json::{Value, json};
use tdev_core::Result;

use super::fault;

const DEEPEST: usize = 50;

pub(in super::super) enum Expression {
    Literal(Value),
    Path(Vec<Part>),
    Not(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Filter(Box<Expression>, String, Vec<Expression>),
}

pub(in super::super) enum Part {
    Key(String),
    Index(Box<Expression>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    Plus,
    Minus,
    Join,
    Times,
    Over,
}

#[derive(Clone, PartialEq, Debug)]
enum Token {
    Name(String),
    Text(String),
    Number(f64),
    Mark(&'static str),
}

const MARKS: &[&str] = &[
    "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "~", "|", "(", ")", "[", "]", ",", ".",
];

/// Operators from the loosest binding to the tightest.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("!=", Operator::Unequal),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("<", Operator::Less),
        (">", Operator::Greater),
        ("in", Operator::In),
    ],
    &[
        ("+", Operator::Plus),
        ("-", Operator::Minus),
        ("~", Operator::Join),
    ],
    &[("*", Operator::Times), ("/", Operator::Over)],
];

impl Expression {
    pub(super) fn parse(source: &str, line: usize) -> Result<Self> {
        let mut reader = Reader {
            tokens: tokens(source, line)?,
            at: 0,
            line,
            depth: 0,
        };
        let expression = reader.level(0)?;
        match reader.peek() {
            None => Ok(expression),
            Some(_) => Err(fault(
                line,
                format!("`{}` cannot be read to its end", source.trim()),
            )),
        }
    }
}

fn tokens(source: &str, line: usize) -> Result<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = if first == '"' || first == '\'' {
            let inner = rest.get(1..).unwrap_or_default();
            let Some(end) = inner.find(first) else {
                return Err(fault(line, "a quote is not closed"));
            };
            tokens.push(Token::Text(
                inner.get(..end).unwrap_or_default().replace("\\n", "\n"),
            ));
            end + 2
        } else if first.is_ascii_digit() {
            let end = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(rest.len());
            let digits = rest.get(..end).unwrap_or_default();
            let number = digits
                .parse()
                .map_err(|_| fault(line, format!("`{digits}` is not a number")))?;
            tokens.push(Token::Number(number));
            end
        } else if first.is_alphabetic() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            tokens.push(Token::Name(rest.get(..end).unwrap_or_default().to_owned()));
            end
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            tokens.push(Token::Mark(mark));
            mark.len()
        } else {
            return Err(fault(line, format!("`{first}` has no meaning here")));
        };
        rest = rest.get(taken..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    line: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, wanted: &str) -> bool {
        let found = match self.peek() {
            Some(Token::Mark(mark)) => *mark == wanted,
            Some(Token::Name(name)) => name == wanted,
            _ => false,
        };
        self.at += usize::from(found);
        found
    }

    fn level(&mut self, level: usize) -> Result<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST * (LEVELS.len() + 1) {
            return Err(fault(self.line, "an expression is nested too deep"));
        }
        let expression = match LEVELS.get(level) {
            Some(operators) => self.binary(level, operators),
            None => self.filtered(),
        };
        self.depth -= 1;
        expression
    }

    fn binary(&mut self, level: usize, operators: &[(&str, Operator)]) -> Result<Expression> {
        let mut left = self.level(level + 1)?;
        // A long chain makes a deep tree just as brackets do.
        for _ in 0..DEEPEST {
            let negated = level == 2 && self.takes("not");
            let Some((_, operator)) = operators.iter().find(|(mark, _)| self.takes(mark)) else {
                return Ok(left);
            };
            let right = self.level(level + 1)?;
            left = Expression::Binary(*operator, Box::new(left), Box::new(right));
            if negated {
                left = Expression::Not(Box::new(left));
            }
        }
        Err(fault(self.line, "an expression is too long"))
    }

    fn filtered(&mut self) -> Result<Expression> {
        if self.takes("not") {
            return Ok(Expression::Not(Box::new(self.level(2)?)));
        }
        let mut expression = self.primary()?;
        for _ in 0..DEEPEST {
            if !self.takes("|") {
                return Ok(expression);
            }
            let Some(Token::Name(name)) = self.take() else {
                return Err(fault(self.line, "a filter name must follow `|`"));
            };
            let mut arguments = Vec::new();
            if self.takes("(") {
                while !self.takes(")") {
                    arguments.push(self.level(0)?);
                    if !self.takes(",") && self.peek() != Some(&Token::Mark(")")) {
                        return Err(fault(self.line, "a `(` is not closed"));
                    }
                }
            }
            expression = Expression::Filter(Box::new(expression), name, arguments);
        }
        Err(fault(self.line, "an expression has too many filters"))
    }

    fn primary(&mut self) -> Result<Expression> {
        match self.take() {
            Some(Token::Text(text)) => Ok(Expression::Literal(json!(text))),
            Some(Token::Number(number)) => Ok(Expression::Literal(
                crate::builtin::table::json_number(number),
            )),
            Some(Token::Mark("-")) => match self.take() {
                Some(Token::Number(number)) => Ok(Expression::Literal(
                    crate::builtin::table::json_number(-number),
                )),
                _ => Err(fault(self.line, "a number must follow `-`")),
            },
            Some(Token::Mark("(")) => {
                let inner = self.level(0)?;
                if self.takes(")") {
                    Ok(inner)
                } else {
                    Err(fault(self.line, "a `(` is not closed"))
                }
            }
            Some(Token::Name(name)) => match name.as_str() {
                "true" | "True" => Ok(Expression::Literal(json!(true))),
                "false" | "False" => Ok(Expression::Literal(json!(false))),
                "none" | "None" | "null" => Ok(Expression::Literal(Value::Null)),
                _ => self.path(name),
            },
            _ => Err(fault(self.line, "a value is missing")),
        }
    }

    fn path(&mut self, first: String) -> Result<Expression> {
        let mut parts = vec![Part::Key(first)];
        loop {
            if self.takes(".") {
                match self.take() {
                    Some(Token::Name(name)) => parts.push(Part::Key(name)),
                    _ => return Err(fault(self.line, "a name must follow `.`")),
                }
            } else if self.takes("[") {
                parts.push(Part::Index(Box::new(self.level(0)?)));
                if !self.takes("]") {
                    return Err(fault(self.line, "a `[` is not closed"));
                }
            } else {
                return Ok(Expression::Path(parts));
            }
        }
    }
}
