//! Templates as a tree: text, output, conditions and loops.

use tdev_core::Result;

use super::expression::Expression;
use super::{Loop, Node, fault};

const DEEPEST: usize = 50;

/// Reads a template.
///
/// # Errors
/// `InvalidInput` naming the line.
pub(in super::super) fn parse(source: &str) -> Result<Vec<Node>> {
    let pieces = cut(source)?;
    let mut reader = Reader {
        pieces: pieces.into_iter().peekable(),
        depth: 0,
        line: 1,
    };
    let (nodes, end) = reader.block()?;
    match end {
        None => Ok(nodes),
        Some(word) => Err(fault(reader.line, format!("`{word}` closes nothing"))),
    }
}

enum Piece {
    Text(String),
    Output(String, usize),
    Block(String, usize),
}

fn cut(source: &str) -> Result<Vec<Piece>> {
    let (mut pieces, mut rest, mut line) = (Vec::new(), source, 1);
    let mut trim_start = false;
    while !rest.is_empty() {
        let opening = ["{{", "{%", "{#"]
            .iter()
            .filter_map(|open| rest.find(open).map(|at| (at, *open)))
            .min();
        let Some((at, open)) = opening else { break };
        let (text, tail) = rest.split_at(at);
        let inner = tail.get(2..).unwrap_or_default();
        let close = match open {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let start = line + text.matches('\n').count();
        let Some(end) = closing(inner, close) else {
            return Err(fault(start, format!("`{open}` is not closed by `{close}`")));
        };
        let (content, after) = inner.split_at(end);
        rest = after.get(2..).unwrap_or_default();
        line = start + content.matches('\n').count();
        let mut text = if trim_start { text.trim_start() } else { text };
        let content = match content.strip_prefix('-') {
            Some(stripped) => {
                text = text.trim_end();
                stripped
            }
            None => content,
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        let (content, trims) = content
            .strip_suffix('-')
            .map_or((content, false), |inner| (inner, true));
        trim_start = trims;
        let content = content.trim().to_owned();
        match open {
            "{{" => pieces.push(Piece::Output(content, start)),
            "{%" => pieces.push(Piece::Block(content, start)),
            _ => {}
        }
        if open != "{{"
            && !trims
            && let Some(next) = rest
                .strip_prefix("\r\n")
                .or_else(|| rest.strip_prefix('\n'))
        {
            rest = next;
            line += 1;
        }
    }
    let text = if trim_start { rest.trim_start() } else { rest };
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
    Ok(pieces)
}

/// Where a tag ends: its closing mark outside of quotes. A comment has no quotes.
fn closing(inner: &str, close: &str) -> Option<usize> {
    if close == "#}" {
        return inner.find(close);
    }
    let mut quote = None;
    for (at, c) in inner.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quote = Some(c),
            None if inner.get(at..).is_some_and(|rest| rest.starts_with(close)) => return Some(at),
            None => {}
        }
    }
    None
}

struct Reader<I: Iterator<Item = Piece>> {
    pieces: std::iter::Peekable<I>,
    depth: usize,
    line: usize,
}

impl<I: Iterator<Item = Piece>> Reader<I> {
    /// Nodes up to a block that ends or divides them, and that block.
    fn block(&mut self) -> Result<(Vec<Node>, Option<String>)> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(fault(
                self.line,
                format!("blocks are nested deeper than {DEEPEST}"),
            ));
        }
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            match piece {
                Piece::Text(text) => nodes.push(Node::Text(text)),
                Piece::Output(inner, line) => {
                    nodes.push(Node::Output(Expression::parse(&inner, line)?, line));
                }
                Piece::Block(inner, line) => {
                    self.line = line;
                    let (word, rest) = inner
                        .split_once(char::is_whitespace)
                        .unwrap_or((&inner, ""));
                    match word {
                        "if" => nodes.push(self.condition(rest, line)?),
                        "for" => nodes.push(self.repetition(rest, line)?),
                        "elif" | "else" | "endif" | "endfor" => {
                            self.depth -= 1;
                            return Ok((nodes, Some(inner)));
                        }
                        _ => {
                            let known = "if, elif, else, endif, for, endfor";
                            return Err(fault(line, format!("there is no block `{word}`"))
                                .hint(format!("blocks are {known}")));
                        }
                    }
                }
            }
        }
        self.depth -= 1;
        Ok((nodes, None))
    }

    fn condition(&mut self, test: &str, line: usize) -> Result<Node> {
        let mut branches = Vec::new();
        let mut test = Expression::parse(test, line)?;
        loop {
            let (body, end) = self.block()?;
            branches.push((test, body));
            match end.as_deref() {
                Some("endif") => return Ok(Node::If(branches, Vec::new(), line)),
                Some("else") => {
                    let (otherwise, end) = self.block()?;
                    return match end.as_deref() {
                        Some("endif") => Ok(Node::If(branches, otherwise, line)),
                        _ => Err(fault(line, "`if` is not closed by `endif`")),
                    };
                }
                Some(next) if next.starts_with("elif ") => {
                    test = Expression::parse(next.trim_start_matches("elif "), self.line)?;
                }
                _ => return Err(fault(line, "`if` is not closed by `endif`")),
            }
        }
    }

    fn repetition(&mut self, head: &str, line: usize) -> Result<Node> {
        let Some((names, over)) = head.split_once(" in ") else {
            return Err(fault(line, "a loop is written `for item in items`"));
        };
        let mut names = names.split(',').map(|name| name.trim().to_owned());
        let (item, value) = (names.next().unwrap_or_default(), names.next());
        let over = Expression::parse(over, line)?;
        let (body, mut end) = self.block()?;
        let mut otherwise = Vec::new();
        if end.as_deref() == Some("else") {
            (otherwise, end) = self.block()?;
        }
        if end.as_deref() != Some("endfor") {
            return Err(fault(line, "`for` is not closed by `endfor`"));
        }
        Ok(Node::For(Loop {
            item,
            value,
            over,
            body,
            otherwise,
            line,
        }))
    }
}
