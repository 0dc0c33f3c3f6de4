//! Reads the text of an intrinsic call.

use serde_json::Value;

use super::{Argument, Call, Function};
use crate::path;

/// Nested calls deeper than this are refused rather than risk the stack.
const DEPTH: usize = 32;

/// Why a text is not a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct IntrinsicSyntax {
    pub(crate) message: String,
    /// The function that was probably meant.
    pub(crate) suggestion: Option<String>,
}

/// Compiles `text`, which starts with `States.`.
pub(crate) fn parse(text: &str) -> Result<Call, IntrinsicSyntax> {
    let mut parser = Parser { text, at: 0 };
    let call = parser.call(0)?;
    parser.space();
    if parser.at < text.len() {
        return parser.fault("unexpected text after the call");
    }
    Ok(call)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn fault<T>(&self, message: &str) -> Result<T, IntrinsicSyntax> {
        Err(IntrinsicSyntax {
            message: format!("{message} at character {}", self.at),
            suggestion: None,
        })
    }

    fn eat(&mut self, token: char) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len_utf8();
        }
        found
    }

    fn call(&mut self, depth: usize) -> Result<Call, IntrinsicSyntax> {
        if depth > DEPTH {
            return self.fault("calls are nested too deeply");
        }
        self.space();
        let start = self.at;
        let Some(open) = self.rest().find('(') else {
            return self.fault("expected `(`");
        };
        let name = self.rest()[..open].trim();
        let Some(short) = name.strip_prefix("States.") else {
            return self.fault("expected a function `States.…`");
        };
        let Some((_, function, least, most)) = Function::ALL.iter().find(|f| f.0 == short) else {
            return Err(IntrinsicSyntax {
                message: format!("unknown intrinsic function `{name}`"),
                suggestion: nearest(short),
            });
        };
        self.at += open + 1;
        let arguments = self.arguments(depth)?;
        if arguments.len() < *least || arguments.len() > *most {
            return self.fault(&format!("`{name}` was given {} arguments", arguments.len()));
        }
        Ok(Call {
            text: self.text[start..self.at].trim().to_owned(),
            function: *function,
            arguments,
        })
    }

    fn arguments(&mut self, depth: usize) -> Result<Vec<Argument>, IntrinsicSyntax> {
        let mut arguments = Vec::new();
        self.space();
        if self.eat(')') {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.argument(depth)?);
            self.space();
            if self.eat(')') {
                return Ok(arguments);
            }
            if !self.eat(',') {
                return self.fault("expected `,` or `)`");
            }
        }
    }

    fn argument(&mut self, depth: usize) -> Result<Argument, IntrinsicSyntax> {
        self.space();
        if self.eat('\'') {
            return self.string();
        }
        if self.rest().starts_with("States.") {
            return self.call(depth + 1).map(Argument::Call);
        }
        let word = &self.rest()[..self.argument_end()];
        let text = word.trim_end();
        let argument = if text.starts_with('$') {
            path::parse(text)
                .map(Argument::Path)
                .or_else(|e| self.fault(&format!("bad path `{text}`: {e}")))?
        } else {
            match serde_json::from_str::<Value>(text) {
                Ok(v @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => Argument::Literal(v),
                _ => return self.fault(&format!("bad argument `{text}`")),
            }
        };
        self.at += word.len();
        Ok(argument)
    }

    /// Where the argument ends: at a `,` or `)` outside brackets and quotes.
    fn argument_end(&self) -> usize {
        let mut depth = 0usize;
        let mut quote = None;
        for (i, c) in self.rest().char_indices() {
            match (quote, c) {
                (Some(q), _) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, '[' | '(') => depth += 1,
                (None, ']') => depth = depth.saturating_sub(1),
                (None, ')') if depth > 0 => depth -= 1,
                (None, ',' | ')') if depth == 0 => return i,
                _ => {}
            }
        }
        self.rest().len()
    }

    fn string(&mut self) -> Result<Argument, IntrinsicSyntax> {
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '\'' => {
                    self.at += i + 1;
                    return Ok(Argument::Literal(Value::String(text)));
                }
                '\\' => match chars.next() {
                    // Braces stay escaped: `States.Format` reads them later.
                    Some((_, c @ ('{' | '}'))) => {
                        text.push('\\');
                        text.push(c);
                    }
                    Some((_, c @ ('\'' | '\\'))) => text.push(c),
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, c)) => {
                        text.push('\\');
                        text.push(c);
                    }
                    None => break,
                },
                c => text.push(c),
            }
        }
        self.fault("a quoted string is not closed")
    }
}

fn nearest(short: &str) -> Option<String> {
    Function::ALL
        .iter()
        .map(|f| {
            (
                strsim::damerau_levenshtein(&f.0.to_lowercase(), &short.to_lowercase()),
                f.0,
            )
        })
        .filter(|(distance, _)| *distance <= 4)
        .min()
        .map(|(_, name)| format!("States.{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_calls_and_all_kinds_of_arguments_are_read() {
        let call = parse("States.Format('it''s', $.a[?(@.b == ',')], States.UUID(), 1.5, true)");
        assert!(call.is_err(), "a quote is escaped with a backslash");
        let call =
            parse(r"States.Format('it\'s {}', $.a['x,y'], States.UUID(), -1.5, null)").unwrap();
        assert_eq!(call.arguments.len(), 5);
        assert!(
            matches!(&call.arguments[0], Argument::Literal(Value::String(s)) if s == "it's {}")
        );
        assert!(matches!(&call.arguments[1], Argument::Path(_)));
        assert!(matches!(&call.arguments[2], Argument::Call(_)));
    }

    #[test]
    fn an_unknown_function_names_the_nearest() {
        let fault = parse("States.Formatt('x')").unwrap_err();
        assert_eq!(fault.suggestion.as_deref(), Some("States.Format"));
    }

    #[test]
    fn wrong_arity_is_refused() {
        assert!(parse("States.UUID(1)").is_err());
        assert!(parse("States.ArrayRange(1, 2)").is_err());
    }
}
