//! Names for agents: what the first component is about, and what the last one does.

use tdev_core::component::{Kind, kebab_case};

use crate::composer::Draft;

/// What something that ends a row of tools makes of it, as one word for the doer.
const DOERS: &[(&str, &str)] = &[
    ("lookup", "Resolver"),
    ("finder", "Finder"),
    ("search", "Finder"),
    ("query", "Finder"),
    ("summary", "Summarizer"),
    ("summarizer", "Summarizer"),
    ("statistics", "Analyzer"),
    ("diff", "Comparer"),
    ("hash", "Hasher"),
    ("render", "Renderer"),
    ("arithmetic", "Calculator"),
    ("text", "Reader"),
    ("filter", "Filter"),
    ("sort", "Sorter"),
    ("group", "Grouper"),
    ("extract", "Extractor"),
    ("fetch", "Fetcher"),
];

const ROLES: &[&str] = &[
    "reader",
    "writer",
    "extractor",
    "fetch",
    "render",
    "sender",
    "lister",
    "detector",
    "converter",
    "query",
];

/// `QrCodeReaderTool` then `UserLookupTool` → `QrCodeResolverAgent`.
pub(super) fn derive(draft: &Draft) -> String {
    let words = |at: usize| -> Vec<String> {
        let name = draft
            .nodes
            .get(at)
            .map_or("", |n| n.component.name.as_str());
        kebab_case(name)
            .split('-')
            .filter(|w| !matches!(*w, "tool" | "agent" | "team"))
            .map(str::to_owned)
            .collect()
    };
    let first = words(0);
    let last = words(draft.nodes.len().saturating_sub(1));
    let subject: Vec<&String> = match first.as_slice() {
        [subject @ .., role] if !subject.is_empty() && ROLES.contains(&role.as_str()) => {
            subject.iter().collect()
        }
        all => all.iter().collect(),
    };
    let role = last.last().map_or("agent", String::as_str);
    let doer = DOERS
        .iter()
        .find(|(word, _)| *word == role)
        .map_or_else(|| capital(role), |(_, doer)| (*doer).to_owned());
    let subject: String = subject.iter().map(|w| capital(w)).collect();
    format!("{subject}{doer}Agent")
}

/// What a goal is about: `count the words of a text` → `CountWordsText`.
pub(super) fn of_goal(goal: &str) -> String {
    let words: Vec<String> = crate::composer::keywords(goal)
        .iter()
        .filter(|word| word.chars().all(|c| c.is_ascii_alphanumeric()))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
        .take(3)
        .map(|word| capital(word))
        .collect();
    if words.is_empty() {
        "Generated".to_owned()
    } else {
        words.concat()
    }
}

/// A stem with its kind behind it, short enough to be a name.
pub(super) fn with_kind(stem: &str, kind: Kind) -> String {
    let kind = if kind == Kind::Tool { "Tool" } else { "Agent" };
    let plain: String = stem
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(50)
        .collect();
    let stem = plain.strip_suffix(kind).unwrap_or(&plain);
    let lead = if stem.starts_with(|c: char| c.is_ascii_uppercase()) {
        ""
    } else {
        "The"
    };
    format!("{lead}{stem}{kind}")
}

/// The name, or the name with the first number that makes it free.
pub(super) fn free(name: &str, taken: &[String]) -> String {
    if !taken.iter().any(|t| t == name) {
        return name.to_owned();
    }
    let kind = if name.ends_with("Tool") {
        "Tool"
    } else {
        "Agent"
    };
    let stem = name.strip_suffix(kind).unwrap_or(name);
    (2..)
        .map(|n| format!("{stem}{n}{kind}"))
        .find(|candidate| !taken.contains(candidate))
        .unwrap_or_else(|| name.to_owned())
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
