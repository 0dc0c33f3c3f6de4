//! Cutting a clause further where what it lists is done by different components: "book a ferry, a
//! pitch and a table" is three wishes with one verb.

use tdev_core::vector::Vector;

use super::clauses::{Clause, clause};
use super::library::{Library, Term};
use super::literals::{Kind, masked};
use super::slots::Slot;
use super::tool::Tool;
use super::words::kinship;

/// How much better another component must suit a part than the one that suits what stands before.
const APART: f64 = 0.5;
/// What that component must at least account for of the part.
const OWN: f64 = 0.5;
/// What the other may account for of it at most.
const SHARED: f64 = 0.34;
/// As near as this it is meant, whatever the words.
const MEANT: f64 = 0.42;

/// The parts that a clause lists; none where it lists nothing.
pub(super) fn parts(whole: &Clause) -> Vec<Clause> {
    let cuts = cuts(whole);
    if cuts.is_empty() || whole.forbids {
        return Vec::new();
    }
    let ends = cuts.iter().copied().chain([whole.text.len()]);
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let texts = starts
        .zip(ends)
        .filter_map(|(from, to)| whole.text.get(from..to));
    let mut parts: Vec<Clause> = Vec::new();
    for text in texts {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == ',');
        match clause(text, whole.condition.clone()) {
            Some(mut part) if !part.stems.is_empty() => {
                if part.verb.is_empty() {
                    part.verb.clone_from(&whole.verb);
                }
                part.own |= whole.own;
                part.states = whole.states;
                parts.push(part);
            }
            // What only lists values cannot be told from what it is listed with.
            _ => return Vec::new(),
        }
    }
    parts
}

/// Where a clause lists: its commas, and its "and"s, outside of values.
fn cuts(whole: &Clause) -> Vec<usize> {
    let plain = masked(&whole.text, &whole.literals);
    let inside = |at: usize| {
        let mut spans = whole.literals.iter().map(|l| (l.start, l.end));
        spans.any(|(start, end)| start < at && at < end)
    };
    let mut cuts: Vec<usize> = Vec::new();
    for mark in [", ", " and ", " plus "] {
        cuts.extend(plain.match_indices(mark).map(|(at, _)| at));
    }
    cuts.retain(|at| *at > 0 && !inside(*at));
    cuts.sort_unstable();
    // ", and" is one place.
    cuts.dedup_by(|b, a| *b - *a <= 2);
    cuts
}

/// The wishes of a clause: itself, or its parts where different components are meant.
pub(super) fn recut(whole: &Clause, parts: &[Clause], library: &Library) -> Vec<Clause> {
    let Some((first, rest)) = parts.split_first() else {
        return vec![whole.clone()];
    };
    let mut groups: Vec<(Clause, Option<usize>)> = vec![(first.clone(), best(first, library))];
    for part in rest {
        let own = best(part, library);
        let Some((group, head)) = groups.last_mut() else {
            break;
        };
        if stands_apart(part, own, *head, library) {
            groups.push((part.clone(), own));
        } else if let Some(joined) = join(whole, group, part) {
            *group = joined;
        } else {
            return vec![whole.clone()];
        }
    }
    if groups.len() == 1 {
        return vec![whole.clone()];
    }
    groups.into_iter().map(|(clause, _)| clause).collect()
}

/// Two neighbouring parts as one, meant as the first is.
fn join(whole: &Clause, first: &Clause, second: &Clause) -> Option<Clause> {
    let from = whole.text.find(&first.text)?;
    let rest = whole.text.get(from + first.text.len()..)?;
    let to = from + first.text.len() + rest.find(&second.text)? + second.text.len();
    let mut joined = clause(whole.text.get(from..to)?, whole.condition.clone())?;
    joined.meaning.clone_from(&first.meaning);
    if joined.verb.is_empty() {
        joined.verb.clone_from(&whole.verb);
    }
    joined.own |= whole.own;
    joined.states = whole.states;
    Some(joined)
}

fn stands_apart(part: &Clause, own: Option<usize>, head: Option<usize>, library: &Library) -> bool {
    let (Some(own), Some(head)) = (own, head) else {
        return false;
    };
    let (Some(own_tool), Some(head_tool)) = (library.get(own), library.get(head)) else {
        return false;
    };
    let terms = library.terms(&part.stems);
    let (mine, theirs) = (
        share(&terms, own_tool, library),
        share(&terms, head_tool, library),
    );
    let meaning = part.meaning.as_ref();
    let (near, there) = (own_tool.nearness(meaning), head_tool.nearness(meaning));
    own != head
        && !goes_on(part)
        && !tells_input(part, head_tool)
        && theirs < SHARED
        && (mine >= OWN || near >= MEANT)
        && mine - theirs + 2.0 * (near - there) >= APART
}

/// Whether a part cannot be a wish of its own: it says how, when or of whom, or what was said.
fn goes_on(part: &Clause) -> bool {
    #[rustfmt::skip]
    const ON: &[&str] = &[
        "is", "are", "was", "were", "has", "have", "had", "be", "must", "should", "with", "without",
        "for", "from", "to", "in", "on", "at", "by", "of", "as", "until", "between", "within", "near",
        "which", "who", "whose", "whom", "that", "where", "when", "while", "if", "or", "not", "no",
        "this", "these", "those", "name", "title", "call", "so", "because", "but",
    ];
    let mut words = part.words.iter().map(|(word, _)| word.as_str());
    let lead = |word: &&str| matches!(*word, "and" | "plus" | "also" | "then");
    let Some(first) = words.find(|word| !lead(word)) else {
        return true;
    };
    let said =
        |(word, _): &(String, Option<String>)| matches!(word.as_str(), "this" | "that" | "same");
    ON.contains(&first) || first.ends_with("ing") && first.len() > 4 || part.words.iter().any(said)
}

/// Whether a part tells a value of what the component takes: "and an allowance of 500", "the mail
/// 'a@b.org'".
fn tells_input(part: &Clause, head: &Tool) -> bool {
    let called = |slot: &Slot| {
        let name = slot.telling();
        !name.is_empty() && kinship(name, &part.stems) >= 0.7
    };
    let valued = part.stems.len() == 1
        && matches!(part.literals.as_slice(), [one] if one.kind != Kind::Name)
        && part.contexts.iter().any(|c| !c.before.is_empty());
    valued || head.inputs.iter().any(called)
}

/// The component that suits a part best.
fn best(part: &Clause, library: &Library) -> Option<usize> {
    let terms = library.terms(&part.stems);
    let rank = |tool: &Tool| suits(&terms, part.meaning.as_ref(), tool, library);
    let tools = library.tools().iter().enumerate();
    tools
        .map(|(at, tool)| (rank(tool), at))
        .filter(|(rank, _)| *rank > 0.0)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, at)| at)
}

fn suits(terms: &[Term], meaning: Option<&Vector>, tool: &Tool, library: &Library) -> f64 {
    share(terms, tool, library) + 2.0 * tool.nearness(meaning)
}

/// The share of a part's words that a component accounts for; kinds of thing tell little.
fn share(terms: &[Term], tool: &Tool, library: &Library) -> f64 {
    let weight = |t: &Term| match library.noun(&t.stem) {
        Some(_) => 0.25 * t.weight,
        None => t.weight,
    };
    let total: f64 = terms.iter().map(weight).sum();
    let met: f64 = terms.iter().map(|t| weight(t) * tool.meets(t)).sum();
    if total > 0.0 { met / total } else { 0.0 }
}
