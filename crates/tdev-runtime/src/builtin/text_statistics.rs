//! Counts what a text is made of, and how long it takes to read.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;
use unicode_segmentation::UnicodeSegmentation;

use super::table::json_number;
use super::{BuiltinTool, ToolContext, prose, typed};

/// A common pace of silent reading.
const WORDS_A_MINUTE: f64 = 230.0;

pub(super) struct TextStatistics;

#[derive(Deserialize)]
struct Input {
    text: String,
}

impl BuiltinTool for TextStatistics {
    fn name(&self) -> &'static str {
        "TextStatisticsTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("text_statistics.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let Input { text } = typed(input)?;
        let words = prose::words(&text);
        let sentences = prose::sentences(&text).len();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        let paragraphs = text
            .split("\n\n")
            .filter(|part| !part.trim().is_empty())
            .count();
        Ok(json!({
            "words": words.len(),
            "sentences": sentences,
            "characters": text.graphemes(true).count(),
            "lines": text.lines().count(),
            "paragraphs": paragraphs,
            "average_word_length": tenths(ratio(letters, words.len())),
            "average_sentence_length": tenths(ratio(words.len(), sentences)),
            "reading_minutes": tenths(ratio(words.len(), 1) / WORDS_A_MINUTE),
        }))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a text stay far below 2^52"
)]
fn ratio(a: usize, b: usize) -> f64 {
    if b == 0 { 0.0 } else { a as f64 / b as f64 }
}

fn tenths(number: f64) -> Value {
    json_number((number * 10.0).round() / 10.0)
}
