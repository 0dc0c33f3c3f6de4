//! A run's progress as lines: a tree to be redrawn, or a line for each change.

use chrono::{DateTime, Utc};

use super::line::shortened;
use super::progress::{Change, Node, Progress, Standing};
use super::{Line, Look};

const TURNING: &[char] = &['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const LABEL: usize = 14;

/// The moment a tree is drawn at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: DateTime<Utc>,
    /// Counts drawings; turns what is under way.
    pub(crate) tick: usize,
    pub(crate) width: usize,
}

/// The whole tree.
pub(crate) fn lines(progress: &Progress, moment: Moment) -> Vec<Line> {
    let mut lines = Vec::new();
    for id in progress.roots() {
        grow(progress, *id, "", "", LABEL, moment, &mut lines);
    }
    lines
}

fn grow(
    progress: &Progress,
    id: usize,
    branch: &str,
    below: &str,
    label: usize,
    moment: Moment,
    lines: &mut Vec<Line>,
) {
    let Some(node) = progress.node(id) else {
        return;
    };
    let (glyph, look) = glyph(node.standing, moment.tick);
    let line = Line::new()
        .with(Look::Faint, branch)
        .with(look, glyph.to_string())
        .and(" ")
        .column(Look::Plain, &node.label, label)
        .and(" ")
        .join(about(progress, id, node));
    lines.push(line.right(Look::Faint, &took(node, moment.now), moment.width));
    // Siblings stand in one column, as wide as the widest of them needs.
    let widths = node
        .children
        .iter()
        .filter_map(|child| progress.node(*child))
        .map(|child| child.label.chars().count());
    let widest = widths.max().unwrap_or(0).clamp(LABEL, 28);
    for (place, child) in node.children.iter().enumerate() {
        let last = place + 1 == node.children.len();
        let (arm, trunk) = if last {
            ("└ ", "  ")
        } else {
            ("├ ", "│ ")
        };
        grow(
            progress,
            *child,
            &format!("{below}{arm}"),
            &format!("{below}{trunk}"),
            widest,
            moment,
            lines,
        );
    }
}

/// The line for a change.
pub(crate) fn change(progress: &Progress, change: &Change, width: usize) -> Option<Line> {
    let node = progress.node(change.node)?;
    let (glyph, look) = glyph(node.standing, 0);
    let mut label = change
        .path
        .iter()
        .map(|around| shortened(around, 24))
        .collect::<Vec<_>>()
        .join(" › ");
    if !label.is_empty() {
        label.push_str(" › ");
    }
    let took = node
        .ended
        .map(|ended| took(node, ended))
        .unwrap_or_default();
    let line = Line::new()
        .with(look, glyph.to_string())
        .and(" ")
        .with(Look::Faint, label)
        .and(format!("{}  ", node.label))
        .join(about(progress, change.node, node));
    Some(line.right(Look::Faint, &took, width))
}

fn glyph(standing: Standing, tick: usize) -> (char, Look) {
    match standing {
        Standing::Running => (
            TURNING.get(tick % TURNING.len()).copied().unwrap_or('·'),
            Look::Name,
        ),
        Standing::Troubled => ('!', Look::Care),
        Standing::Waiting => ('?', Look::Care),
        Standing::Done => ('✓', Look::Good),
        Standing::Skipped => ('–', Look::Faint),
        Standing::Forgiven => ('!', Look::Care),
        Standing::Failed => ('✗', Look::Bad),
    }
}

fn about(progress: &Progress, id: usize, node: &Node) -> Line {
    let mut line = Line::new().with(Look::Faint, node.note.clone());
    let mut say = |look: Look, text: String| {
        let gap = if line.width() == 0 { "" } else { "  " };
        line = std::mem::take(&mut line).and(gap).with(look, text);
    };
    if node.times.0 > 1 {
        say(Look::Plain, format!("{}/{}", node.times.1, node.times.0));
    } else if node.attempts > 1 {
        say(Look::Care, format!("attempt {}", node.attempts));
    }
    match (node.standing, &node.error) {
        (Standing::Skipped, _) => say(Look::Faint, "skipped".into()),
        (Standing::Waiting, _) => say(Look::Care, "waits for an answer".into()),
        (Standing::Troubled, Some(error)) => {
            say(Look::Care, format!("{}: {}", error.code, error.message));
        }
        (Standing::Forgiven, Some(error)) => {
            say(Look::Care, format!("failed, went on: {}", error.message));
        }
        (Standing::Failed, Some(error)) if !progress.explained(id) => {
            say(Look::Bad, format!("{}: {}", error.code, error.message));
        }
        _ => {}
    }
    line
}

fn took(node: &Node, now: DateTime<Utc>) -> String {
    if matches!(node.standing, Standing::Skipped) {
        return String::new();
    }
    let spent = node.ended.unwrap_or(now) - node.started;
    let ms = spent.num_microseconds().map_or(0.0, |us| {
        #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
        let us = us as f64;
        us / 1000.0
    });
    if node.ended.is_none() && ms < 1000.0 {
        String::new()
    } else {
        duration(ms)
    }
}

/// Milliseconds as people say them.
pub(crate) fn duration(ms: f64) -> String {
    match ms {
        ms if ms < 0.0 => "0 ms".to_owned(),
        ms if ms < 9.95 => format!("{ms:.1} ms"),
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms if ms < 59_950.0 => format!("{:.1} s", ms / 1000.0),
        ms => {
            let seconds = (ms / 1000.0).round();
            format!(
                "{:.0} min {:02.0} s",
                (seconds / 60.0).floor(),
                seconds % 60.0
            )
        }
    }
}

#[cfg(test)]
mod tests;
