//! Registered components that a classified one resembles, by the words they share.

use std::collections::BTreeMap;

use tdev_core::agent_io::{Classification, Similar};
use tdev_core::component::Component;

use super::words::{component_words, weighted};

/// How much must be shared to be worth mentioning.
const FLOOR: f64 = 0.25;

/// How many are mentioned.
const MOST: usize = 3;

/// The nearest of these, best first. The component itself, in an older version, is left out.
pub(super) fn similar_to<'a>(
    found: &Classification,
    registered: impl IntoIterator<Item = &'a Component>,
) -> Vec<Similar> {
    let fields: Vec<String> = [&found.input_schema, &found.output_schema]
        .into_iter()
        .flat_map(|s| s.fields())
        .map(|f| f.name)
        .collect();
    let own = weighted(&found.name, &found.description, &found.tags, &fields);
    let mut near: Vec<Similar> = registered
        .into_iter()
        .filter(|component| component.name != found.name)
        .map(|component| Similar {
            name: component.name.clone(),
            score: overlap(&own, &component_words(component)),
        })
        .filter(|similar| similar.score >= FLOOR)
        .collect();
    near.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| a.name.cmp(&b.name))
    });
    near.truncate(MOST);
    near
}

/// Shared weight over all weight, 0 to 1.
fn overlap(a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>) -> f64 {
    let shared: f64 = a
        .iter()
        .filter_map(|(word, weight)| b.get(word).map(|other| weight.min(*other)))
        .sum();
    let all: f64 = a.values().sum::<f64>() + b.values().sum::<f64>() - shared;
    if all > 0.0 {
        (shared / all * 1000.0).round() / 1000.0
    } else {
        0.0
    }
}
