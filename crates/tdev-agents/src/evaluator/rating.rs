//! From points to a verdict: the sum, the letter, and the suggestions in order of what they cost.

use indexmap::IndexMap;
use tdev_core::agent_io::{Evaluation, Remedy, Suggestion};

/// One criterion: what it may give, what it gave, and what would have given more.
#[derive(Debug, Clone)]
pub(super) struct Criterion {
    /// Its name.
    pub(super) name: &'static str,
    /// Most points it can give.
    pub(super) weight: f64,
    /// The share it gave, 0 to 1.
    pub(super) share: f64,
    /// What would raise it.
    pub(super) suggestions: Vec<Suggestion>,
    /// What cost points and no change of the plan mends.
    pub(super) notes: Vec<Suggestion>,
}

impl Criterion {
    /// A criterion that gave this share of its weight.
    pub(super) fn new(name: &'static str, weight: f64, share: f64) -> Self {
        Self {
            name,
            weight,
            share: if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.0
            },
            suggestions: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn points(&self) -> f64 {
        self.weight * self.share
    }

    /// Adds what no change of the plan mends.
    pub(super) fn note(&mut self, step: Option<&str>, message: impl Into<String>) {
        self.notes.push(Suggestion {
            criterion: self.name.to_owned(),
            step: step.map(str::to_owned),
            message: message.into(),
            remedy: None,
        });
    }

    /// Adds a suggestion.
    pub(super) fn suggest(
        &mut self,
        step: Option<&str>,
        message: impl Into<String>,
        remedy: Option<Remedy>,
    ) {
        self.suggestions.push(Suggestion {
            criterion: self.name.to_owned(),
            step: step.map(str::to_owned),
            message: message.into(),
            remedy,
        });
    }
}

/// The verdict over all criteria; `judge` turns the sum into the score.
pub(super) fn verdict(criteria: &[Criterion], judge: impl FnOnce(f64) -> f64) -> Evaluation {
    let sum: f64 = criteria.iter().map(Criterion::points).sum();
    let score = rounded(judge(sum).clamp(0.0, 100.0));
    let mut telling: Vec<&Criterion> = criteria.iter().collect();
    telling.sort_by(|a, b| (b.weight - b.points()).total_cmp(&(a.weight - a.points())));
    let of = |points: fn(&Criterion) -> f64| -> IndexMap<String, f64> {
        criteria
            .iter()
            .map(|c| (c.name.to_owned(), rounded(points(c))))
            .collect()
    };
    Evaluation {
        score,
        rating: letter(score).to_owned(),
        suggestions: telling.iter().flat_map(|c| c.suggestions.clone()).collect(),
        notes: telling.iter().flat_map(|c| c.notes.clone()).collect(),
        criteria: of(Criterion::points),
        most: of(|c| c.weight),
        provenance: None,
    }
}

/// The verdict with points taken away under a criterion that gives none.
pub(super) fn marked_down(
    evaluation: Evaluation,
    criterion: &str,
    points: f64,
    suggestions: Vec<Suggestion>,
) -> Evaluation {
    let score = rounded((evaluation.score - points.max(0.0)).max(0.0));
    let mut marked = Evaluation {
        score,
        rating: letter(score).to_owned(),
        ..evaluation
    };
    marked
        .criteria
        .insert(criterion.to_owned(), rounded(score - evaluation.score));
    marked.most.insert(criterion.to_owned(), 0.0);
    marked.suggestions.splice(0..0, suggestions);
    marked
}

fn rounded(points: f64) -> f64 {
    (points * 100.0).round() / 100.0
}

/// The letter of a score.
fn letter(score: f64) -> &'static str {
    const LETTERS: &[(f64, &str)] = &[
        (97.0, "A+"),
        (93.0, "A"),
        (90.0, "A-"),
        (87.0, "B+"),
        (83.0, "B"),
        (80.0, "B-"),
        (77.0, "C+"),
        (73.0, "C"),
        (70.0, "C-"),
        (60.0, "D"),
    ];
    LETTERS
        .iter()
        .find(|(least, _)| score >= *least)
        .map_or("F", |(_, letter)| letter)
}
