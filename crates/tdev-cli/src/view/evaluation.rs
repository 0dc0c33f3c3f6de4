//! A score, where its points went, and what would raise it.

use tdev_core::agent_io::Evaluation;

use super::{Line, Look, wrap};

/// How many suggestions are shown.
const MOST: usize = 3;

/// The score in a line, and the first suggestions under it.
pub(crate) fn lines(evaluation: &Evaluation, gate: f64, width: usize) -> Vec<Line> {
    let look = if evaluation.score >= gate {
        Look::Good
    } else {
        Look::Bad
    };
    let mut lines = vec![
        Line::plain("score ")
            .with(
                look,
                format!("{:.0} {}", evaluation.score, evaluation.rating),
            )
            .with(Look::Faint, format!("  gate {gate:.0}")),
    ];
    for suggestion in evaluation.suggestions.iter().take(MOST) {
        let place = suggestion
            .step
            .as_deref()
            .map_or_else(String::new, |step| format!("{step}: "));
        for (at, text) in wrap(
            &format!("{place}{}", suggestion.message),
            width.saturating_sub(4),
        )
        .into_iter()
        .enumerate()
        {
            lines.push(
                Line::new()
                    .with(Look::Care, if at == 0 { "  • " } else { "    " })
                    .and(text),
            );
        }
    }
    let more = evaluation.suggestions.len().saturating_sub(MOST);
    if more > 0 {
        lines.push(Line::new().with(Look::Faint, format!("    and {more} more")));
    }
    for note in evaluation.notes.iter().take(MOST) {
        let place = note
            .step
            .as_deref()
            .map_or_else(String::new, |step| format!("{step}: "));
        for (at, text) in wrap(&format!("{place}{}", note.message), width.saturating_sub(4))
            .into_iter()
            .enumerate()
        {
            let mark = if at == 0 { "  · " } else { "    " };
            lines.push(Line::new().with(Look::Faint, format!("{mark}{text}")));
        }
    }
    lines
}

/// Points of every criterion out of the most it can give, those that lost most first to the eye.
pub(crate) fn criteria(evaluation: &Evaluation) -> Vec<Line> {
    let widest = evaluation
        .criteria
        .keys()
        .map(String::len)
        .max()
        .unwrap_or(0);
    evaluation
        .criteria
        .iter()
        .map(|(name, points)| {
            let most = evaluation.most.get(name).copied().unwrap_or(*points);
            let share = match most {
                most if most > 0.0 => points / most,
                // It only takes away.
                _ if *points < 0.0 => 0.0,
                _ => 1.0,
            };
            let look = match share {
                share if share >= 0.995 => Look::Faint,
                share if share >= 0.5 => Look::Care,
                _ => Look::Bad,
            };
            Line::plain("  ")
                .column(Look::Plain, &name.replace('_', " "), widest)
                .with(look, format!(" {points:>5.1}"))
                .with(Look::Faint, format!(" of {most:>2.0}  "))
                .with(look, bar(share))
        })
        .collect()
}

/// A share as ten cells.
fn bar(share: f64) -> String {
    let full = (0..10)
        .filter(|cell| share * 10.0 >= f64::from(*cell) + 0.5)
        .count();
    format!("{}{}", "█".repeat(full), "░".repeat(10 - full))
}
