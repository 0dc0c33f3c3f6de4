//! Steps that a goal implies without a clause of their own.

use super::action::Action;
use super::bare::bare;
use super::bind::Pick;
use super::draft::Node;
use super::literals::Kind;
use super::search::Search;
use super::slots::{Role, Slot};
use super::tool::Tool;
use super::words::{related, stems};

/// With what is asked for by its name, less of a clause has to be left for a second component.
const NAMED: f64 = 0.1;

impl Search<'_> {
    /// One clause may imply two steps ("look up the user behind this code"): where a pick leaves
    /// telling words of its clause unanswered, a component that answers them joins it, if one of
    /// the two can feed the other.
    pub(super) fn widen(&self, mut picks: Vec<Pick>) -> Vec<Pick> {
        for (at, clause) in self.clauses.iter().enumerate() {
            let Some(place) = picks.iter().position(|p| p.clause == at) else {
                continue;
            };
            let Some(own) = picks.get(place).and_then(|p| self.library.get(p.tool)) else {
                continue;
            };
            // "Make a list with these things" makes it, then puts them in.
            if clause.brings
                && let Some(pick) = picks.get(place)
                && let Some(tool) = super::kinds::filler(pick.tool, clause, self.library)
            {
                picks.insert(place, Pick { clause: at, tool });
                continue;
            }
            // What lacks a key has it found by chaining, along the words of the clause.
            if own.inputs.iter().any(|slot| {
                slot.needed()
                    && slot.role == Role::Identifier
                    && self.library.makes(&slot.field.name)
            }) {
                continue;
            }
            let verb = match Action::of_word(&clause.verb) {
                Some(_) => stems(&clause.verb),
                None => Vec::new(),
            };
            // What a value is called is no wish of its own.
            let probe = Node::new(std::sync::Arc::clone(&own.component), Some(at));
            let words = own
                .inputs
                .iter()
                .filter_map(|slot| bare(&probe, clause, slot));
            let bound: Vec<String> = words.flat_map(|word| stems(&word)).collect();
            let calls: Vec<String> = clause
                .literals
                .iter()
                .zip(&clause.contexts)
                .filter(|(l, _)| l.kind != Kind::Name)
                .filter_map(|(_, context)| context.before.last().cloned())
                .chain(bound)
                .collect();
            let left: Vec<String> = clause
                .stems
                .iter()
                .filter(|s| !verb.contains(s) && !calls.contains(s))
                .filter(|s| {
                    // What outputs are called is not met by a word that is only like it.
                    let like = |t: &Tool| {
                        !self.library.is_kind(s) && t.words.iter().any(|w| related(w, s))
                    };
                    let met = |t: &Tool| t.has(s) || like(t);
                    !picks
                        .iter()
                        .filter_map(|p| self.library.get(p.tool))
                        .any(met)
                })
                .cloned()
                .collect();
            let total: f64 = clause.stems.iter().map(|s| self.library.weight(s)).sum();
            let mut best: Option<(f64, bool, usize)> = None;
            let terms = self.library.terms(&left);
            let mut found: Vec<(usize, f64)> = self
                .library
                .shares(&terms)
                .into_iter()
                .map(|(tool, row)| (tool, row.iter().sum()))
                .collect();
            found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            for (tool, _) in found {
                let Some(other) = self.library.get(tool) else {
                    continue;
                };
                // Who asks does not have anything changed.
                let deed = !matches!(other.action, Action::Find | Action::Open);
                let asks = Action::of_word(&clause.verb) == Some(Action::Find);
                if picks.iter().any(|p| p.tool == tool)
                    || other.component.side_effects
                    || deed && asks
                {
                    continue;
                }
                // Where types bear the link out, any of its words may speak for it.
                let typed = feeds(own, other, true) || feeds(other, own, true);
                let gain: f64 = left
                    .iter()
                    .filter(|s| {
                        if typed {
                            other.has(s)
                        } else {
                            other.is_called(s)
                        }
                    })
                    .map(|s| self.library.weight(s))
                    .sum::<f64>()
                    / total.max(f64::EPSILON);
                // Nothing is looked up after the deed that it was for.
                let done = matches!(own.action, Action::Make | Action::Change | Action::Remove);
                let after = feeds(own, other, false) && !(done && other.action == Action::Find);
                let before = feeds(other, own, false);
                let enough = match typed {
                    // What is asked for by its name is given by nobody yet.
                    true if gives(other, &left) => NAMED,
                    true => 0.25,
                    false => 0.35,
                };
                if gain >= enough
                    && (typed || matches!(other.action, Action::Find | Action::Open))
                    && (after || before)
                    && best.as_ref().is_none_or(|(g, _, _)| gain > *g)
                {
                    best = Some((gain, after, tool));
                }
            }
            if let Some((_, after, tool)) = best {
                picks.insert(
                    if after { place + 1 } else { place },
                    Pick { clause: at, tool },
                );
            }
        }
        picks
    }
}

/// Whether it makes something that goes by these words.
fn gives(tool: &Tool, words: &[String]) -> bool {
    let called = |o: &&Slot| !o.name.is_empty() && o.name.iter().all(|word| words.contains(word));
    tool.outputs
        .iter()
        .filter(|o| tool.is_fresh(o))
        .any(|o| called(&o))
}

/// Whether what one component gives can be what another needs, and nothing else would give it:
/// a file or image is given with the goal rather than made on the way.
fn feeds(producer: &Tool, consumer: &Tool, typed: bool) -> bool {
    let mut needed = consumer.inputs.iter().filter(|s| s.needed()).peekable();
    needed.peek().is_some()
        && needed.all(|slot| {
            producer
                .outputs
                .iter()
                .filter(|o| o.field.required && !(typed && (o.is_bare() || slot.is_bare())))
                .any(|out| out.goes_into(slot) || out.item_goes_into(slot))
        })
}
