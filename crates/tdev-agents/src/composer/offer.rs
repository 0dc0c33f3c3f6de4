//! What can be the value of an input: given values and what earlier components give.

use serde_json::Value;
use tdev_core::schema::{Field, Fit, fit};

use super::clauses::Clause;
use super::draft::{Node, Source};
use super::slots::{Role, Shape, Slot};
use super::tool::Tool;
use super::words::{kinship, overlap, stems};

/// A source for a field, how good it is, and what it consumes.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) score: f64,
    pub(super) source: Source,
    pub(super) each: Option<Source>,
    /// The literal taken, as its clause and its span.
    pub(super) literal: Option<(usize, usize, usize)>,
}

impl Offer {
    pub(super) const fn new(score: f64, source: Source) -> Self {
        Self {
            score,
            source,
            each: None,
            literal: None,
        }
    }
}

/// One who gives, in a plan.
pub(super) struct Giver<'a> {
    pub(super) at: usize,
    pub(super) node: &'a Node,
    pub(super) tool: &'a Tool,
    /// It is the step just before.
    pub(super) last: bool,
}

/// What a producer could give to a field, item by item where it gives a list.
pub(super) fn outputs_for(
    giver: &Giver,
    consumer: &Node,
    slot: &Slot,
    clause: Option<&Clause>,
) -> Vec<Offer> {
    let at = giver.at;
    let looped = giver.node.each.is_some();
    let field = &slot.field;
    let mut offers = Vec::new();
    // What may be absent cannot feed what must be there.
    let sure = |required: bool| required || !field.required || field.default().is_some();
    for out in giver
        .tool
        .outputs
        .iter()
        .filter(|out| sure(out.field.required))
    {
        let score = likeness(giver, out, slot, clause);
        // Of two fields known by name alone, the names must say that one is the other.
        if !out.plays(slot) || out.is_bare() && score < 0.3 {
            continue;
        }
        // What counts something is filled by what is called alike, not by what it counts.
        let shared = out.telling().iter().any(|w| slot.name.contains(w));
        if slot.counts() && out.role != Role::Number && out.is_bare() && !shared {
            continue;
        }
        let direct = out.goes_into(slot);
        let whole = |field: Option<String>| Source::Output { node: at, field };
        if direct && !looped {
            offers.push(Offer::new(score, whole(Some(out.field.name.clone()))));
        } else if direct {
            offers.extend(per_item(
                consumer,
                &whole(None),
                Some(out.field.name.clone()),
                score - 0.02,
            ));
        } else if looped
            && field
                .schema
                .get("items")
                .is_some_and(|item| !matches!(fit(&out.field.schema, item), Fit::No(_)))
        {
            offers.push(Offer::new(score, whole(Some(out.field.name.clone()))));
        }
        if direct || looped {
            continue;
        }
        let list = whole(Some(out.field.name.clone()));
        let Some(items) = out.field.schema.get("items") else {
            // A list of what nobody says may hold what is wanted.
            if out.shape == Shape::List && !matches!(slot.shape, Shape::List | Shape::Flag) {
                offers.extend(per_item(consumer, &list, None, score - 0.1));
            }
            continue;
        };
        if out.item_goes_into(slot) && items.get("properties").is_none() {
            offers.extend(per_item(consumer, &list, None, score - 0.05));
        }
        offers.extend(
            members(items, slot)
                .into_iter()
                .filter(|(_, always, _)| sure(*always))
                .filter_map(|(name, _, alike)| {
                    per_item(consumer, &list, Some(name), alike.max(score - 0.1) - 0.05)
                }),
        );
    }
    offers
}

/// The fields of the items of a list that suit a slot: name, whether always there, likeness.
fn members(items: &Value, slot: &Slot) -> Vec<(String, bool, f64)> {
    let required = items.get("required").and_then(Value::as_array);
    items
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(_, schema)| !matches!(fit(schema, &slot.field.schema), Fit::No(_)))
        .map(|(name, schema)| {
            let always = required.is_some_and(|names| names.iter().any(|n| n == name));
            let about = schema
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or("");
            let same = if *name == slot.field.name { 0.6 } else { 0.0 };
            let words = overlap(&stems(name), &slot.words)
                .max(overlap(&slot.name, &stems(&format!("{name} {about}"))));
            (name.clone(), always, 0.15 + same + 0.4 * words)
        })
        .collect()
}

/// How likely an output is what an input wants: by name, by what the clause mentions, by "it".
pub(super) fn likeness(giver: &Giver, out: &Slot, slot: &Slot, clause: Option<&Clause>) -> f64 {
    let mut score = 0.1;
    let same = out.field.name == slot.field.name;
    if same {
        score += 0.65;
    }
    score += 0.4 * overlap(out.telling(), &slot.words).max(overlap(slot.telling(), &out.words));
    if out.medium.is_some() && out.medium == slot.medium {
        score += 0.25;
    }
    let kind = out.field.type_name();
    if kind == slot.field.type_name()
        && !matches!(
            kind,
            "string" | "any" | "object" | "array" | "number" | "integer" | "boolean"
        )
    {
        score += 0.3;
    }
    if let Some(clause) = clause {
        score += 0.35 * kinship(out.telling(), &clause.stems);
        let spoken = |slot: &Slot| {
            let telling = slot.telling();
            !telling.is_empty() && kinship(telling, &clause.stems) >= 0.7
        };
        if spoken(out) && spoken(slot) {
            score += 0.3;
        }
        if clause.refers && giver.last {
            score += 0.25;
        }
        score += meant(giver, out, slot, clause);
    }
    // What only passes through a component is better taken where it comes from.
    if !giver.tool.is_fresh(out) {
        let bound = giver
            .node
            .bindings
            .iter()
            .any(|b| b.field == out.field.name);
        score *= if !same {
            0.3
        } else if bound {
            0.55
        } else {
            0.4
        };
    }
    score
}

/// What a clause names or calls "it" goes where text goes, not into a title or a setting.
fn meant(giver: &Giver, out: &Slot, slot: &Slot, clause: &Clause) -> f64 {
    let text = |slot: &Slot| slot.shape == Shape::Text && slot.role == Role::Open;
    if !text(out) || !text(slot) {
        return 0.0;
    }
    let is_named = |out: &Slot| {
        let telling = out.telling();
        !telling.is_empty() && kinship(telling, &clause.stems) >= 0.7
    };
    // "Its words" are those of what was worked on, not of what came out.
    let own = clause.words.iter().any(|(word, _)| word == "its");
    let it = clause.refers && giver.last && !own;
    let first = || {
        let mut texts = giver.tool.outputs.iter().filter(|o| text(o));
        texts.next().is_some_and(|o| o.field.name == out.field.name)
    };
    let told = slot.is_for_text();
    if told && out.field.name != slot.field.name && (is_named(out) || it && first()) {
        0.8
    } else if !told
        && !slot.field.description().is_empty()
        && (it || giver.tool.outputs.iter().any(is_named))
    {
        -0.3
    } else {
        0.0
    }
}

/// A node loops over one list only.
fn per_item(consumer: &Node, list: &Source, field: Option<String>, score: f64) -> Option<Offer> {
    let free = consumer.each.as_ref().is_none_or(|each| each == list);
    free.then(|| Offer {
        score,
        source: Source::Item(field),
        each: Some(list.clone()),
        literal: None,
    })
}

/// How well a given value, known or only typed, suits a field, 0 to 1.
pub(super) fn given_fit(name: &str, schema: &Value, field: &Field) -> f64 {
    if matches!(fit(schema, &field.schema), Fit::No(_)) {
        return 0.0;
    }
    if name == field.name {
        return 1.0;
    }
    let is_file = schema
        .get("x-tdev-type")
        .is_some_and(|t| t == "image" || t == "file")
        || schema
            .get("const")
            .is_some_and(|value| value.get("artifact").is_some());
    if is_file {
        return if matches!(field.type_name(), "image" | "file") {
            0.8
        } else {
            0.0
        };
    }
    let shared = overlap(
        &stems(name),
        &stems(&format!("{} {}", field.name, field.description())),
    );
    if shared > 0.0 {
        0.4 + 0.4 * shared
    } else {
        0.0
    }
}
