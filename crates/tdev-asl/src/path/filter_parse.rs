//! Reads the text of a filter.

use regex::RegexBuilder;
use serde_json::Value;

use super::filter::{Filter, Operand, Operator};
use super::parse::{parse_as, quoted};

/// Filters nested deeper than this are refused rather than risk the stack.
const DEPTH: usize = 32;

/// Longer spellings first, so that `<` is not read of `<=`.
const SIGNS: [(&str, Operator); 9] = [
    ("===", Operator::Equal),
    ("!==", Operator::NotEqual),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("=~", Operator::Matches),
    ("<=", Operator::LessEqual),
    (">=", Operator::GreaterEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];
const WORDS: [(&str, Operator); 8] = [
    ("in", Operator::In),
    ("nin", Operator::NotIn),
    ("subsetof", Operator::SubsetOf),
    ("anyof", Operator::AnyOf),
    ("noneof", Operator::NoneOf),
    ("contains", Operator::Contains),
    ("size", Operator::Size),
    ("empty", Operator::Empty),
];

/// Compiles what stands between `?` and `]`.
pub(super) fn parse(text: &str) -> Result<Filter, String> {
    let mut parser = Parser { rest: text };
    let filter = parser.or(0)?;
    parser.space();
    if parser.rest.is_empty() {
        Ok(filter)
    } else {
        Err(format!("unexpected `{}` in the filter", parser.rest))
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn or(&mut self, depth: usize) -> Result<Filter, String> {
        let mut parts = vec![self.and(depth)?];
        while self.eat("||") {
            parts.push(self.and(depth)?);
        }
        Ok(one_or(parts, Filter::Or))
    }

    fn and(&mut self, depth: usize) -> Result<Filter, String> {
        let mut parts = vec![self.part(depth)?];
        while self.eat("&&") {
            parts.push(self.part(depth)?);
        }
        Ok(one_or(parts, Filter::And))
    }

    fn part(&mut self, depth: usize) -> Result<Filter, String> {
        if depth > DEPTH {
            return Err("the filter is nested too deeply".to_owned());
        }
        if self.eat("!") {
            return Ok(Filter::Not(Box::new(self.part(depth + 1)?)));
        }
        if self.eat("(") {
            let inner = self.or(depth + 1)?;
            return if self.eat(")") {
                Ok(inner)
            } else {
                Err("`(` is never closed".to_owned())
            };
        }
        let left = self.operand()?;
        let Some(operator) = self.operator() else {
            return match left {
                Operand::Here(_) | Operand::Root(_) => Ok(Filter::Exists(left)),
                _ => Err("expected a comparison".to_owned()),
            };
        };
        Ok(Filter::Compare(left, operator, self.operand()?))
    }

    fn operator(&mut self) -> Option<Operator> {
        self.space();
        if let Some((sign, operator)) = SIGNS.iter().find(|(sign, _)| self.rest.starts_with(sign)) {
            self.rest = &self.rest[sign.len()..];
            return Some(*operator);
        }
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(self.rest.len());
        let word = self.rest[..end].to_ascii_lowercase();
        let (_, operator) = WORDS.iter().find(|(known, _)| *known == word)?;
        self.rest = &self.rest[end..];
        Some(*operator)
    }

    fn operand(&mut self) -> Result<Operand, String> {
        self.space();
        match self.rest.chars().next() {
            Some('@') => self.path().map(Operand::Here),
            Some('$') => self.path().map(Operand::Root),
            Some('\'' | '"') => {
                let (text, rest) = quoted(self.rest).ok_or("a quoted text is not closed")?;
                self.rest = rest;
                Ok(Operand::Literal(text.into()))
            }
            Some('/') => self.pattern(),
            Some('[') => self.list(),
            Some(_) => self.literal(),
            None => Err("expected a value".to_owned()),
        }
    }

    /// A path ends where brackets are closed and something else begins.
    fn path(&mut self) -> Result<super::Path, String> {
        let mut depth = 0usize;
        let mut quote = None;
        let mut end = self.rest.len();
        for (i, c) in self.rest.char_indices() {
            match (quote, c) {
                (Some(q), _) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') if depth > 0 => quote = Some(c),
                (None, '[' | '(') => depth += 1,
                (None, ']') => depth = depth.saturating_sub(1),
                (None, ')') if depth > 0 => depth -= 1,
                (None, _) if depth > 0 => {}
                (None, c) if c.is_whitespace() || ")=<>!&|,]~".contains(c) => {
                    end = i;
                    break;
                }
                _ => {}
            }
        }
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let inside = text.strip_prefix('@').map(|tail| format!("${tail}"));
        parse_as(inside.as_deref().unwrap_or(text)).map_err(|e| format!("bad path `{text}`: {e}"))
    }

    fn pattern(&mut self) -> Result<Operand, String> {
        let body = &self.rest[1..];
        let mut escaped = false;
        let end = body
            .char_indices()
            .find(|(_, c)| {
                let closes = *c == '/' && !escaped;
                escaped = *c == '\\' && !escaped;
                closes
            })
            .ok_or("a pattern is not closed")?
            .0;
        let flags: String = body[end + 1..]
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        let pattern = RegexBuilder::new(&format!("^(?:{})$", &body[..end]))
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .dot_matches_new_line(flags.contains('s'))
            .ignore_whitespace(flags.contains('x'))
            .build()
            .map_err(|e| format!("bad pattern: {e}"))?;
        self.rest = &body[end + 1 + flags.len()..];
        Ok(Operand::Pattern(pattern))
    }

    fn list(&mut self) -> Result<Operand, String> {
        self.rest = &self.rest[1..];
        let mut items = Vec::new();
        while !self.eat("]") {
            match self.operand()? {
                Operand::Literal(value) => items.push(value),
                _ => return Err("a list holds values only".to_owned()),
            }
            if !self.eat(",") && !self.rest.trim_start().starts_with(']') {
                return Err("expected `,` or `]`".to_owned());
            }
        }
        Ok(Operand::Literal(Value::Array(items)))
    }

    fn literal(&mut self) -> Result<Operand, String> {
        let end = self
            .rest
            .find(|c: char| c.is_whitespace() || ")]=<>!&|,".contains(c))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        let value = serde_json::from_str(word).map_err(|_| format!("bad value `{word}`"))?;
        self.rest = rest;
        Ok(Operand::Literal(value))
    }
}

fn one_or(mut parts: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        many(parts)
    }
}
