//! A line of styled text whose width is known.

use owo_colors::{OwoColorize, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// As it is.
    Plain,
    /// What the eye should find first.
    Strong,
    /// What may be overlooked.
    Faint,
    /// Names and commands.
    Name,
    /// It went well.
    Good,
    /// Worth a look.
    Care,
    /// It went wrong.
    Bad,
}

impl Look {
    fn paint(self) -> Style {
        match self {
            Look::Plain => Style::new(),
            Look::Strong => Style::new().bold(),
            Look::Faint => Style::new().dimmed(),
            Look::Name => Style::new().cyan(),
            Look::Good => Style::new().green(),
            Look::Care => Style::new().yellow(),
            Look::Bad => Style::new().red().bold(),
        }
    }
}

/// One line for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    spans: Vec<(Look, String)>,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new().with(Look::Plain, text)
    }

    /// Adds text. Control characters in it cannot move the cursor: they become spaces.
    #[must_use]
    pub(crate) fn with(mut self, look: Look, text: impl Into<String>) -> Self {
        let text: String = text.into();
        let text = if text.chars().any(char::is_control) {
            text.chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect()
        } else {
            text
        };
        if !text.is_empty() {
            self.spans.push((look, text));
        }
        self
    }

    /// Adds text without looks.
    #[must_use]
    pub(crate) fn and(self, text: impl Into<String>) -> Self {
        self.with(Look::Plain, text)
    }

    /// Adds text and spaces after it up to `width` columns.
    #[must_use]
    pub(crate) fn column(self, look: Look, text: &str, width: usize) -> Self {
        let text = shortened(text, width);
        let room = width.saturating_sub(text.width());
        self.with(look, text).and(" ".repeat(room))
    }

    /// Adds everything of another line.
    #[must_use]
    pub(crate) fn join(mut self, other: Line) -> Self {
        self.spans.extend(other.spans);
        self
    }

    /// Columns it takes.
    pub(crate) fn width(&self) -> usize {
        self.spans.iter().map(|(_, text)| text.width()).sum()
    }

    /// Cut to a width, with `…` where something is missing.
    #[must_use]
    pub(crate) fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut left = width;
        let mut line = Self::new();
        for (look, text) in self.spans {
            if text.width() < left {
                left -= text.width();
                line = line.with(look, text);
            } else {
                // There is more, or this is the last column: either way it ends here.
                line = line.with(look, shortened(&format!("{text}…"), left));
                break;
            }
        }
        line
    }

    /// With what follows pushed to the right edge of `width` columns.
    #[must_use]
    pub(crate) fn right(self, look: Look, text: &str, width: usize) -> Self {
        if text.is_empty() {
            return self.cut(width);
        }
        let room = width.saturating_sub(text.width() + 1);
        let line = self.cut(room);
        let gap = width.saturating_sub(line.width() + text.width());
        line.and(" ".repeat(gap)).with(look, text)
    }

    /// With colours, as terminals understand them.
    pub(crate) fn styled(&self) -> String {
        self.spans
            .iter()
            .map(|(look, text)| match look {
                Look::Plain => text.clone(),
                look => text.style(look.paint()).to_string(),
            })
            .collect()
    }

    /// Without colours.
    #[cfg(test)]
    pub(crate) fn bare(&self) -> String {
        self.spans
            .iter()
            .map(|(_, text)| text.as_str())
            .collect::<String>()
            .trim_end()
            .to_owned()
    }
}

/// Text cut to a width, with `…` where something is missing.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Text in lines of at most `width` columns, broken between words.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_line_is_never_wider_than_asked() {
        let line = Line::plain("one ")
            .with(Look::Good, "two ")
            .and("日本語テキスト");
        for width in 1..30 {
            assert!(line.clone().cut(width).width() <= width, "{width}");
        }
        assert_eq!(line.clone().cut(11).bare(), "one two 日…");
        assert_eq!(line.cut(40).bare(), "one two 日本語テキスト");
    }

    #[test]
    fn control_characters_cannot_reach_the_terminal() {
        assert_eq!(Line::plain("a\x1b[2Jb\nc").bare(), "a [2Jb c");
    }

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrap("the quick brown fox", 10), ["the quick", "brown fox"]);
    }
}
