//! What a plan returns: the values its goal asks for.

use super::clauses::Clause;
use super::draft::{Draft, Source};
use super::words::{overlap, stems};

/// The outputs that answer clauses name, the latest producer first; else, of each end of the
/// graph, the fields its clause names, or all of it.
pub(super) fn outputs(draft: &Draft, clauses: &[Clause]) -> Vec<Source> {
    let mut found = Vec::new();
    let sinks = draft.sinks();
    for (place, clause) in clauses.iter().enumerate().filter(|(_, c)| c.answer) {
        let named = draft
            .nodes
            .iter()
            .enumerate()
            .rev()
            // What is found only to be used on the way is no answer.
            .filter(|(at, _)| place + 1 == clauses.len() || sinks.contains(at))
            .flat_map(|(at, node)| {
                node.component
                    .output_schema
                    .fields()
                    .into_iter()
                    .map(move |f| (at, f))
            })
            .map(|(at, f)| (overlap(&stems(&f.name), &clause.stems), at, f.name))
            .filter(|(score, _, _)| *score >= 0.5)
            .fold(None::<(f64, usize, String)>, |best, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            });
        if let Some((_, node, field)) = named {
            let source = Source::Output {
                node,
                field: Some(field),
            };
            if !found.contains(&source) {
                found.push(source);
            }
        }
    }
    // Where some answers are asked for, deeds need no telling; what else was looked up does.
    let asked = !found.is_empty();
    let told = |found: &[Source], at: usize| {
        found
            .iter()
            .any(|s| matches!(s, Source::Output { node, .. } if *node == at))
    };
    for at in sinks {
        let deed = draft
            .nodes
            .get(at)
            .is_some_and(|n| n.component.side_effects);
        let clause = draft.nodes.get(at).and_then(|n| n.clause);
        let answers = clause
            .and_then(|c| clauses.get(c))
            .is_some_and(|c| c.answer);
        if told(&found, at) || asked && (deed || answers) {
            continue;
        }
        let named = named_outputs(draft, clauses, at);
        if named.is_empty() {
            found.push(Source::Output {
                node: at,
                field: None,
            });
        }
        found.extend(named.into_iter().map(|field| Source::Output {
            node: at,
            field: Some(field),
        }));
    }
    found
}

/// The output fields of a node that its clause names in full. A loop gives whole items, so that
/// they stay together.
fn named_outputs(draft: &Draft, clauses: &[Clause], at: usize) -> Vec<String> {
    let Some(node) = draft.nodes.get(at).filter(|n| n.each.is_none()) else {
        return Vec::new();
    };
    let Some(clause) = node.clause.and_then(|c| clauses.get(c)) else {
        return Vec::new();
    };
    node.component
        .output_schema
        .fields()
        .into_iter()
        .filter(|f| f.required && overlap(&stems(&f.name), &clause.stems) >= 1.0)
        .map(|f| f.name)
        .collect()
}
