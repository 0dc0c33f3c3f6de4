//! Words of names and descriptions, brought to one form so that they can be compared.

use std::collections::BTreeMap;

use tdev_core::component::{Component, snake_case};

/// Words that say nothing about what a thing does.
const SILENT: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "by",
    "for",
    "from",
    "in",
    "into",
    "is",
    "it",
    "its",
    "of",
    "on",
    "or",
    "that",
    "the",
    "then",
    "this",
    "to",
    "with",
    "which",
    "i",
    "my",
    "me",
    "want",
    "need",
    "please",
    "should",
    "can",
    "will",
    "would",
    "given",
    "using",
    "use",
    "each",
    "every",
    "all",
    "any",
    "some",
    "what",
    "who",
    "whose",
    "where",
    "tool",
    "agent",
    "team",
    "component",
    "you",
    "your",
    "we",
    "us",
    "our",
    "there",
    "not",
    "no",
    "after",
    "before",
    "so",
    "them",
    "their",
    "they",
    "also",
    "if",
    "when",
    "one",
    "out",
    "up",
    "do",
    "does",
    "make",
    "create",
    "build",
    "let",
    "get",
    "have",
    "has",
    "via",
    "onto",
    "per",
    "but",
];

/// The words of a text in order, without those that say nothing.
pub(crate) fn words(text: &str) -> Vec<String> {
    snake_case(text)
        .split('_')
        .filter(|word| !SILENT.contains(word))
        .filter(|word| word.chars().count() > 1 || word.chars().any(char::is_numeric))
        .map(stem)
        .collect()
}

/// Takes off the endings that change a word's form but not its meaning. Crude on purpose: both
/// sides of every comparison go through it.
pub(crate) fn stem(word: &str) -> String {
    let mut word = word.to_owned();
    if !word.is_ascii() {
        return word;
    }
    for (ending, least, instead) in [
        ("ization", 9, "iz"),
        ("isation", 9, "iz"),
        ("ations", 8, "at"),
        ("ation", 7, "at"),
        ("tions", 7, "t"),
        ("tion", 6, "t"),
        ("izers", 8, "iz"),
        ("izer", 7, "iz"),
        ("izing", 8, "iz"),
        ("ized", 7, "iz"),
        ("izes", 7, "iz"),
        ("ize", 6, "iz"),
        ("ators", 8, "at"),
        ("ator", 7, "at"),
        ("ating", 7, "at"),
        ("ated", 6, "at"),
        ("ates", 6, "at"),
        ("ate", 5, "at"),
        ("ings", 7, ""),
        ("ing", 6, ""),
        ("ies", 5, "y"),
        ("ers", 6, ""),
        ("er", 5, ""),
        ("ors", 6, ""),
        ("or", 6, ""),
        ("ed", 5, ""),
        ("es", 5, ""),
        ("s", 4, ""),
        ("e", 4, ""),
    ] {
        if word.len() >= least && word.ends_with(ending) && !(ending == "s" && word.ends_with("ss"))
        {
            word.truncate(word.len() - ending.len());
            word.push_str(instead);
            break;
        }
    }
    // `running` and `runs` meet at `run`.
    let bytes = word.as_bytes();
    if let [.., a, b] = bytes
        && a == b
        && bytes.len() > 3
        && !matches!(b, b'l' | b's' | b'z')
    {
        word.pop();
    }
    word
}

/// The words of a component, each with how much it says: its name most, its fields least.
pub(crate) fn component_words(component: &Component) -> BTreeMap<String, f64> {
    let fields = [&component.input_schema, &component.output_schema]
        .into_iter()
        .flat_map(tdev_core::schema::Schema::fields)
        .map(|field| field.name)
        .collect::<Vec<_>>();
    weighted(
        &component.name,
        &component.description,
        &component.tags,
        &fields,
    )
}

/// The words of something described this way, each with its weight.
pub(crate) fn weighted(
    name: &str,
    description: &str,
    tags: &[String],
    fields: &[String],
) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    let mut add = |text: &str, weight: f64| {
        for word in words(text) {
            let known: &mut f64 = all.entry(word).or_default();
            *known = known.max(weight);
        }
    };
    add(name, 3.0);
    add(description, 2.0);
    for tag in tags {
        add(tag, 2.0);
    }
    for field in fields {
        add(field, 1.0);
    }
    all
}
