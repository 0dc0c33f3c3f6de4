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
    lines
}

/// Points per criterion, for those who ask.
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
            Line::plain("  ")
                .column(Look::Faint, name, widest)
                .and(format!(" {points:>5.1}"))
        })
        .collect()
}
