//! Kernel ridge regression: how much each past goal has to say about a new one.
//!
//! A prediction is a sum over past plans, each by its vote; near goals that say the same share
//! their vote instead of counting double. The votes are `(K + doubt)⁻¹ k`. Whatever is predicted,
//! components or pairs of them, the same votes serve.

use super::factor::Factor;
use super::lexicon::{Sparse, cosine};
use tdev_core::vector::Vector;

/// How much a past goal is distrusted by itself.
const DOUBT: f32 = 0.4;
/// Up to so many goals all are heard; of more, the nearest only.
pub(super) const EXACT: usize = 3_000;
const NEAREST: usize = 400;
/// The share of likeness that is in what goals mean, where that is known.
const MEANT: f32 = 0.5;

/// A goal as it is compared.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) words: Sparse,
    pub(super) meaning: Option<Vector>,
}

impl Point {
    /// How alike two goals are, at most 1.
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let words = cosine(&self.words, &other.words);
        match (&self.meaning, &other.meaning) {
            // Less than nothing in common stays less: cut off at none, likenesses of many goals
            // contradict each other, and no votes satisfy them all.
            (Some(a), Some(b)) => MEANT * a.cosine(b) + (1.0 - MEANT) * words,
            _ => words,
        }
    }
}

/// Past goals, ready to vote.
pub(super) struct Voters {
    points: Vec<Point>,
    /// How many cases stand behind each.
    counts: Vec<f32>,
    /// All of them against each other, where they are not too many.
    whole: Option<Factor>,
}

/// What past goals say of a goal.
pub(super) struct Votes {
    /// Past goal and vote.
    pub(super) of: Vec<(usize, f32)>,
    /// The nearest past goals and how near they are, the nearest first.
    pub(super) near: Vec<(usize, f32)>,
    /// The sum of votes: near 1 where the goal is much like what is known.
    pub(super) mass: f32,
}

impl Voters {
    pub(super) fn of(points: Vec<Point>, counts: Vec<f32>) -> Self {
        let mut voters = Self {
            whole: None,
            points,
            counts,
        };
        let size = voters.points.len();
        if size <= EXACT {
            let all: Vec<usize> = (0..size).collect();
            voters.whole = Some(voters.factor(&all));
        }
        voters
    }

    /// The goals of these places against each other.
    fn factor(&self, places: &[usize]) -> Factor {
        let mut rows = Vec::with_capacity(places.len() * (places.len() + 1) / 2);
        for (at, a) in places.iter().enumerate() {
            for b in &places[..at] {
                rows.push(self.points[*a].likeness(&self.points[*b]));
            }
            rows.push(self.points[*a].likeness(&self.points[*a]) + DOUBT / self.counts[*a]);
        }
        Factor::of(places.len(), rows)
    }

    /// What is said of a goal; `own` is its own place, which is not heard.
    pub(super) fn ask(&self, goal: &Point, own: Option<usize>) -> Votes {
        let alike: Vec<f32> = self.points.iter().map(|p| p.likeness(goal)).collect();
        let mut near: Vec<(usize, f32)> = alike
            .iter()
            .copied()
            .enumerate()
            .filter(|(at, alike)| Some(*at) != own && *alike > 0.0)
            .collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let of: Vec<(usize, f32)> = match (&self.whole, own) {
            (Some(whole), None) => whole.solve(alike).into_iter().enumerate().collect(),
            // What the others say of one of them stands in the inverse itself.
            (Some(whole), Some(own)) => {
                let mut unit = vec![0.0; self.points.len()];
                unit[own] = 1.0;
                let column = whole.solve(unit);
                let head = column[own];
                let others = column.into_iter().enumerate().filter(|(at, _)| *at != own);
                others.map(|(at, x)| (at, -x / head)).collect()
            }
            (None, _) => {
                let places: Vec<usize> = near.iter().take(NEAREST).map(|(at, _)| *at).collect();
                let wanted = near.iter().take(NEAREST).map(|(_, alike)| *alike).collect();
                let votes = self.factor(&places).solve(wanted);
                places.into_iter().zip(votes).collect()
            }
        };
        near.truncate(30);
        Votes {
            mass: of.iter().map(|(_, vote)| vote).sum(),
            of,
            near,
        }
    }
}
