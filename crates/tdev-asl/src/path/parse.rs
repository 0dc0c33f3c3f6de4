//! Reads the text of a path. Dotted names may hold what AWS allows in them, hyphens included.

use super::function::PathFunction;
use super::{Path, Root, Segment, filter_parse};

/// More filters and functions than this are refused rather than risk the stack: they nest.
const NESTS: usize = 128;

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at character {at}")]
pub(crate) struct PathSyntax {
    pub(crate) message: String,
    pub(crate) at: usize,
}

/// Compiles `text`.
pub(crate) fn parse(text: &str) -> Result<Path, PathSyntax> {
    if text.matches(['?', '(']).count() > NESTS {
        return Err(PathSyntax {
            message: "too many filters and functions".to_owned(),
            at: 0,
        });
    }
    parse_as(text)
}

/// As [`parse`], for the paths inside a path.
pub(super) fn parse_as(text: &str) -> Result<Path, PathSyntax> {
    let mut parser = Parser { text, at: 0 };
    let root = parser.root()?;
    let mut segments = Vec::new();
    while parser.at < text.len() {
        parser.segment(&mut segments)?;
    }
    merge_last(&mut segments);
    let definite = segments.iter().all(|s| {
        matches!(
            s,
            Segment::Name(_) | Segment::Index(_) | Segment::Members(_) | Segment::Function(_)
        )
    });
    Ok(Path {
        text: text.to_owned(),
        root,
        segments,
        definite,
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn fault<T>(&self, message: &str) -> Result<T, PathSyntax> {
        Err(PathSyntax {
            message: message.to_owned(),
            at: self.at,
        })
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn root(&mut self) -> Result<Root, PathSyntax> {
        if !self.eat("$") {
            return self.fault("a path starts with `$`");
        }
        if self.eat("$") {
            return Ok(Root::Context);
        }
        let name: String = self
            .rest()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if name.is_empty() {
            return Ok(Root::Input);
        }
        self.at += name.len();
        Ok(Root::Variable(name))
    }

    fn segment(&mut self, out: &mut Vec<Segment>) -> Result<(), PathSyntax> {
        if self.eat("..") {
            out.push(Segment::Descend);
            if self.rest().starts_with('[') {
                return Ok(());
            }
            return self.dotted(out);
        }
        if self.eat(".") {
            if self.rest().starts_with('[') {
                return Ok(());
            }
            return self.dotted(out);
        }
        if self.rest().starts_with('[') {
            return self.bracket(out);
        }
        self.fault("expected `.` or `[`")
    }

    fn dotted(&mut self, out: &mut Vec<Segment>) -> Result<(), PathSyntax> {
        if self.eat("*") {
            out.push(Segment::Wildcard);
            return Ok(());
        }
        let end = self
            .rest()
            .find(['.', '[', '('])
            .unwrap_or(self.rest().len());
        let name = &self.rest()[..end];
        if name.is_empty()
            || name.contains(char::is_whitespace)
            || name.contains([']', ')', '$', '\'', '"'])
        {
            return self.fault("expected a field name");
        }
        self.at += end;
        if self.rest().starts_with('(') {
            return self.function(name, out);
        }
        out.push(Segment::Name(name.to_owned()));
        Ok(())
    }

    fn function(&mut self, name: &str, out: &mut Vec<Segment>) -> Result<(), PathSyntax> {
        let Some(arguments) = self.rest().strip_suffix(')').map(|text| &text[1..]) else {
            return self.fault("a function ends the path");
        };
        match PathFunction::read(name, arguments) {
            Ok(function) => {
                self.at = self.text.len();
                out.push(Segment::Function(function));
                Ok(())
            }
            Err(message) => self.fault(&message),
        }
    }

    fn bracket(&mut self, out: &mut Vec<Segment>) -> Result<(), PathSyntax> {
        let Some(end) = closing_bracket(self.rest()) else {
            return self.fault("`[` is never closed");
        };
        let inside = self.rest()[1..end].trim();
        let segment = if inside == "*" {
            Segment::Wildcard
        } else if inside.starts_with('?') {
            self.filter(inside)?
        } else if inside.starts_with(['\'', '"']) {
            self.names(inside)?
        } else if inside.contains(':') {
            self.slice(inside)?
        } else {
            self.indexes(inside)?
        };
        out.push(segment);
        self.at += end + 1;
        Ok(())
    }

    fn filter(&self, inside: &str) -> Result<Segment, PathSyntax> {
        filter_parse::parse(&inside[1..])
            .map(Segment::Filter)
            .or_else(|e| self.fault(&format!("bad filter: {e}")))
    }

    fn names(&self, inside: &str) -> Result<Segment, PathSyntax> {
        let mut names = Vec::new();
        let mut rest = inside;
        loop {
            let Some((name, after)) = quoted(rest) else {
                return self.fault("a quoted name is not closed");
            };
            names.push(Segment::Name(name));
            rest = after.trim_start();
            match rest.strip_prefix(',') {
                Some(more) => rest = more.trim_start(),
                None if rest.is_empty() => break,
                None => return self.fault("expected `,` or `]`"),
            }
        }
        Ok(one_or_union(names))
    }

    fn slice(&self, inside: &str) -> Result<Segment, PathSyntax> {
        let mut bounds = [None; 3];
        for (i, part) in inside.split(':').enumerate() {
            let part = part.trim();
            if i > 2 {
                return self.fault("a slice has at most three parts");
            }
            if !part.is_empty() {
                match part.parse::<i64>() {
                    Ok(n) => bounds[i] = Some(n),
                    Err(_) => return self.fault("a slice is made of integers"),
                }
            }
        }
        match bounds[2] {
            Some(step) if step < 1 => self.fault("a slice step is positive"),
            step => Ok(Segment::Slice(bounds[0], bounds[1], step.unwrap_or(1))),
        }
    }

    fn indexes(&self, inside: &str) -> Result<Segment, PathSyntax> {
        let mut indexes = Vec::new();
        for part in inside.split(',') {
            match part.trim().parse::<i64>() {
                Ok(n) => indexes.push(Segment::Index(n)),
                Err(_) => return self.fault("expected an index, a quoted name or `*`"),
            }
        }
        Ok(one_or_union(indexes))
    }
}

/// Names side by side at the end of a path give an object; further in, each is followed.
fn merge_last(segments: &mut [Segment]) {
    if let Some(last) = segments.last_mut()
        && let Segment::Union(parts) = last
    {
        let names: Option<Vec<String>> = parts
            .iter()
            .map(|part| match part {
                Segment::Name(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        if let Some(names) = names {
            *last = Segment::Members(names);
        }
    }
}

fn one_or_union(mut segments: Vec<Segment>) -> Segment {
    if segments.len() == 1 {
        segments.remove(0)
    } else {
        Segment::Union(segments)
    }
}

/// Position of the `]` that closes the `[` at the start of `text`.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (Some(_), '\\') => escaped = true,
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => {
                depth -= 1;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

/// The name in quotes at the start of `text`, and what follows it.
pub(super) fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut name = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((i, c)) = chars.next() {
        match c {
            // Any other backslash is part of the name, as it is for AWS.
            '\\' if chars.peek().is_some_and(|(_, n)| *n == quote || *n == '\\') => {
                name.extend(chars.next().map(|(_, c)| c));
            }
            c if c == quote => return Some((name, &text[i + 1..])),
            c => name.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_told_apart() {
        assert_eq!(parse("$").unwrap().root, Root::Input);
        assert_eq!(parse("$$.Execution.Id").unwrap().root, Root::Context);
        assert_eq!(
            parse("$order.id").unwrap().root,
            Root::Variable("order".to_owned())
        );
    }

    #[test]
    fn names_may_hold_hyphens() {
        let path = parse("$.delivery-partner").unwrap();
        assert!(matches!(&path.segments[0], Segment::Name(n) if n == "delivery-partner"));
    }

    #[test]
    fn a_backslash_escapes_only_the_quote_and_itself() {
        let path = parse(r#"$['a\'b\"\\c']"#).unwrap();
        assert!(matches!(&path.segments[0], Segment::Name(n) if n == r#"a'b\"\c"#));
    }

    #[test]
    fn endless_nesting_is_refused_and_leaves_the_stack_alone() {
        for (open, close) in [("[?(@.a", ")]"), (".concat($.a", ")")] {
            let text = format!("$.a{}{}", open.repeat(9_000), close.repeat(9_000));
            assert!(parse(&text).is_err());
        }
    }

    #[test]
    fn broken_paths_are_refused() {
        for text in [
            "",
            "x",
            "$.",
            "$.a[",
            "$.a[b]",
            "$.a..",
            "$['a",
            "$.a[1:2:0]",
            "$. a",
            "$.a[?(@.b ==)]",
            "$.a[?(@.b @.c)]",
            "$.a[?(@.b in [1)]",
            "$.a[?((@.b)]",
            "$.a[?(1)]",
            "$.a[?(@.b =~ /x)]",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
