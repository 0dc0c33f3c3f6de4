//! Opening the files that a goal names: what takes nothing but a path gives what is in it.

use std::sync::Arc;

use serde_json::Value;

use super::bind::{Binder, DEEPEST};
use super::draft::{Node, Source};
use super::library::Library;
use super::literals::{Kind, Literal};
use super::offer::Offer;
use super::roles::held;
use super::slots::{Role, Shape, Slot};
use super::tool::Tool;
use super::words::{overlap, stems};

/// Verbs for putting something somewhere.
const PUTTING: &[&str] = &["save", "store", "write", "export", "put"];

/// What a file gives is what the input that lacks it is for.
const OPENED: f64 = 0.9;

/// Whether a component needs nothing but a path, and changes nothing.
fn is_opener(tool: &Tool) -> bool {
    let mut needed = tool.inputs.iter().filter(|slot| slot.needed());
    let one = needed.next().is_some_and(|slot| slot.role == Role::Path);
    one && needed.next().is_none() && !tool.component.side_effects
}

/// Whether some component opens files: then the path of a file is not its text.
pub(super) fn opens(library: &Library) -> bool {
    library.tools().iter().any(is_opener)
}

/// Whether what a file of this name holds, as an output gives it, is what an input is for.
fn holds(out: &Slot, slot: &Slot, path: &str) -> bool {
    let held = held(path);
    let fits = out.field.required && out.goes_into(slot);
    match (&out.medium, &slot.medium) {
        (Some(_), Some(wanted)) => fits && (wanted == "file" || held == wanted),
        (None, None) => {
            let text = out.shape == Shape::Text && slot.role == Role::Open;
            let binary = matches!(held, "image" | "audio" | "video");
            fits && text && !binary && overlap(out.telling(), &slot.words) > 0.0
        }
        _ => false,
    }
}

impl Binder<'_> {
    /// Gives the texts that a tool is for those of the files that its clause names, where it takes
    /// no paths itself.
    pub(super) fn open(&mut self, node: &mut Node, tool: &Tool, filled: &mut [bool], depth: usize) {
        if tool.inputs.iter().any(|slot| slot.role == Role::Path) || depth >= DEEPEST {
            return;
        }
        for (slot, done) in tool.inputs.iter().zip(filled) {
            if slot.needed()
                && let Some(offer) = self.opened(node, slot, depth)
            {
                *done = true;
                self.accept(node, slot, offer);
            }
        }
    }

    /// What the next file that the clause names, and nobody has taken, gives for an input.
    fn opened(&mut self, node: &Node, slot: &Slot, depth: usize) -> Option<Offer> {
        let (span, literal) = self.file_of(node)?;
        let path = literal.value.as_str()?.to_owned();
        let (at, field) = match self.opener(slot, &path) {
            Some(opener) => {
                let at = self.open_at(opener, &literal)?;
                self.used.push((span, "path".to_owned()));
                let tool = self.library.get(opener)?;
                let out = tool.outputs.iter().find(|o| holds(o, slot, &path))?;
                (at, out.field.name.clone())
            }
            None => {
                let parser = self.parser(slot, &path)?;
                let at = self.place(parser, node.clause, depth + 1)?;
                if let Some(inserted) = self.draft.nodes.get_mut(at) {
                    inserted.clause = None;
                }
                (at, slot.field.name.clone())
            }
        };
        let source = Source::Output {
            node: at,
            field: Some(field),
        };
        Some(Offer::new(OPENED, source))
    }

    /// The next file of a clause that no input has taken.
    fn file_of(&self, node: &Node) -> Option<((usize, usize, usize), Literal)> {
        let own = node.clause?;
        let of = |at: &usize| self.clauses.get(*at).map(|clause| (*at, clause));
        let clauses = self.scopes.get(own)?.iter().filter_map(of);
        clauses
            .flat_map(|(at, clause)| clause.literals.iter().map(move |l| (at, l)))
            .filter(|(at, l)| l.kind == Kind::Path && !self.is_target(*at, l))
            .map(|(at, l)| ((at, l.start, l.end), l.clone()))
            .find(|(span, _)| {
                let mut used = self.used.iter();
                !used.any(|(u, _)| u.0 == span.0 && u.1 < span.2 && span.1 < u.2)
            })
    }

    /// Whether a file is where a clause puts something: "save it as out.csv".
    fn is_target(&self, at: usize, literal: &Literal) -> bool {
        let Some(clause) = self.clauses.get(at) else {
            return false;
        };
        let mut pairs = clause.literals.iter().zip(&clause.contexts);
        let context = pairs.find(|(l, _)| l.start == literal.start);
        let puts = clause
            .words
            .iter()
            .any(|(w, _)| PUTTING.contains(&w.as_str()));
        puts && context
            .is_some_and(|(_, c)| matches!(c.preposition.as_str(), "to" | "into" | "in" | "as"))
    }

    /// Who opens a file of this name for an input: whoever speaks of such files first.
    fn opener(&self, slot: &Slot, path: &str) -> Option<usize> {
        let speaks = |tool: &Tool| ending(path).is_some_and(|e| tool.has(&e));
        let tools = self.library.tools().iter().enumerate();
        tools
            .filter(|(_, tool)| is_opener(tool) && !self.is_avoided(tool))
            .filter(|(_, tool)| tool.outputs.iter().any(|o| holds(o, slot, path)))
            .max_by_key(|(_, tool)| (speaks(tool), std::cmp::Reverse(tool.name())))
            .map(|(at, _)| at)
    }

    /// Who makes of the text of such a file what an input is for: rows of a table.
    fn parser(&self, slot: &Slot, path: &str) -> Option<usize> {
        let ending = ending(path)?;
        let parses = |tool: &Tool| {
            let mut needed = tool.inputs.iter().filter(|s| s.needed());
            let opened = needed
                .next()
                .is_some_and(|s| self.opener(s, path).is_some());
            let alone = opened && needed.next().is_none() && !tool.component.side_effects;
            let gives =
                |o: &Slot| o.field.name == slot.field.name && o.goes_into(slot) && tool.is_fresh(o);
            alone && tool.has(&ending) && tool.outputs.iter().any(gives)
        };
        let tools = self.library.tools().iter().enumerate();
        tools
            .filter(|(at, tool)| !self.underway.contains(at) && !self.is_avoided(tool))
            .find(|(_, tool)| slot.shape == Shape::List && parses(tool))
            .map(|(at, _)| at)
    }

    fn is_avoided(&self, tool: &Tool) -> bool {
        self.given.avoided.contains(&tool.component.name)
    }

    /// The step that opens a file; the same for the same file.
    fn open_at(&mut self, opener: usize, literal: &Literal) -> Option<usize> {
        let tool = self.library.get(opener)?;
        let slot = tool.inputs.iter().find(|s| s.needed())?;
        let opened = |node: &Node| {
            let path = |source: &Source| *source == Source::Literal(literal.value.clone());
            node.component.name == tool.name() && node.bindings.iter().any(|b| path(&b.source))
        };
        if let Some(at) = self.draft.nodes.iter().position(opened) {
            return Some(at);
        }
        let mut node = Node::new(Arc::clone(&tool.component), None);
        let offer = Offer::new(OPENED, Source::Literal(literal.value.clone()));
        self.accept(&mut node, slot, offer);
        self.draft.nodes.push(node);
        self.tools.push(opener);
        Some(self.draft.nodes.len() - 1)
    }
}

/// The stem of a file name's ending.
pub(super) fn ending(path: &str) -> Option<String> {
    stems(path.rsplit_once('.')?.1).into_iter().next()
}

/// Whether a value that a goal names stands in one that is bound.
pub(super) fn contains(bound: &Value, named: &Value) -> bool {
    bound == named
        || bound
            .as_array()
            .is_some_and(|items| items.iter().any(|item| contains(item, named)))
}

/// Whether a component speaks of sound or moving pictures, where a file holds them; any does of
/// other files.
pub(super) fn plays(tool: &Tool, path: &str) -> bool {
    let held = held(path);
    !matches!(held, "audio" | "video")
        || [Some(held.to_owned()), ending(path)]
            .iter()
            .flatten()
            .any(|word| tool.has(word))
}
