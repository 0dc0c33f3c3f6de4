//! A Python file, parsed and never run: its syntax tree and its lines.

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer, parse_module};
use ruff_text_size::{Ranged, TextSize};
use serde_json::json;
use tdev_core::{Code, Error, Result};

/// Largest source that is parsed, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// Deepest expression that is walked. Trees are walked and dropped recursively, so depth is
/// bounded before a tree is built; nobody writes code this deep by hand.
const DEEPEST: usize = 400;

/// Lines of a source text.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    fn line_at(&self, offset: TextSize) -> usize {
        self.starts
            .partition_point(|start| *start <= offset.to_usize())
    }

    /// The 1-based line something starts on.
    pub(super) fn of(&self, node: &impl Ranged) -> u32 {
        u32::try_from(self.line_at(node.start())).unwrap_or(u32::MAX)
    }

    /// The 1-based line of an offset.
    pub(super) fn at(&self, offset: TextSize) -> u32 {
        u32::try_from(self.line_at(offset)).unwrap_or(u32::MAX)
    }

    /// 1-based line and column, and the line itself.
    fn place(&self, offset: TextSize) -> (usize, usize, &'a str) {
        let line = self.line_at(offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let before = self.text.get(start..offset.to_usize()).unwrap_or("");
        let text = self
            .text
            .get(start..)
            .and_then(|rest| rest.lines().next())
            .unwrap_or("");
        (line, before.chars().count() + 1, text)
    }
}

/// Parses a source text.
///
/// # Errors
/// `InvalidComponent` with line, column and the line itself for a syntax error; `PayloadTooLarge`.
pub(super) fn parse(text: &str) -> Result<(ModModule, Lines<'_>)> {
    if text.len() > MOST_BYTES {
        return Err(Error::new(
            Code::PayloadTooLarge,
            format!("the source is larger than {MOST_BYTES} bytes"),
        )
        .field("code"));
    }
    let lines = Lines::new(text);
    if too_deep(text) {
        return Err(Error::new(
            Code::InvalidComponent,
            format!("the code is nested deeper than {DEEPEST} levels"),
        )
        .field("code"));
    }
    match parse_module(text) {
        Ok(parsed) => Ok((parsed.into_syntax(), lines)),
        Err(error) => Err(fault(
            &lines,
            error.location.start(),
            &lowercase(&error.error.to_string()),
        )),
    }
}

fn fault(lines: &Lines<'_>, offset: TextSize, why: &str) -> Error {
    let (line, column, text) = lines.place(offset);
    Error::new(
        Code::InvalidComponent,
        format!("line {line}, column {column}: {why}"),
    )
    .field("code")
    .details(json!({"line": line, "column": column, "message": why, "source": text}))
}

/// Messages begin in lowercase, but a name in capitals stays as it is.
fn lowercase(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

/// Whether the source nests too deeply, judged from its tokens alone: every bracket opens a
/// level, and inside a level every operator since the last separator may add one.
fn too_deep(text: &str) -> bool {
    let mut levels: Vec<usize> = vec![0];
    let mut blocks = 0usize;
    let mut total = 0usize;
    let mut lexer = lexer::lex(text, Mode::Module);
    loop {
        let token = lexer.next_token();
        match token {
            TokenKind::EndOfFile => return false,
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                levels.push(1);
                total += 1;
            }
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                if levels.len() > 1 {
                    total -= levels.pop().unwrap_or(0);
                }
                // A call or subscript wraps what stands before it.
                if let Some(level) = levels.last_mut() {
                    *level += 1;
                    total += 1;
                }
            }
            TokenKind::Newline | TokenKind::Semi => {
                levels = vec![0];
                total = 0;
            }
            TokenKind::Comma => {
                if let Some(level) = levels.last_mut() {
                    total -= *level;
                    *level = 0;
                }
            }
            token if token.is_operator() || token.is_keyword() => {
                if let Some(level) = levels.last_mut() {
                    *level += 1;
                    total += 1;
                }
            }
            _ => {}
        }
        if total + blocks > DEEPEST {
            return true;
        }
    }
}
