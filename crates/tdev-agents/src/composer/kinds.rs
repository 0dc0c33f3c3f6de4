//! The kinds of thing a clause speaks of, and whose they are: "the author of the book".

use super::action::Action;
use super::clauses::Clause;
use super::library::Library;
use super::slots::{Role, Slot};
use super::tool::Tool;

/// Words by which one thing is another's.
const OF: &[&str] = &[
    "of", "by", "from", "in", "on", "for", "with", "within", "involved",
];

/// The identifiers of the kinds of thing that a clause names, with the places of their words.
pub(super) fn named<'a>(clause: &Clause, library: &'a Library) -> Vec<(usize, &'a Slot)> {
    let words = clause.words.iter().enumerate();
    words
        .filter_map(|(at, (_, stem))| Some((at, library.identified(stem.as_ref()?)?)))
        .collect()
}

/// Whose a thing is.
pub(super) enum Owner<'a> {
    /// A thing's of a kind that the clause names: "the author of the book".
    Kind(&'a Slot),
    /// Somebody's or something's who is only called by name: "the books of Ann Lee".
    Name,
}

/// How many words may stand between a thing and whose it is.
const APART: usize = 5;

/// Whose a thing is, where the clause says so.
pub(super) fn owner<'a>(clause: &Clause, thing: &str, library: &'a Library) -> Option<Owner<'a>> {
    let kinds = named(clause, library);
    let place = kinds
        .iter()
        .position(|(_, kind)| kind.field.name == thing)?;
    let (at, _) = kinds.get(place)?;
    let other = |kind: &&(usize, &Slot)| kind.1.field.name != thing;
    let is_s = |at: usize| clause.words.get(at).is_some_and(|(w, _)| w == "s");
    // "The book's author", "Ann Lee's books".
    let before = place.checked_sub(1).and_then(|before| kinds.get(before));
    if let Some((whose, kind)) = before.filter(other)
        && is_s(whose + 1)
    {
        return Some(Owner::Kind(kind));
    }
    let whose = |end: usize| is_s(end) && *at > end && *at <= end + 3;
    if clause.names.iter().any(|(_, end)| whose(*end)) {
        return Some(Owner::Name);
    }
    let next = kinds.get(place + 1).filter(other);
    let starts = clause.names.iter().map(|(start, _)| *start);
    let name = starts.into_iter().find(|start| start > at);
    let of = |whose: usize| {
        let between = clause.words.get(at + 1..whose).unwrap_or(&[]);
        between.len() <= APART && between.iter().any(|(w, _)| OF.contains(&w.as_str()))
    };
    match (next, name) {
        (Some((whose, kind)), name) if name.is_none_or(|name| *whose < name) => {
            of(*whose).then_some(Owner::Kind(kind))
        }
        (_, Some(name)) => of(name).then_some(Owner::Name),
        _ => None,
    }
}

/// The component that puts things of a kind the clause names into what another creates.
pub(super) fn filler(creator: usize, clause: &Clause, library: &Library) -> Option<usize> {
    let tool = library.get(creator).filter(|t| t.creates())?;
    let made: Vec<&Slot> = tool
        .outputs
        .iter()
        .filter(|o| o.role == Role::Identifier && tool.is_fresh(o))
        .collect();
    let [made] = made.as_slice() else { return None };
    let content: Vec<&Slot> = named(clause, library)
        .into_iter()
        .map(|(_, kind)| kind)
        .filter(|kind| kind.field.name != made.field.name)
        .collect();
    library.tools().iter().position(|other| {
        let needs = |wanted: &str| {
            let keys = || other.inputs.iter().filter(|i| i.needed());
            keys().any(|i| i.field.name == wanted)
        };
        other.action == Action::Make
            && !other.creates()
            && needs(&made.field.name)
            && content.iter().any(|kind| needs(&kind.field.name))
    })
}

/// How well a component follows what the clause says of whose things are, -1 to 1.
pub(super) fn follows(clause: &Clause, tool: &Tool, thing: &str, library: &Library) -> f64 {
    let takes = |wanted: &dyn Fn(&Slot) -> bool| {
        let keys = || tool.inputs.iter().filter(|i| i.needed());
        keys().any(|i| i.role == Role::Identifier && wanted(i))
    };
    let fits = match owner(clause, thing, library) {
        Some(Owner::Kind(kind)) => takes(&|i| i.field.name == kind.field.name),
        // What several kinds have, a name alone does not tell whose it is.
        Some(Owner::Name) => {
            let owners = library.owners(thing);
            let mut kinds = owners.into_iter().flatten();
            match (kinds.next(), kinds.next()) {
                (Some(kind), None) => takes(&|i| i.field.name == *kind),
                _ => return 0.0,
            }
        }
        None => return 0.0,
    };
    if fits { 1.0 } else { -0.75 }
}

/// Where a text speaks of the thing that an input identifies: the place of its word, else of the
/// first value that could name it.
pub(super) fn place(clause: &Clause, slot: &Slot, library: &Library) -> usize {
    let said = named(clause, library)
        .into_iter()
        .find(|(_, kind)| kind.field.name == slot.field.name);
    let value = clause.names.first().map(|(start, _)| *start);
    said.map(|(at, _)| at).or(value).unwrap_or(usize::MAX)
}
