//! A component as retrieval sees it: weighted stems, and one text for the embedding.

use std::collections::BTreeMap;

use tdev_core::component::Component;

use crate::composer::stems;

/// The stems of a component with their weights in tenths, which add up exactly in any order.
pub(super) fn weighted_stems(component: &Component) -> BTreeMap<String, u16> {
    let mut weights: BTreeMap<String, u16> = BTreeMap::new();
    let mut add = |text: &str, tenths: u16| {
        for stem in stems(text) {
            let weight = weights.entry(stem).or_insert(0);
            *weight = weight.saturating_add(tenths);
        }
    };
    add(&component.name, 30);
    add(&component.description, 10);
    component.tags.iter().for_each(|tag| add(tag, 15));
    for field in component.input_schema.fields() {
        add(&field.name, 7);
        add(field.description(), 3);
    }
    for field in component.output_schema.fields() {
        add(&field.name, 12);
        add(field.description(), 5);
    }
    weights
}

/// What of a component is embedded: its name in words, and what it does. Field names were tried
/// and blur it.
pub fn embedded_text(component: &Component) -> String {
    let name = tdev_core::component::snake_case(&component.name).replace('_', " ");
    format!("{name}: {}", component.description)
}
