//! Words as the composer compares them: identifiers split, stopwords dropped, stems kept.

use rust_stemmers::{Algorithm, Stemmer};
use tdev_core::component::snake_case;

#[rustfmt::skip]
const STOPWORDS: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "it", "its", "of", "to", "in", "on", "at",
    "by", "for", "from", "with", "as", "is", "are", "be", "was", "were", "and", "or", "then",
    "also", "finally", "each", "every", "all", "any", "my", "me", "i", "you", "your", "we", "our",
    "their", "them", "they", "please", "there", "which", "who", "what", "how", "do", "does", "so",
    "if", "when", "unless", "into", "using", "use", "than", "more", "less", "most", "least", "given", "behind",
    "about", "up", "out", "down", "off", "over", "under", "between", "one", "agent", "tool",
    "team", "associated", "corresponding", "result", "based", "first", "second", "third", "now",
    "want", "need", "would", "like", "could", "can", "just", "simply", "kindly",
];

/// Verbs that ask for an answer rather than for work.
pub(super) const ANSWER_VERBS: &[&str] = &[
    "return",
    "give",
    "show",
    "tell",
    "print",
    "output",
    "report",
    "display",
    "provide",
    "get",
    "find",
    "determine",
    "identify",
];

/// The lowercase words of a text, identifiers split at case and punctuation.
pub(super) fn tokens(text: &str) -> Vec<String> {
    snake_case(text)
        .split('_')
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words that carry meaning as they are written, each once.
pub(crate) fn keywords(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in joined(tokens(text)) {
        let telling = word.len() > 1
            && !STOPWORDS.contains(&word.as_str())
            && !ANSWER_VERBS.contains(&word.as_str());
        if telling && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// Words that carry meaning, as stems, in order, repeats kept.
pub(crate) fn stems(text: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    joined(tokens(text))
        .into_iter()
        .filter(|word| !STOPWORDS.contains(&word.as_str()))
        .map(|word| stem_with(&stemmer, &word))
        .collect()
}

/// "Look up" and its like are one word where they name something; so is "e-mail".
fn joined(words: Vec<String>) -> Vec<String> {
    const PHRASES: &[(&str, &str)] = &[
        ("e", "mail"),
        ("look", "up"),
        ("set", "up"),
        ("back", "up"),
        ("clean", "up"),
        ("log", "in"),
    ];
    let mut all: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match all.last_mut() {
            Some(last) if PHRASES.contains(&(last.as_str(), word.as_str())) => last.push_str(&word),
            _ => all.push(word),
        }
    }
    all
}

fn stem_with(stemmer: &Stemmer, word: &str) -> String {
    let stem = stemmer.stem(word).into_owned();
    // What a reader, writer or extractor does is reading, writing, extracting.
    for ending in ["er", "or"] {
        if let Some(root) = stem.strip_suffix(ending)
            && root.len() >= 4
        {
            return stemmer.stem(root).into_owned();
        }
    }
    stem
}

/// Whether two stems are of one family: `define` and `definition`, `analyse` and `analysis`.
pub(super) fn related(a: &str, b: &str) -> bool {
    let shared = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let (left, right) = (a.len() - shared, b.len() - shared);
    shared >= 4
        && (left.min(right) == 0 && left.max(right) <= 3
            || shared >= 6 && left <= 2 && right <= 2
            || shared >= 5
                && left <= 2
                && right <= 2
                && [a, b].iter().any(|w| {
                    w.as_bytes()
                        .get(shared)
                        .is_some_and(|c| matches!(c, b'z' | b's'))
                }))
}

/// How much of `wanted` is found in `offered`, relatives too, 0 to 1.
pub(super) fn kinship(wanted: &[String], offered: &[String]) -> f64 {
    if wanted.is_empty() {
        return 0.0;
    }
    let met: f64 = wanted
        .iter()
        .map(|w| {
            if offered.contains(w) {
                1.0
            } else if offered.iter().any(|o| related(w, o)) {
                0.7
            } else {
                0.0
            }
        })
        .sum();
    met / wanted.len() as f64
}

/// How much of `wanted` is found in `offered`, 0 to 1.
pub(super) fn overlap(wanted: &[String], offered: &[String]) -> f64 {
    if wanted.is_empty() {
        return 0.0;
    }
    let found = wanted.iter().filter(|w| offered.contains(w)).count();
    found as f64 / wanted.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_and_the_wish_for_it_meet_in_their_stems() {
        assert!(stems("QrCodeReaderTool").contains(&"read".to_owned()));
        assert_eq!(
            stems("extract the keywords"),
            stems("KeywordExtractor")
                .into_iter()
                .rev()
                .collect::<Vec<_>>()
        );
    }
}
