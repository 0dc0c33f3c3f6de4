//! Shortens a text to its most telling sentences, in their own words and order.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::Result;

use super::{BuiltinTool, ToolContext, prose, typed};

pub(super) struct ExtractiveSummary;

#[derive(Deserialize)]
struct Input {
    text: String,
    #[serde(default = "three")]
    max_sentences: usize,
}

const fn three() -> usize {
    3
}

impl BuiltinTool for ExtractiveSummary {
    fn name(&self) -> &'static str {
        "ExtractiveSummaryTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("extractive_summary.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let sentences: Vec<&str> = prose::sentences(&input.text)
            .into_iter()
            // Headings name a text, they do not tell it.
            .filter(|sentence| sentence.ends_with(['.', '!', '?', '。', '！', '？', '"', '”', '»']))
            .collect();
        let chosen = choose(context, &sentences, input.max_sentences)?;
        let told: Vec<&str> = chosen
            .iter()
            .filter_map(|at| sentences.get(*at).copied())
            .collect();
        let cjk = told
            .iter()
            .all(|sentence| sentence.ends_with(['。', '！', '？']));
        Ok(json!({"summary": told.join(if cjk { "" } else { " " }), "sentences": told}))
    }
}

/// Picks the sentence with the weightiest words, then discounts those words and picks again, so
/// that the second sentence tells something else.
fn choose(context: &ToolContext, sentences: &[&str], most: usize) -> Result<Vec<usize>> {
    let words: Vec<Vec<String>> = sentences
        .iter()
        .map(|sentence| {
            prose::words(sentence)
                .into_iter()
                .filter(|word| prose::is_telling(word))
                .collect()
        })
        .collect();
    let mut weights: HashMap<&str, f64> = HashMap::new();
    for word in words.iter().flatten() {
        *weights.entry(word).or_default() += 1.0;
    }
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < most.min(sentences.len()) {
        context.time_left()?;
        let score = |at: usize, words: &[String]| {
            let sum: f64 = words
                .iter()
                .map(|word| weights.get(word.as_str()).copied().unwrap_or(0.0))
                .sum();
            #[expect(
                clippy::cast_precision_loss,
                reason = "counts of a text stay far below 2^52"
            )]
            let (length, at) = (words.len() as f64, at as f64);
            // Neither the shortest nor the longest sentence wins by its length alone; the opening
            // of a text tells more than its middle.
            sum / (length + 4.0).sqrt() * (1.0 + 0.5 / (1.0 + at))
        };
        let best = words
            .iter()
            .enumerate()
            .filter(|(at, _)| !chosen.contains(at))
            .map(|(at, words)| (at, score(at, words)))
            .max_by(|(a, x), (b, y)| x.total_cmp(y).then_with(|| b.cmp(a)));
        let Some((best, _)) = best else { break };
        for word in words.get(best).into_iter().flatten() {
            if let Some(weight) = weights.get_mut(word.as_str()) {
                *weight *= 0.3;
            }
        }
        chosen.push(best);
    }
    chosen.sort_unstable();
    Ok(chosen)
}
