//! The one place that prints: results to stdout, everything else to stderr.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use crate::view::Line;

/// Where output goes and how it looks there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    json: bool,
    quiet: bool,
}

impl Console {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json, quiet: false }
    }

    /// With or without progress.
    pub(crate) const fn quiet(self, quiet: bool) -> Self {
        Self { quiet, ..self }
    }

    /// Whether results are for machines.
    pub(crate) const fn json(self) -> bool {
        self.json
    }

    /// Whether progress is wanted at all.
    pub(crate) const fn progress(self) -> bool {
        !self.quiet && !self.json
    }

    /// Whether a tree can be redrawn in place.
    pub(crate) fn live(self) -> bool {
        self.progress()
            && std::io::stderr().is_terminal()
            && AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
    }

    /// Whether somebody is there to answer a question.
    pub(crate) fn interactive(self) -> bool {
        self.progress() && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Columns of the terminal, 80 where there is none.
    pub(crate) fn width(self) -> usize {
        terminal_size::terminal_size_of(std::io::stderr())
            .or_else(|| terminal_size::terminal_size_of(std::io::stdout()))
            .map_or(80, |(width, _)| usize::from(width.0).clamp(40, 120))
    }

    /// Rows of the terminal, where there is one.
    pub(crate) fn height(self) -> Option<usize> {
        terminal_size::terminal_size_of(std::io::stderr()).map(|(_, height)| usize::from(height.0))
    }

    /// Text that is the result, to stdout.
    pub(crate) fn text(self, text: &str) {
        let mut out = anstream::stdout().lock();
        // Whoever closes the pipe has read enough.
        let _closed = out.write_all(text.as_bytes());
        if !text.ends_with('\n') {
            let _closed = out.write_all(b"\n");
        }
        let _closed = out.flush();
    }

    /// Lines that are the result, to stdout.
    pub(crate) fn result(self, lines: &[Line]) {
        if !lines.is_empty() {
            self.text(
                &lines
                    .iter()
                    .map(|line| format!("{}\n", line.styled()))
                    .collect::<String>(),
            );
        }
    }

    /// One JSON document, to stdout, laid out for reading.
    pub(crate) fn value(self, value: &impl Serialize) {
        self.text(&serde_json::to_string_pretty(value).unwrap_or_default());
    }

    /// One line of a stream of JSON, to stdout.
    pub(crate) fn record(self, value: &impl Serialize) {
        self.text(&serde_json::to_string(value).unwrap_or_default());
    }

    /// Lines about what happens, to stderr.
    pub(crate) fn lines(self, lines: &[Line]) {
        self.raw(
            &lines
                .iter()
                .map(|line| format!("{}\n", line.styled()))
                .collect::<String>(),
        );
    }

    /// Lines about what happens, unless they are not wanted.
    pub(crate) fn notes(self, lines: &[Line]) {
        if self.progress() {
            self.lines(lines);
        }
    }

    /// One line about what happens, unless it is not wanted.
    pub(crate) fn note(self, text: impl Into<String>) {
        self.notes(&[Line::plain(text)]);
    }

    /// Text to stderr, control sequences kept where it is a terminal.
    pub(crate) fn raw(self, text: &str) {
        let mut err = anstream::stderr().lock();
        let _closed = err.write_all(text.as_bytes());
        let _closed = err.flush();
    }
}
