//! Finds the words and phrases a text is about.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::table::json_number;
use super::{BuiltinTool, ToolContext, prose, typed};

pub(super) struct KeywordExtractor;

#[derive(Deserialize)]
struct Input {
    text: String,
    #[serde(default = "ten")]
    limit: usize,
}

const fn ten() -> usize {
    10
}

impl BuiltinTool for KeywordExtractor {
    fn name(&self) -> &'static str {
        "KeywordExtractorTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("keyword_extractor.json")
    }

    fn call(&self, _context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let ranked = rank(&input.text);
        let best: Vec<_> = ranked.into_iter().take(input.limit).collect();
        let keywords: Vec<_> = best.iter().map(|(word, _)| word).collect();
        let scores: Vec<_> = best
            .iter()
            .map(|(word, score)| json!({"keyword": word, "score": json_number(*score)}))
            .collect();
        Ok(json!({"keywords": keywords, "scores": scores}))
    }
}

/// Words by how often they occur, weighted up where they occur early and where they stand in a
/// repeated pair; a repeated pair stands for its words.
fn rank(text: &str) -> Vec<(String, f64)> {
    let mut words: Vec<(String, usize)> = Vec::new();
    let mut pairs: HashMap<(String, String), usize> = HashMap::new();
    let mut first_seen: HashMap<String, usize> = HashMap::new();
    for (at, sentence) in prose::sentences(text).into_iter().enumerate() {
        let found = prose::words(sentence);
        for word in found.iter().filter(|word| prose::is_telling(word)) {
            first_seen.entry(word.clone()).or_insert_with(|| {
                words.push((word.clone(), 0));
                at
            });
        }
        for pair in found.windows(2) {
            if let [a, b] = pair
                && prose::is_telling(a)
                && prose::is_telling(b)
            {
                *pairs.entry((a.clone(), b.clone())).or_default() += 1;
            }
        }
    }
    let all = prose::words(text);
    let counts = prose::frequencies(&all);
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of a text stay far below 2^52"
    )]
    let weight = |count: usize, seen: usize| count as f64 * (1.0 + 1.0 / (1.0 + seen as f64));
    let seen = |word: &str| first_seen.get(word).copied().unwrap_or_default();
    let mut ranked: Vec<(String, f64)> = words
        .iter()
        .map(|(word, _)| {
            (
                word.clone(),
                weight(counts.get(word.as_str()).copied().unwrap_or(0), seen(word)),
            )
        })
        .collect();
    let mut phrases = Vec::new();
    let mut told: HashMap<String, f64> = HashMap::new();
    for ((a, b), count) in pairs.into_iter().filter(|(_, count)| *count > 1) {
        let score = 1.5 * weight(count, seen(&a));
        phrases.push((format!("{a} {b}"), score));
        for word in [a, b] {
            let most = told.entry(word).or_default();
            *most = most.max(score);
        }
    }
    // Words that hardly occur outside of a pair are told by it already.
    ranked.retain(|(word, own)| told.get(word).is_none_or(|pair| own > pair));
    ranked.extend(phrases);
    // Ties go to what comes first in the text.
    let first = |phrase: &str| seen(phrase.split(' ').next().unwrap_or(phrase));
    ranked.sort_by(|(a, x), (b, y)| {
        y.total_cmp(x)
            .then_with(|| first(a).cmp(&first(b)))
            .then_with(|| a.cmp(b))
    });
    ranked
}
