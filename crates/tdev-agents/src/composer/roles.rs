//! How well a literal of the goal suits an input: its kind must, its surroundings should.

use serde_json::{Value, json};

use tdev_core::schema::Field;

use super::context::Context;
use super::literals::{Kind, Literal};
use super::slots::{Role, Shape, Slot};
use super::words::{kinship, stems, tokens};

/// How well a literal suits a field by what both are, 0 to 1.
pub(super) fn suits(literal: &Literal, slot: &Slot) -> f64 {
    let open = slot.shape == Shape::Any && slot.medium.is_none();
    if !open && !slot.takes(&literal.value) {
        // A lone value for a list is a list of one in the making.
        let lone = slot.shape == Shape::List && !matches!(literal.kind, Kind::List | Kind::Name);
        return if lone && slot.field.schema.get("items").is_none() {
            0.25
        } else {
            0.0
        };
    }
    if let Some(medium) = &slot.medium {
        return of_medium(literal, medium);
    }
    match (slot.role, literal.kind) {
        (_, Kind::List) if slot.shape == Shape::List => 0.7,
        (_, Kind::List) if plural(slot) => 0.6,
        (_, Kind::List) => 0.0,
        (Role::Date, Kind::Date)
        | (Role::Url, Kind::Url)
        | (Role::Email, Kind::Email)
        | (Role::Phone, Kind::Phone)
        | (Role::Path, Kind::Path) => 0.95,
        (Role::Time, Kind::Time) => 0.9,
        (Role::Time, Kind::Date)
            if tokens(slot.field.description())
                .iter()
                .any(|w| w == "yyyy" || w == "date") =>
        {
            0.5
        }
        (Role::Number, Kind::Number | Kind::Money) => 0.7,
        (Role::Number, Kind::Percent) => {
            if names_share(slot) {
                0.85
            } else {
                0.45
            }
        }
        (Role::Date | Role::Flag | Role::Time | Role::Number, _) => 0.0,
        (Role::Identifier, Kind::Quoted | Kind::Number | Kind::Phone) => 0.15,
        (Role::Identifier, _) => 0.0,
        (Role::Email | Role::Url | Role::Path, Kind::Quoted) => 0.3,
        (Role::Phone, Kind::Number | Kind::Quoted) => 0.3,
        (Role::Email, _) => 0.0,
        (Role::Open, Kind::Quoted) => 0.6,
        (Role::Open, Kind::Name) => 0.5,
        (Role::Open, Kind::Phone | Kind::Url | Kind::Email | Kind::Path)
            if slot.shape != Shape::Number =>
        {
            0.3
        }
        (Role::Open, Kind::Date | Kind::Time) => 0.05,
        (Role::Open, Kind::Number | Kind::Money | Kind::Percent) if open => 0.3,
        _ => 0.0,
    }
}

/// What a file of that name holds, by its ending; empty where that does not tell.
pub(super) fn held(name: &str) -> &'static str {
    let name = name.to_lowercase();
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "png" | "jpg" | "jpeg" | "gif" | "webp" | "bmp" | "tif" | "tiff" | "svg" | "heic" => {
            "image"
        }
        "wav" | "mp3" | "flac" | "ogg" | "m4a" | "aac" | "wma" => "audio",
        "mp4" | "avi" | "mov" | "mkv" | "webm" | "wmv" => "video",
        "csv" | "tsv" | "xls" | "xlsx" => "table",
        "txt" | "md" => "text",
        "pdf" | "doc" | "docx" | "odt" | "rtf" => "document",
        _ => "",
    }
}

fn of_medium(literal: &Literal, medium: &str) -> f64 {
    let held = held(literal.value.as_str().unwrap_or(""));
    if held == medium {
        0.9
    } else if held.is_empty() && medium == "text" && literal.kind == Kind::Quoted {
        0.5
    } else if medium == "file" && literal.kind == Kind::Path {
        0.6
    } else {
        0.0
    }
}

fn plural(slot: &Slot) -> bool {
    slot.shape == Shape::Any && slot.field.name.ends_with('s') && !slot.field.name.ends_with("ss")
}

/// Whether a number field is a share: a rate, a percentage.
fn names_share(slot: &Slot) -> bool {
    const SHARES: &[&str] = &[
        "rate",
        "percentag",
        "percent",
        "discount",
        "share",
        "ratio",
        "interest",
        "tax",
        "tip",
    ];
    slot.words.iter().any(|w| SHARES.contains(&w.as_str()))
}

/// How well a literal suits a field in its surroundings; at most about 2, 0 where it cannot be.
///
/// `made` says whether some component finds it out, `looks` whether who takes it only looks: what
/// is booked must have been found, what is looked up may be told.
pub(super) fn placed(
    literal: &Literal,
    slot: &Slot,
    context: &Context,
    made: bool,
    looks: &dyn Fn() -> bool,
) -> f64 {
    let base = suits(literal, slot);
    if base <= 0.0 {
        return 0.0;
    }
    let nearest = context
        .before
        .last()
        .into_iter()
        .chain(context.after.first());
    let near = if nearest.into_iter().any(|w| slot.name.contains(w)) {
        0.15
    } else {
        0.0
    };
    // "The column 'total'": right behind its own name nothing else is meant.
    let named = context.before.last().is_some_and(|w| slot.name.contains(w))
        && !matches!(literal.kind, Kind::Name | Kind::List);
    let near = if named && slot.name.len() == 1 {
        0.5
    } else {
        near
    };
    let called =
        kinship(&slot.name, &context.before).max(0.8 * kinship(&slot.name, &context.after));
    // A bare name is no value for what some component finds out, unless it is called that.
    // What goes by a key elsewhere is looked up by its name, unless the goal says it is the key.
    if made && slot.role == Role::Identifier && !context.before.iter().any(|w| w == "id") {
        return 0.0;
    }
    let unquoted = !matches!(literal.kind, Kind::Quoted | Kind::List) && !literal.is_quoted();
    let mut role: Vec<String> = slot.words.clone();
    role.extend(tokens(&slot.field.name));
    let hangs = context.hangs_on(&role);
    if made && slot.role == Role::Open && unquoted && called < 0.99 && !(hangs > 0.0 && looks()) {
        return 0.0;
    }
    // "30 years" is what a term in years wants.
    let unit = context
        .after
        .first()
        .is_some_and(|w| slot.words.contains(w));
    // "The top 5" is what says how many of the top rows are kept.
    let before = context.before.last();
    let counted = !slot.needed() && before.is_some_and(|w| slot.words.contains(w));
    let measured = if literal.kind == Kind::Number && (unit || counted) {
        0.3
    } else {
        0.0
    };
    let told = slot.words.get(slot.name.len()..).unwrap_or(&[]);
    let around: Vec<String> = context
        .before
        .iter()
        .chain(&context.after)
        .cloned()
        .collect();
    let meant = kinship(told, &around);
    let answered = kinship(&around, told);
    // "In Rome" says where: it is no name of a sort of thing.
    let place = matches!(
        context.preposition.as_str(),
        "from" | "to" | "in" | "at" | "near"
    );
    let misplaced = literal.kind == Kind::Name && place && hangs == 0.0 && called == 0.0;
    base + measured
        + 0.5 * called
        + near
        + 0.15 * meant
        + 0.1 * answered
        + if base >= 0.3 { 0.35 * hangs } else { 0.0 }
        - if misplaced { 0.3 } else { 0.0 }
}

/// What can be chosen for a field, each with a word for it, as a stem.
pub(super) fn choices(field: &Field) -> Vec<(String, String)> {
    let listed = field.schema.get("enum").and_then(Value::as_array);
    let named = listed.into_iter().flatten().filter_map(Value::as_str);
    let mut all: Vec<(String, String)> = named
        .filter_map(|choice| Some((choice.to_owned(), stems(choice).into_iter().next()?)))
        .collect();
    if !all.is_empty() {
        all.extend(paraphrases(field.description()));
    }
    all
}

/// The choices of which a description says what they are for, "sum for a total", each with the stem
/// of that word.
fn paraphrases(description: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = description
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty())
        .collect();
    let said = |four: &[&str]| match four {
        [choice, "for", "a" | "an", word] => {
            let stem = stems(word).into_iter().next()?;
            Some(((*choice).to_owned(), stem))
        }
        _ => None,
    };
    words.windows(4).filter_map(said).collect()
}

/// The value of an enumeration or a flag that a clause names.
/// `words` are the stems of all it says.
pub(super) fn named_choice(slot: &Slot, words: &[String]) -> Option<Value> {
    if let Some(choices) = slot.field.schema.get("enum").and_then(Value::as_array) {
        let paraphrased = || {
            let said = paraphrases(slot.field.description());
            let named = |(_, word): &&(String, String)| words.contains(word);
            let choice = said.iter().find(named).map(|(choice, _)| choice)?;
            choices.iter().find(|c| c.as_str() == Some(choice)).cloned()
        };
        return choices
            .iter()
            .find(|choice| {
                choice.as_str().is_some_and(|c| {
                    let wanted = stems(c);
                    let joined = || {
                        words
                            .windows(2)
                            .any(|pair| pair.concat() == wanted.concat())
                    };
                    !wanted.is_empty() && (wanted.iter().all(|w| words.contains(w)) || joined())
                })
            })
            .cloned()
            .or_else(paraphrased);
    }
    let about = stems(slot.field.description());
    let short = slot.role == Role::Flag && (1..=2).contains(&about.len());
    if short && slot.shape == Shape::Flag && about.iter().all(|w| words.contains(w)) {
        return Some(json!(true));
    }
    if slot.role != Role::Flag || slot.field.default().is_some() {
        return None;
    }
    const BARE: &[&str] = &["ha", "includ", "allow", "offer", "serv", "enabl", "is"];
    let telling: Vec<String> = slot
        .name
        .iter()
        .filter(|w| !BARE.contains(&w.as_str()))
        .cloned()
        .collect();
    let named = !telling.is_empty() && kinship(&telling, words) >= 0.99;
    named.then(|| {
        if slot.shape == Shape::Flag {
            json!(true)
        } else {
            json!("True")
        }
    })
}
