//! How well a value suits an input: given values, literals of the goal, and what earlier
//! components give.

use serde_json::{Value, json};
use tdev_core::schema::{Field, Fit, fit};

use super::draft::{Node, Source};
use super::literals::{Kind, Literal};
use super::words::{overlap, stems, tokens};

/// A source for a field, how good it is, and what it consumes.
pub(super) struct Offer {
    pub(super) score: f64,
    pub(super) source: Source,
    pub(super) each: Option<Source>,
    pub(super) literal: Option<(usize, usize)>,
}

/// What a producer could give to a field, item by item where it gives a list.
pub(super) fn outputs_for(
    at: usize,
    producer: &Node,
    consumer: &Node,
    field: &Field,
) -> Vec<Offer> {
    let wanted = stems(&format!("{} {}", field.name, field.description()));
    let looped = producer.each.is_some();
    let mut offers = Vec::new();
    // What may be absent cannot feed what must be there.
    let sure = |required: bool| required || !field.required || field.default().is_some();
    for out in producer
        .component
        .output_schema
        .fields()
        .into_iter()
        .filter(|out| sure(out.required))
    {
        let alike = |name: &str, description: &str, kind: &str| {
            let mut score = 0.15;
            if name == field.name {
                score += 0.6;
            }
            score += 0.4
                * overlap(&stems(name), &wanted).max(overlap(
                    &stems(&field.name),
                    &stems(&format!("{name} {description}")),
                ));
            if kind == field.type_name()
                && !matches!(
                    kind,
                    "string" | "any" | "object" | "array" | "number" | "integer" | "boolean"
                )
            {
                score += 0.3;
            }
            score
        };
        let direct = !matches!(fit(&out.schema, &field.schema), Fit::No(_));
        let score = alike(&out.name, out.description(), out.type_name());
        if direct && !looped {
            offers.push(Offer {
                score,
                source: Source::Output {
                    node: at,
                    field: Some(out.name.clone()),
                },
                each: None,
                literal: None,
            });
        } else if direct {
            let list = Source::Output {
                node: at,
                field: None,
            };
            offers.extend(per_item(
                consumer,
                &list,
                Some(out.name.clone()),
                score - 0.02,
            ));
        } else if looped
            && field
                .schema
                .get("items")
                .is_some_and(|item| !matches!(fit(&out.schema, item), Fit::No(_)))
        {
            offers.push(Offer {
                score,
                source: Source::Output {
                    node: at,
                    field: Some(out.name.clone()),
                },
                each: None,
                literal: None,
            });
        }
        let Some(items) = out.schema.get("items").filter(|_| !looped && !direct) else {
            continue;
        };
        let list = Source::Output {
            node: at,
            field: Some(out.name.clone()),
        };
        if !matches!(fit(items, &field.schema), Fit::No(_)) && items.get("properties").is_none() {
            offers.extend(per_item(consumer, &list, None, score - 0.05));
        }
        for inner in items
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let always = items
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|names| names.iter().any(|n| n == inner.0));
            if sure(always) && !matches!(fit(inner.1, &field.schema), Fit::No(_)) {
                let description = inner
                    .1
                    .get("description")
                    .and_then(Value::as_str)
                    .unwrap_or("");
                let score = alike(inner.0, description, "").max(score - 0.1);
                offers.extend(per_item(
                    consumer,
                    &list,
                    Some(inner.0.clone()),
                    score - 0.05,
                ));
            }
        }
    }
    offers
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

/// How well a literal suits a field, 0 to 1.
pub(super) fn literal_fit(literal: &Literal, field: &Field) -> f64 {
    if matches!(
        fit(&json!({"const": literal.value}), &field.schema),
        Fit::No(_)
    ) {
        return 0.0;
    }
    let kind = field.type_name();
    let words = tokens(&format!("{} {}", field.name, field.description()));
    let says = |names: &[&str]| words.iter().any(|w| names.contains(&w.as_str()));
    match literal.kind {
        Kind::Path if kind == "path" => 0.95,
        Kind::Path
            if kind == "string" && says(&["path", "folder", "directory", "file", "database"]) =>
        {
            0.8
        }
        Kind::Url if kind == "url" || says(&["url", "link", "address"]) => 0.95,
        Kind::Email if kind == "email" || says(&["email", "mail", "recipient", "to"]) => 0.95,
        Kind::Date if matches!(kind, "date" | "datetime") || says(&["date", "day"]) => 0.95,
        Kind::Number if matches!(kind, "number" | "integer") => 0.7,
        Kind::Quoted if kind == "string" => 0.65,
        Kind::Quoted | Kind::Number => 0.0,
        _ if kind == "string" => 0.3,
        _ => 0.0,
    }
}

/// The value of an enumeration that a clause names.
pub(super) fn named_choice(field: &Field, text: &str) -> Option<Value> {
    let words = stems(text);
    field
        .schema
        .get("enum")?
        .as_array()?
        .iter()
        .find(|choice| {
            choice
                .as_str()
                .is_some_and(|c| overlap(&stems(c), &words) >= 1.0)
        })
        .cloned()
}
