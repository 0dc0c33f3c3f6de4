//! How much an input is like what members say of themselves: words in common, each worth more the
//! fewer members have it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use tdev_core::component::{Component, bare_name, kebab_case};

use super::router::Chosen;
use crate::builtin::prose::is_stop_word;

/// The member whose words the input has most of; none where it has none, or two have as much.
pub(super) fn most_like(members: &[Arc<Component>], input: &Value) -> Option<Chosen> {
    let mut asked = BTreeSet::new();
    gather(input, &mut asked);
    let known: Vec<BTreeSet<String>> = members.iter().map(|member| words_of(member)).collect();
    let worth = |word: &String| {
        let having = known.iter().filter(|words| words.contains(word)).count();
        if having == 0 {
            0.0
        } else {
            (known.len() as f64 / having as f64).ln()
        }
    };
    let mut scored: Vec<(f64, &Arc<Component>, Vec<&String>)> = members
        .iter()
        .zip(&known)
        .map(|(member, words)| {
            let shared: Vec<&String> = asked
                .intersection(words)
                .filter(|word| worth(word) > 0.0)
                .collect();
            (shared.iter().map(|word| worth(word)).sum(), member, shared)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (score, best, shared) = scored.first()?;
    let second = scored.get(1).map_or(0.0, |(score, _, _)| *score);
    let shared: Vec<&str> = shared.iter().map(|word| word.as_str()).collect();
    (*score > second).then(|| Chosen {
        member: best.name.clone(),
        by: "likeness",
        why: format!("it speaks of {}", shared.join(", ")),
    })
}

fn words_of(member: &Component) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    split(&kebab_case(bare_name(&member.name)), &mut words);
    split(&member.description, &mut words);
    member.tags.iter().for_each(|tag| split(tag, &mut words));
    words
}

/// The words of every text in a value.
fn gather(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => split(text, words),
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, words)),
        _ => {}
    }
}

/// Words that tell something, in lower case, without the `s` of many.
fn split(text: &str, words: &mut BTreeSet<String>) {
    let each = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1);
    let each = each
        .map(str::to_lowercase)
        .filter(|word| !is_stop_word(word));
    words.extend(each.map(|word| match word.strip_suffix('s') {
        Some(one) if one.chars().count() > 2 && !one.ends_with('s') => one.to_owned(),
        _ => word,
    }));
}
