//! Cutting a goal into clauses, each one intent.

use tdev_core::vector::Vector;

use super::action::Action;
use super::context::Context;
use super::literals::{Literal, literals, masked};
use super::pieces::pieces;
use super::verbs::{is_verb, opens_with_negation, verb_of};
use super::words::{ANSWER_VERBS, stems, tokens};

/// One intent of a goal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clause {
    /// Its words as written, without its condition.
    pub(super) text: String,
    /// Stems of its words that carry meaning, literals left out.
    pub(super) stems: Vec<String>,
    /// Its literals.
    pub(super) literals: Vec<Literal>,
    /// What stands around each of them.
    pub(super) contexts: Vec<Context>,
    /// Stems of all that is said, literals too.
    pub(super) said: Vec<String>,
    /// Every word but those of literals that are no names, with its stem where it carries meaning.
    pub(super) words: Vec<(String, Option<String>)>,
    /// Where among these words something is called by its own name: from, to.
    pub(super) names: Vec<(usize, usize)>,
    /// What must hold for it, as written after `if`.
    pub(super) condition: Option<String>,
    /// Whether it asks for an answer rather than for work.
    pub(super) answer: bool,
    /// Its first verb, lowercase; empty where it has none.
    pub(super) verb: String,
    /// Whether it speaks of what came before: "it", "the result", "the converted amount".
    pub(super) refers: bool,
    /// Whether it speaks of what is the speaker's own: "my playlist", "the albums I saved".
    pub(super) own: bool,
    /// Whether it tells what is there rather than what is wanted: "I have a recording".
    pub(super) states: bool,
    /// Whether it says what must not be done.
    pub(super) forbids: bool,
    /// Whether it wants something new to come about.
    pub(super) brings: bool,
    /// What it means, where a model has read it.
    pub(super) meaning: Option<Vector>,
}

impl Clause {
    /// What it asks, without the values it asks it of.
    pub(super) fn asked(&self) -> String {
        let plain = masked(&self.text, &self.literals);
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The clauses of a goal in their order.
pub(super) fn clauses(goal: &str) -> Vec<Clause> {
    let mut pending: Option<String> = None;
    let mut found = Vec::new();
    for piece in pieces(goal) {
        let (text, condition) = split_condition(&piece.text);
        if text.trim().is_empty() {
            // "if there are more than 3 files," stands before what it conditions.
            pending = condition;
            continue;
        }
        if let Some(mut clause) = clause(&text, condition.or_else(|| pending.take())) {
            clause.states |= piece.frames;
            found.push(clause);
        }
    }
    found
}

/// One clause of a text; none where it says nothing.
pub(super) fn clause(text: &str, condition: Option<String>) -> Option<Clause> {
    let literals = literals(text);
    let plain = masked(text, &literals);
    let words = tokens(&plain);
    let answer = words
        .iter()
        .find(|w| is_verb(w))
        .is_some_and(|w| ANSWER_VERBS.contains(&w.as_str()));
    let mut stems = stems(&plain);
    if answer {
        let verbs: Vec<String> = ANSWER_VERBS
            .iter()
            .flat_map(|v| super::words::stems(v))
            .collect();
        stems.retain(|s| !verbs.contains(s));
    }
    let verb = words
        .iter()
        .take(1)
        .find(|w| ASKING.contains(&w.as_str()))
        .or_else(|| verb_of(&words))
        .cloned()
        .unwrap_or_default();
    let after = words.iter().position(|w| *w == verb).map_or(0, |at| at + 1);
    (!stems.is_empty() || !literals.is_empty()).then(|| Clause {
        forbids: opens_with_negation(text),
        contexts: literals
            .iter()
            .map(|l| Context::of(l, &literals, text))
            .collect(),
        said: super::words::stems(text),
        names: literals
            .iter()
            .filter(|l| l.is_name())
            .map(|l| {
                let until = |end| tokens(plain.get(..end).unwrap_or("")).len();
                (until(l.start), until(l.end))
            })
            .collect(),
        words: words
            .iter()
            .map(|w| (w.clone(), super::words::stems(w).into_iter().next()))
            .collect(),
        brings: Action::brings(&verb, words.get(after..).unwrap_or(&[])),
        text: text.trim().to_owned(),
        stems,
        literals,
        condition,
        answer,
        verb,
        own: words
            .iter()
            .any(|w| matches!(w.as_str(), "my" | "mine" | "i")),
        states: states(&words),
        refers: words.iter().any(|w| REFERRING.contains(&w.as_str())),
        meaning: None,
    })
}

/// Whether words tell what is there: they open with who speaks or what is the speaker's, and wish
/// for nothing.
fn states(words: &[String]) -> bool {
    const SPEAKING: &[&str] = &["i", "we", "there", "here", "my", "our", "given"];
    #[rustfmt::skip]
    const WISHING: &[&str] = &[
        "want", "need", "like", "wish", "would", "d", "must", "should", "love", "hope", "trying",
        "please", "ll", "will", "going", "looking", "can", "could", "let",
    ];
    let opens = words
        .first()
        .is_some_and(|w| SPEAKING.contains(&w.as_str()));
    opens && !words.iter().any(|w| WISHING.contains(&w.as_str()))
}

/// Words that open a question.
const ASKING: &[&str] = &["what", "which", "who", "whose", "where", "when", "how"];

/// Words that stand for what an earlier step gave.
#[rustfmt::skip]
const REFERRING: &[&str] = &[
    "it", "its", "them", "that", "this", "these", "those", "result", "results", "resulting",
    "same", "both",
];

/// The work and the condition of a piece.
fn split_condition(piece: &str) -> (String, Option<String>) {
    let lower = piece.to_lowercase();
    for word in ["unless", "if", "when"] {
        // A capital inside a sentence belongs to a name.
        let opening = lower.starts_with(word);
        let Some(at) = find_word(if opening { &lower } else { piece }, word) else {
            continue;
        };
        let before = piece.get(..at).unwrap_or("").trim();
        let after = piece.get(at + word.len()..).unwrap_or("").trim();
        if word == "when" && opening && asks_when(after) {
            continue;
        }
        let negate = if word == "unless" { "not " } else { "" };
        let before = before.trim_end_matches(',').trim();
        let connective = tokens(before)
            .iter()
            .all(|w| matches!(w.as_str(), "and" | "then" | "also" | "finally"));
        let work = if connective {
            String::new()
        } else {
            before.to_owned()
        };
        // "if X then Y" has both in one piece.
        if work.is_empty()
            && let Some(then) = find_word(&after.to_lowercase(), "then")
        {
            let condition = after.get(..then).unwrap_or("").trim().to_owned();
            return (
                after.get(then + 4..).unwrap_or("").trim().to_owned(),
                Some(format!("{negate}{condition}")),
            );
        }
        return (work, Some(format!("{negate}{after}")));
    }
    (piece.to_owned(), None)
}

/// Whether what follows "when" makes it a question: "when was Rome founded".
pub(super) fn asks_when(after: &str) -> bool {
    let auxiliary = |w: &String| {
        matches!(
            w.as_str(),
            "is" | "are" | "was" | "were" | "do" | "does" | "did" | "will" | "has" | "have" | "can"
        )
    };
    tokens(after).first().is_some_and(auxiliary)
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = at
            .checked_sub(1)
            .and_then(|i| text.as_bytes().get(i))
            .is_none_or(|b| !b.is_ascii_alphanumeric());
        let after = text
            .as_bytes()
            .get(at + word.len())
            .is_none_or(|b| !b.is_ascii_alphanumeric());
        before && after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(goal: &str) -> Vec<String> {
        clauses(goal)
            .into_iter()
            .map(|c| match c.condition {
                Some(condition) => format!("{} [if {condition}]", c.text),
                None => c.text,
            })
            .collect()
    }

    #[test]
    fn a_goal_is_cut_where_a_new_intent_begins() {
        assert_eq!(
            cut("Scan the QR image and return the associated username"),
            ["Scan the QR image", "and return the associated username"]
        );
        assert_eq!(
            cut("Read the red and blue file, then count words. Send it to a@b.org"),
            [
                "Read the red and blue file",
                "then count words",
                "Send it to a@b.org"
            ]
        );
    }

    #[test]
    fn a_condition_belongs_to_the_work_beside_it() {
        assert_eq!(
            cut("List the files in a/b, and if there are more than 3 files, summarize each text"),
            [
                "List the files in a/b",
                "summarize each text [if there are more than 3 files]"
            ]
        );
        assert_eq!(
            cut("Translate the text if the language is not English"),
            ["Translate the text [if the language is not English]"]
        );
    }
}
