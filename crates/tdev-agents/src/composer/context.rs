//! The words around a literal: what it is called, and the preposition it hangs on.

use super::literals::Literal;
use super::words::{stems, tokens};

/// What stands around a literal in its clause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Context {
    /// Stems of the words before it, nearest last, back to the literal before.
    pub(super) before: Vec<String>,
    /// Stems of the words after it.
    pub(super) after: Vec<String>,
    /// The preposition nearest before it, if it is near.
    pub(super) preposition: String,
}

const PREPOSITIONS: &[&str] = &[
    "from", "to", "in", "into", "at", "by", "on", "for", "with", "between", "until", "within",
    "and", "of", "near", "under", "over", "as", "using",
];

impl Context {
    pub(super) fn of(literal: &Literal, all: &[Literal], text: &str) -> Self {
        let apart = |l: &&Literal| !l.overlaps((literal.start, literal.end));
        let from = all
            .iter()
            .filter(apart)
            .filter(|l| l.end <= literal.start)
            .map(|l| l.end)
            .max()
            .unwrap_or(0);
        let to = all
            .iter()
            .filter(apart)
            .filter(|l| l.start >= literal.end)
            .map(|l| l.start)
            .min()
            .unwrap_or(text.len());
        let lead = text.get(from..literal.start).unwrap_or("");
        let trail = text.get(literal.end..to).unwrap_or("");
        // What stands behind a comma belongs to what comes next.
        let trail = trail.split([',', ';', '.']).next().unwrap_or("");
        let trail = [
            " and ", " with ", " for ", " to ", " from ", " of ", " in ", " on ", " at ", " by ",
        ]
        .iter()
        .fold(trail, |trail, mark| trail.split(mark).next().unwrap_or(""));
        let words = tokens(lead);
        let mut preposition = words
            .iter()
            .rev()
            .take(3)
            .find(|w| PREPOSITIONS.contains(&w.as_str()))
            .cloned()
            .unwrap_or_default();
        // "between A and B", "from A to B": the second hangs on the pair.
        if preposition == "and" {
            let pair = text
                .get(..from)
                .unwrap_or("")
                .to_lowercase()
                .contains("between");
            preposition = if pair { "to".to_owned() } else { String::new() };
        } else if preposition == "between" {
            preposition = "from".to_owned();
        }
        let mut before = stems(lead);
        let surplus = before.len().saturating_sub(5);
        before.drain(..surplus);
        let mut after = stems(trail);
        after.truncate(3);
        Self {
            before,
            after,
            preposition,
        }
    }

    /// What a preposition says of the role, 0 to 1.
    pub(super) fn hangs_on(&self, words: &[String]) -> f64 {
        let fits: &[&str] = match self.preposition.as_str() {
            "from" => &[
                "origin", "sourc", "start", "departur", "pickup", "sender", "begin", "from",
            ],
            "to" | "into" | "until" => &[
                "destin", "target", "end", "recipi", "receiv", "until", "return", "dropoff",
                "arriv", "to",
            ],
            "in" | "at" | "near" => &[
                "citi", "locat", "place", "area", "where", "countri", "region", "address",
                "languag", "destin", "town",
            ],
            "by" => &[
                "artist", "author", "director", "creator", "maker", "direct", "writer", "composer",
            ],
            "on" => &["date", "day", "devic", "topic"],
            _ => &[],
        };
        if words.iter().any(|w| fits.contains(&w.as_str())) {
            1.0
        } else {
            0.0
        }
    }
}
