//! What one clause wishes for: the deed it asks to be done, and the thing that is to be done to.

use super::action::Action;
use super::clauses::Clause;
use super::verbs::{is_closed, is_verb, stands_as_verb};
use super::words::{ANSWER_VERBS, stems};

/// The deed and the thing of a clause, as stems.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// What is to be done, where the clause opens with verbs that say more than that something is
    /// wanted: "fetch and summarise".
    pub(super) deeds: Vec<Deed>,
    /// What it is to be done to, or what is wanted: the last word of the first group of nouns.
    pub(super) thing: Option<Thing>,
    /// Whether it says what something is about.
    pub(super) topic: bool,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deed {
    /// The verb as it is written.
    pub(super) word: String,
    pub(super) stem: String,
}

/// A group of nouns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thing {
    /// The word that the others describe, as it is written.
    pub(super) word: String,
    pub(super) stem: String,
    /// The same with the word before it, as one: `username`.
    pub(super) joined: Option<String>,
    /// Whether it is spoken of as known: "the recipe".
    pub(super) told: bool,
}

/// Words before a verb that change nothing of what is wanted.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "and", "then", "also", "finally", "lastly", "please", "before", "after", "afterwards", "while",
    "next", "now", "just", "simply", "kindly", "you", "i", "we", "d", "ll", "m", "would", "like",
    "want", "need", "wish", "to", "could", "can", "should", "must", "will", "let", "us", "go",
    "ahead", "try", "trying", "help", "me", "first", "later", "but", "so", "again", "that",
];

/// Verbs that say only that something is wanted or comes about: what it is says the rest.
#[rustfmt::skip]
const LIGHT: &[&str] = &[
    "bring", "build", "calculate", "carry", "change", "collect", "compute", "create", "do",
    "figure", "gather", "generate", "handle", "have", "keep", "let", "make", "name", "perform",
    "pick", "prepare", "process", "produce", "pull", "put", "run", "set", "take", "turn", "use",
    "work",
];

/// Words that open a group of nouns and are no part of what it names.
#[rustfmt::skip]
const OPENING: &[&str] = &[
    "a", "an", "the", "my", "your", "our", "their", "his", "its", "this", "that", "these", "those",
    "some", "all", "any", "each", "every", "both", "only", "just", "one", "two", "three", "four",
    "five", "several", "many", "few", "more", "most", "last", "first", "second", "third", "next",
    "same", "other", "another", "such", "own",
];

/// Particles that belong to the verb before them.
const PARTICLES: &[&str] = &["up", "out", "down", "off", "away", "back", "over"];

/// Words for something told before, or for whom it is done.
#[rustfmt::skip]
const PRONOUNS: &[&str] = &["it", "them", "me", "us", "him", "her", "this", "that", "these", "those"];

/// Nouns that only measure what stands behind "of".
#[rustfmt::skip]
const MEASURES: &[&str] = &["kind", "sort", "piece", "couple", "lot", "bit", "rest", "part", "list", "set", "content", "contents", "number", "all"];

/// Words before what something is about: any word may follow them.
const TOPICS: &[&str] = &["about", "concerning", "regarding"];

/// The stems of a clause that its steps must know of: without a verb that only asks and what
/// something is said to be about. None where nothing but values and small words is left.
pub(super) fn telling(clause: &Clause) -> Vec<String> {
    let words = &clause.words;
    let verb_at = words.iter().position(|(w, _)| *w == clause.verb);
    let topic = |(word, _): &(String, Option<String>)| TOPICS.contains(&word.as_str());
    let until = words.iter().position(topic).unwrap_or(words.len());
    let said = |at: usize, word: &str| at < until && !(Some(at) == verb_at && is_light(word));
    let kept: Vec<(&str, &String)> = words
        .iter()
        .enumerate()
        .filter(|(at, (word, _))| said(*at, word))
        .filter_map(|(_, (word, stem))| Some((word.as_str(), stem.as_ref()?)))
        .collect();
    // Words joined to one, "look up", are in the clause's stems and not among its words.
    let dropped = |stem: &String| {
        words.iter().any(|(_, s)| s.as_ref() == Some(stem)) && !kept.iter().any(|(_, s)| *s == stem)
    };
    let stems: Vec<String> = clause
        .stems
        .iter()
        .filter(|s| !dropped(s))
        .cloned()
        .collect();
    let small = |stem: &String| kept.iter().any(|(w, s)| *s == stem && is_closed(w));
    if stems.iter().all(small) {
        return Vec::new();
    }
    stems
}

/// Whether a verb says only that something is wanted.
fn is_light(verb: &str) -> bool {
    LIGHT.contains(&verb)
        || ANSWER_VERBS.contains(&verb)
        || Action::of_word(verb) == Some(Action::Find)
}

impl Wish {
    /// What a clause wishes for.
    pub(super) fn of(clause: &Clause) -> Self {
        let words: Vec<&str> = clause.words.iter().map(|(w, _)| w.as_str()).collect();
        let lead = |w: &&&str| {
            LEADS.contains(*w) && !PRONOUNS.contains(*w) || matches!(**w, "me" | "us" | "that")
        };
        let topic = words.iter().any(|w| TOPICS.contains(w));
        let none = Self {
            topic,
            ..Self::default()
        };
        let at = words.iter().take_while(lead).count();
        let mut rest = words.get(at..).unwrap_or(&[]);
        let mut deeds = Vec::new();
        loop {
            let [verb, behind @ ..] = rest else {
                return none;
            };
            if !is_verb(verb) && !stands_as_verb(verb, behind) {
                return none;
            }
            let light = is_light(verb);
            let looked = format!("{verb} {}", behind.first().copied().unwrap_or(""));
            if let Some(stem) = stems(&looked).into_iter().next().filter(|_| !light) {
                deeds.push(Deed {
                    word: (*verb).to_owned(),
                    stem,
                });
            }
            // "Fetch and summarise", "sort, then print".
            let joined = behind
                .iter()
                .take_while(|w| matches!(**w, "and" | "then" | "or"))
                .count();
            let next = behind.get(joined..).unwrap_or(&[]);
            rest = next;
            if joined == 0 || !next.first().is_some_and(|w| is_verb(w)) {
                return Self {
                    deeds,
                    topic,
                    thing: thing(behind, clause.literals.is_empty()),
                };
            }
        }
    }
}

/// What stands behind a verb. Where a value stands in its place the value is the thing; where only
/// a word for something told before does, what comes next says where it goes or what it becomes.
fn thing(behind: &[&str], plain: bool) -> Option<Thing> {
    let mut rest = behind;
    while let [first, more @ ..] = rest
        && PARTICLES.contains(first)
    {
        rest = more;
    }
    let mut spoken = false;
    while let [first, more @ ..] = rest
        && PRONOUNS.contains(first)
        && more.first().is_none_or(|next| {
            is_closed(next) || OPENING.contains(next) || *first == "me" || *first == "us"
        })
    {
        spoken = true;
        rest = more;
    }
    if let Some(found) = group(rest) {
        return Some(found);
    }
    if !plain && !spoken {
        return None;
    }
    let [first, more @ ..] = rest else {
        return None;
    };
    is_closed(first).then(|| group(more)).flatten()
}

/// The group of nouns that words open with.
fn group(words: &[&str]) -> Option<Thing> {
    let skipped = words.iter().take_while(|w| OPENING.contains(w)).count();
    let told = words.get(..skipped).unwrap_or(&[]).iter().any(|w| {
        matches!(
            *w,
            "the" | "this" | "that" | "these" | "those" | "its" | "their"
        )
    });
    let words = words.get(skipped..).unwrap_or(&[]);
    let length = words.iter().take_while(|w| !is_closed(w)).count();
    let nouns = words.get(..length).unwrap_or(&[]);
    let behind = words.get(length..).unwrap_or(&[]);
    let (word, before) = nouns.split_last()?;
    if let ["of", more @ ..] = behind
        && MEASURES.contains(word)
        && let Some(found) = group(more)
    {
        return Some(found);
    }
    let stem = stems(word).into_iter().next()?;
    let joined = before
        .last()
        .map(|prior| format!("{}{stem}", stems(prior).concat()));
    Some(Thing {
        word: (*word).to_owned(),
        stem,
        joined,
        told,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::composer::clauses::clauses;

    fn told(goal: &str) -> String {
        let wish = Wish::of(&clauses(goal)[0]);
        let deeds: Vec<String> = wish.deeds.into_iter().map(|d| d.word).collect();
        let thing = wish.thing.map_or_else(|| "-".to_owned(), |t| t.word);
        format!("{} {thing}", deeds.join("+"))
    }

    #[test]
    fn a_wish_is_deeds_and_the_thing_they_are_done_to() {
        assert_eq!(told("Order a pizza"), "order pizza");
        assert_eq!(told("Please restart the mail server"), "restart server");
        assert_eq!(told("Sort out my marriage"), "sort marriage");
        assert_eq!(told("Give me the gist of report.md"), " gist");
        assert_eq!(told("Summarize notes.txt for the board"), "summarize -");
        assert_eq!(told("post it on the moon"), "post moon");
        assert_eq!(told("sing a couple of songs"), "sing songs");
        assert_eq!(told("What is the weather in Oslo?"), " -");
    }
}
