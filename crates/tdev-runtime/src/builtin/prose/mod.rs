//! Text as people write it: sentences, words, and the words that carry no meaning of their own.

mod stop_words;

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

pub(crate) use stop_words::is_stop_word;

/// The sentences of a text, trimmed. Headings and list items count as sentences of their own.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    text.split('\n')
        // Unicode's rules know the full stops of Chinese and Japanese, and keep an abbreviation
        // together with the lowercase word after it.
        .flat_map(UnicodeSegmentation::unicode_sentences)
        .map(|sentence| {
            sentence
                .trim()
                .trim_start_matches(['#', '-', '*', '>'])
                .trim_start()
        })
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
        .collect()
}

/// The words of a text in lowercase. Runs of kanji or katakana count as one word.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut run = String::new();
    for piece in text.split_word_bounds() {
        if piece.chars().all(is_ideograph) && !piece.is_empty() {
            run.push_str(piece);
            continue;
        }
        if !run.is_empty() {
            words.push(std::mem::take(&mut run));
        }
        if piece.chars().any(char::is_alphanumeric) {
            words.push(piece.to_lowercase());
        }
    }
    if !run.is_empty() {
        words.push(run);
    }
    words
}

/// Whether a word says something about its text.
pub(super) fn is_telling(word: &str) -> bool {
    let long_enough = word.chars().all(is_ideograph) || word.chars().count() > 2;
    let hiragana = word.chars().all(|c| ('\u{3040}'..='\u{309f}').contains(&c));
    long_enough && !hiragana && !is_stop_word(word) && word.chars().any(char::is_alphabetic)
}

/// How often each telling word occurs.
pub(super) fn frequencies(words: &[String]) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for word in words.iter().filter(|word| is_telling(word)) {
        *counts.entry(word.as_str()).or_default() += 1;
    }
    counts
}

const fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '々')
}
