//! Showing a run as it goes: a tree redrawn in place, lines, or JSON.

use chrono::Utc;
use tdev_core::run::RunEvent;

use crate::console::Console;
use crate::view::Line;
use crate::view::progress::Progress;
use crate::view::tree::{self, Moment};

/// What is on the screen of a run.
pub(super) struct Watch {
    console: Console,
    progress: Progress,
    drawn: usize,
    tick: usize,
}

impl Watch {
    pub(super) fn new(console: Console) -> Self {
        Self {
            console,
            progress: Progress::default(),
            drawn: 0,
            tick: 0,
        }
    }

    pub(super) const fn progress(&self) -> &Progress {
        &self.progress
    }

    pub(super) const fn console(&self) -> Console {
        self.console
    }

    /// Takes in an event; prints it where nothing can be redrawn.
    pub(super) fn tell(&mut self, event: &RunEvent) {
        if self.console.json() {
            self.console.record(event);
            return;
        }
        let changed = self.progress.apply(event);
        if !self.console.live() && self.console.progress() {
            let line = changed
                .and_then(|change| tree::change(&self.progress, &change, self.console.width()));
            self.console.lines(line.as_slice());
        }
    }

    /// Draws the tree over the one before, where it can be redrawn.
    pub(super) fn draw(&mut self) {
        if !self.console.live() {
            return;
        }
        self.tick += 1;
        let lines = self.lines();
        // What does not fit the screen could not be drawn over: the newest lines stay.
        let room = self.console.height().unwrap_or(24).saturating_sub(1).max(1);
        let shown = lines
            .get(lines.len().saturating_sub(room)..)
            .unwrap_or_default();
        self.paint(shown);
    }

    /// Draws the whole tree for the last time.
    pub(super) fn close(&mut self) {
        if self.console.live() {
            let lines = self.lines();
            self.paint(&lines);
        }
        self.leave();
    }

    /// Leaves what is on the screen and goes on below it.
    pub(super) fn leave(&mut self) {
        self.drawn = 0;
    }

    fn lines(&self) -> Vec<Line> {
        // The last column is left free: some terminals wrap there.
        let width = self.console.width().saturating_sub(1);
        tree::lines(
            &self.progress,
            Moment {
                now: Utc::now(),
                tick: self.tick,
                width,
            },
        )
    }

    fn paint(&mut self, lines: &[Line]) {
        // One write between the marks of a synchronised update, so that nothing flickers.
        let mut text = String::from("\x1b[?2026h");
        if self.drawn > 0 {
            text.push_str(&format!("\x1b[{}A\r", self.drawn));
        }
        text.push_str("\x1b[J");
        for line in lines {
            text.push_str(&line.styled());
            text.push('\n');
        }
        text.push_str("\x1b[?2026l");
        self.console.raw(&text);
        self.drawn = lines.len();
    }
}
