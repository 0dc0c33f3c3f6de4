//! Cutting a goal into pieces, each one thing that is wanted or told.

use super::clauses::asks_when;
use super::literals::{literals, masked};
use super::verbs::{opens_with_deed_done, opens_with_negation, opens_with_verb};
use super::words::tokens;

/// A part of a goal.
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether it ends its sentence.
    ends: bool,
    /// Whether a colon follows: it says what is meant by what comes next.
    pub(super) frames: bool,
}

/// Cuts at sentence ends, and at commas, "and" and "then" where a verb follows.
pub(super) fn pieces(goal: &str) -> Vec<Piece> {
    let literals = literals(goal);
    let plain = masked(goal, &literals);
    let mut cuts: Vec<usize> = Vec::new();
    let mut inside_condition = false;
    let mut at = 0;
    for word in plain.split_inclusive(|c: char| c.is_whitespace()) {
        let start = at;
        at += word.len();
        let bare = word
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_lowercase();
        let asks = bare == "when" && asks_when(plain.get(at..).unwrap_or(""));
        if matches!(bare.as_str(), "if" | "when" | "unless") && !asks {
            inside_condition = true;
            if start > 0 && starts_clause(plain.get(at..).unwrap_or("")) {
                cuts.push(start);
            }
        } else if matches!(bare.as_str(), "and" | "but" | "then" | "also" | "finally") {
            let rest = plain.get(at..).unwrap_or("");
            let done = bare == "then" && opens_with_deed_done(rest);
            let opens = opens_with_verb(rest) || opens_with_condition(rest) || done;
            if opens && bare != "but" || opens_with_negation(rest) {
                cuts.push(start);
                inside_condition = false;
            }
        } else if is_beside(&bare, plain.get(at..).unwrap_or("")) {
            cuts.push(start);
        }
        let mark = word.trim_end().chars().last().unwrap_or(' ');
        let rest = plain.get(at..).unwrap_or("");
        // "The text: 'so and so'" goes on.
        let value = mark == ':'
            && literals
                .iter()
                .any(|l| l.start + 1 >= at && l.start <= at + 1);
        let comma = matches!(mark, ',' | ':')
            && !value
            && (inside_condition && mark == ','
                || opens_with_verb(rest)
                || opens_with_condition(rest));
        if matches!(mark, ';' | '!' | '?')
            || comma
            || mark == '.' && ends_sentence(word, goal.get(at..).unwrap_or(""))
        {
            cuts.push(at);
            inside_condition = false;
        }
    }
    let mut begin = 0;
    let mut pieces: Vec<Piece> = Vec::new();
    for cut in cuts.into_iter().chain([goal.len()]) {
        if let Some(piece) = goal.get(begin..cut) {
            let ends = piece.trim_end().ends_with(['.', ';', '!', '?']);
            let frames = piece.trim_end().ends_with(':');
            let piece = piece.trim_matches(|c: char| {
                c.is_whitespace() || matches!(c, ',' | ';' | '.' | '!' | '?' | ':')
            });
            if !piece.is_empty() {
                pieces.push(Piece {
                    text: piece.to_owned(),
                    ends,
                    frames,
                });
            }
        }
        begin = cut.max(begin);
    }
    in_time(&mut pieces);
    pieces
}

/// Whether a word opens a clause that goes beside another: "while you wait", "before leaving the
/// house".
fn is_beside(word: &str, rest: &str) -> bool {
    let words = tokens(rest);
    let first = words.first().map_or("", String::as_str);
    let speaks = matches!(first, "i" | "you" | "we" | "they");
    let doing = first.ends_with("ing") && first.len() > 5 && words.len() > 1;
    match word {
        "while" | "whilst" => speaks,
        "before" | "after" => speaks || doing,
        _ => false,
    }
}

/// Puts what is done before into its place: "do this after you have done that".
fn in_time(pieces: &mut [Piece]) {
    let opens = |piece: &str, word: &str| {
        let rest = piece.to_lowercase();
        rest.strip_prefix(word)
            .is_some_and(|rest| is_beside(word, rest))
    };
    let mut begins = true;
    let mut at = 0;
    while at + 1 < pieces.len() {
        let Some([first, second]) = pieces.get(at..at + 2) else {
            break;
        };
        let ends = first.ends;
        let inverted = begins && opens(&first.text, "before") || opens(&second.text, "after");
        if !ends && inverted {
            pieces.swap(at, at + 1);
            at += 1;
        }
        begins = ends;
        at += 1;
    }
}

/// A full stop ends a sentence unless the sentence goes on small, as after an abbreviation.
fn ends_sentence(word: &str, rest: &str) -> bool {
    let word = word.trim_end();
    // "Dr. Wu", "Ms. Ray".
    let title = matches!(
        word.trim_start_matches(|c: char| !c.is_alphanumeric()),
        "Dr." | "Mr." | "Mrs." | "Ms." | "Prof." | "St." | "Mt." | "No."
    );
    if title {
        return false;
    }
    let initials = word.len() > 2 && word.matches('.').count() > 1;
    !initials && !rest.trim_start().starts_with(|c: char| c.is_lowercase())
}

/// "if" in the middle opens a piece of its own when its action comes after a comma.
fn starts_clause(rest: &str) -> bool {
    rest.contains(',')
}

fn opens_with_condition(rest: &str) -> bool {
    tokens(rest)
        .iter()
        .find(|w| !matches!(w.as_str(), "and" | "then" | "also" | "finally"))
        .is_some_and(|word| matches!(word.as_str(), "if" | "when" | "unless"))
}
