//! Where each input comes from: given values, literals of the goal, earlier outputs, and
//! producers inserted where one is lacking.

use std::collections::BTreeSet;
use std::sync::Arc;

use tdev_core::schema::Field;

use super::action::Action;
use super::chain::Chain;
use super::clauses::Clause;
use super::draft::{Binding, Draft, Given, Node, Source};
use super::library::Library;
use super::offer::{Giver, Offer, outputs_for};
use super::slots::{Role, Slot};
use super::tool::Tool;

/// A required input takes the best source above this; an optional one needs more.
const REQUIRED: f64 = 0.2;
const OPTIONAL: f64 = 0.85;
/// How far back producers are chained.
pub(super) const DEEPEST: usize = 4;

/// A component chosen for a clause.
#[derive(Clone, Copy)]
pub(super) struct Pick {
    pub(super) clause: usize,
    pub(super) tool: usize,
}

/// Binds picks in order, inserting producers; the nodes and what the plan takes.
pub(super) fn bind(picks: &[Pick], clauses: &[Clause], library: &Library, given: &Given) -> Draft {
    let mut binder = Binder {
        clauses,
        scopes: scopes(picks, clauses),
        library,
        given,
        draft: Draft::default(),
        tools: Vec::new(),
        used: Vec::new(),
        picks,
        done: BTreeSet::new(),
        underway: Vec::new(),
    };
    for (at, pick) in picks.iter().enumerate() {
        if !binder.done.contains(&at) {
            binder.done.insert(at);
            binder.place(pick.tool, Some(pick.clause), 0);
        }
    }
    binder.draft
}

/// The clauses whose literals a picked clause may take: its own, and those after it that nothing
/// was picked for; what stands before the first pick belongs to that one.
fn scopes(picks: &[Pick], clauses: &[Clause]) -> Vec<Vec<usize>> {
    let picked: Vec<usize> = picks.iter().map(|p| p.clause).collect();
    let mut scopes: Vec<Vec<usize>> = (0..clauses.len()).map(|at| vec![at]).collect();
    let first = picked.iter().min().copied().unwrap_or(0);
    let mut owner = first;
    for at in 0..clauses.len() {
        if picked.contains(&at) {
            owner = at;
        } else if let Some(scope) = scopes.get_mut(owner) {
            scope.push(at);
        }
    }
    scopes
}

pub(super) struct Binder<'a> {
    pub(super) clauses: &'a [Clause],
    pub(super) scopes: Vec<Vec<usize>>,
    pub(super) library: &'a Library,
    pub(super) given: &'a Given<'a>,
    pub(super) draft: Draft,
    /// The tool of each node.
    pub(super) tools: Vec<usize>,
    /// Literals already bound: clause, span, and the field that took it.
    pub(super) used: Vec<((usize, usize, usize), String)>,
    /// What is picked for the whole goal, and which of it is placed.
    pub(super) picks: &'a [Pick],
    done: BTreeSet<usize>,
    /// Tools whose inputs are being found.
    pub(super) underway: Vec<usize>,
}

impl<'a> Binder<'a> {
    /// Binds a tool's inputs and appends it; its position.
    pub(super) fn place(
        &mut self,
        at: usize,
        clause: Option<usize>,
        depth: usize,
    ) -> Option<usize> {
        let library: &'a Library = self.library;
        let tool = library.get(at)?;
        let mut node = Node::new(Arc::clone(&tool.component), clause);
        let mut filled: Vec<bool> = vec![false; tool.inputs.len()];
        self.underway.push(at);
        self.open(&mut node, tool, &mut filled, depth);
        self.fill(&mut node, tool, &mut filled);
        let before = self.draft.nodes.len();
        for (place, slot) in self.as_said(&node, tool) {
            if filled.get(place) != Some(&false) || !slot.needed() {
                continue;
            }
            // What was inserted for another input is about the same thing.
            let inserted = self.draft.nodes.get(before..).unwrap_or(&[]);
            let told = inserted
                .iter()
                .flat_map(|n| &n.bindings)
                .find(|b| b.field == slot.field.name && matches!(b.source, Source::Output { .. }));
            if let Some(source) = told.map(|b| b.source.clone()) {
                self.accept(&mut node, slot, Offer::new(REQUIRED, source));
                continue;
            }
            let produced = if depth < DEEPEST {
                self.produce(&node, at, slot, depth)
            } else {
                None
            };
            match produced.or_else(|| self.any_earlier(&node, slot)) {
                Some(offer) => self.accept(&mut node, slot, offer),
                None => self.ask_for(&mut node, &slot.field),
            }
        }
        if tool.is_open() {
            super::open::fill(self, &mut node);
            if tool.action != Action::Find && depth == 0 {
                self.find_named(&mut node, at);
            }
        }
        self.underway.pop();
        self.draft.nodes.push(node);
        self.tools.push(at);
        Some(self.draft.nodes.len() - 1)
    }

    /// Gives each input the best that is in sight, the best pair first.
    fn fill(&mut self, node: &mut Node, tool: &Tool, filled: &mut [bool]) {
        let mut offers: Vec<(usize, Offer)> = Vec::new();
        for (place, slot) in tool.inputs.iter().enumerate() {
            let least = if slot.needed() { REQUIRED } else { OPTIONAL };
            offers.extend(
                self.offers(node, slot)
                    .into_iter()
                    .filter(|o| o.score >= least && (slot.needed() || self.is_asked(node, slot, o)))
                    .map(|o| (place, o)),
            );
        }
        let urgency = |place: usize| {
            let needed = tool.inputs.get(place).is_some_and(Slot::needed);
            0.15 * f64::from(u8::from(needed)) - 0.001 * place as f64
        };
        offers.sort_by(|a, b| (b.1.score + urgency(b.0)).total_cmp(&(a.1.score + urgency(a.0))));
        let mut taken: Vec<(usize, usize, usize)> = Vec::new();
        let mut sources: Vec<Source> = Vec::new();
        for (place, offer) in offers {
            let overlapping = offer
                .literal
                .is_some_and(|l| taken.iter().any(|t| t.0 == l.0 && l.1 < t.2 && t.1 < l.2));
            let again =
                matches!(offer.source, Source::Output { .. }) && sources.contains(&offer.source);
            let looping = match (&offer.each, &node.each) {
                (Some(list), Some(own)) => list != own,
                _ => false,
            };
            if filled.get(place) != Some(&false) || overlapping || again || looping {
                continue;
            }
            taken.extend(offer.literal);
            sources.push(offer.source.clone());
            if let (Some(slot), Some(done)) = (tool.inputs.get(place), filled.get_mut(place)) {
                *done = true;
                self.accept(node, slot, offer);
            }
        }
    }

    pub(super) fn accept(&mut self, node: &mut Node, slot: &Slot, offer: Offer) {
        if let Some(each) = offer.each {
            node.each = Some(each);
        }
        self.used
            .extend(offer.literal.map(|l| (l, slot.field.name.clone())));
        if let Source::Input(name) = &offer.source {
            self.declare(name, &slot.field);
        }
        node.bindings.push(Binding {
            field: slot.field.name.clone(),
            source: offer.source,
        });
    }

    /// Nothing in sight gives it: whoever runs the plan must.
    fn ask_for(&mut self, node: &mut Node, field: &Field) {
        self.declare(&field.name, field);
        node.bindings.push(Binding {
            field: field.name.clone(),
            source: Source::Input(field.name.clone()),
        });
    }

    fn declare(&mut self, name: &str, field: &Field) {
        if !self.draft.inputs.iter().any(|f| f.name == name) {
            self.draft.inputs.push(Field {
                name: name.to_owned(),
                required: true,
                schema: field.schema.clone(),
            });
        }
    }

    /// Everything in sight for an input.
    pub(super) fn offers(&self, node: &Node, slot: &Slot) -> Vec<Offer> {
        let mut offers = self.told(node, slot);
        let clause = node.clause.and_then(|at| self.clauses.get(at));
        let count = self.draft.nodes.len();
        for (at, producer) in self.draft.nodes.iter().enumerate() {
            let Some(tool) = self.tools.get(at).and_then(|t| self.library.get(*t)) else {
                continue;
            };
            let giver = Giver {
                at,
                node: producer,
                tool,
                last: at + 1 == count,
            };
            let recency = 0.1 * (at + 1) as f64 / count as f64;
            offers.extend(
                outputs_for(&giver, node, slot, clause)
                    .into_iter()
                    .map(|mut o| {
                        o.score += recency;
                        o
                    }),
            );
            // What an earlier step was told under the same name holds here too.
            offers.extend(
                producer
                    .bindings
                    .iter()
                    .filter(|b| b.field == slot.field.name)
                    .filter_map(|b| {
                        // "The words of the text": what was asked for before is meant again.
                        let again = || {
                            clause.is_some_and(|c| {
                                slot.is_for_text()
                                    && super::words::kinship(slot.telling(), &c.stems) >= 0.99
                            })
                        };
                        let told = match b.source {
                            Source::Literal(_) => true,
                            Source::Input(_) => again(),
                            _ => false,
                        };
                        // An amount may have become another on the way; a name has not.
                        let kin = !tool.group.is_empty() && tool.group == group(node);
                        let telling = slot.name.len() > 1 || slot.role != Role::Number || kin;
                        (told && telling).then(|| Offer::new(0.75, b.source.clone()))
                    }),
            );
        }
        offers
    }

    /// The best offer for an input alone.
    pub(super) fn best(&self, node: &Node, slot: &Slot) -> Option<Offer> {
        self.offers(node, slot)
            .into_iter()
            .max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// Inputs in the order in which the clause speaks of them; what is yet to be created comes
    /// last, when what goes into it is at hand.
    fn as_said<'t>(&self, node: &Node, tool: &'t Tool) -> Vec<(usize, &'t Slot)> {
        let mut inputs: Vec<(usize, &Slot)> = tool.inputs.iter().enumerate().collect();
        if let Some(clause) = node.clause.and_then(|at| self.clauses.get(at)) {
            inputs.sort_by_cached_key(|(at, slot)| {
                let said = super::kinds::place(clause, slot, self.library);
                (self.to_be_made(slot).is_some(), said, *at)
            });
        }
        inputs
    }

    /// The pick, not placed yet, that creates what an input identifies.
    fn to_be_made(&self, slot: &Slot) -> Option<usize> {
        (0..self.picks.len())
            .filter(|at| !self.done.contains(at))
            .filter_map(|at| self.picks.get(at))
            .filter_map(|pick| Some((pick.tool, self.library.get(pick.tool)?)))
            .find(|(_, tool)| {
                let gives = |o: &Slot| o.field.name == slot.field.name && tool.is_fresh(o);
                slot.role == Role::Identifier && tool.creates() && tool.outputs.iter().any(gives)
            })
            .map(|(tool, _)| tool)
    }

    /// Inserts the components that best produce a field, when their own inputs can be met.
    pub(super) fn produce(
        &mut self,
        node: &Node,
        consumer: usize,
        slot: &Slot,
        depth: usize,
    ) -> Option<Offer> {
        let producer = match self.to_be_made(slot) {
            Some(maker) => maker,
            None => Chain::of(self, node, consumer).producer(slot, depth)?,
        };
        // A later clause asks for the very producer: it goes first.
        let later = (0..self.picks.len()).find(|p| {
            !self.done.contains(p) && self.picks.get(*p).is_some_and(|p| p.tool == producer)
        });
        let clause = later.and_then(|p| self.picks.get(p)).map(|p| p.clause);
        self.done.extend(later);
        let at = self.place(producer, clause.or(node.clause), depth + 1)?;
        if let Some(inserted) = self.draft.nodes.get_mut(at).filter(|_| later.is_none()) {
            inserted.clause = None;
        }
        let inserted = self.draft.nodes.get(at)?;
        let giver = Giver {
            at,
            node: inserted,
            tool: self.library.get(producer)?,
            last: true,
        };
        outputs_for(&giver, node, slot, None)
            .into_iter()
            .max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// What the step before gives, for the one input that a step without any other source has.
    fn any_earlier(&self, node: &Node, slot: &Slot) -> Option<Offer> {
        let at = self.draft.nodes.len().checked_sub(1)?;
        let (before, tool) = (
            self.draft.nodes.get(at)?,
            self.library.get(*self.tools.get(at)?)?,
        );
        let fed = node
            .bindings
            .iter()
            .any(|b| matches!(b.source, Source::Output { .. } | Source::Item(_)));
        let first = node
            .component
            .input_schema
            .fields()
            .first()
            .is_some_and(|f| f.name == slot.field.name);
        let strict = matches!(
            slot.role,
            Role::Date
                | Role::Time
                | Role::Email
                | Role::Phone
                | Role::Url
                | Role::Flag
                | Role::Identifier
        );
        let used = self.draft.nodes.iter().any(|n| n.feeds().any(|f| f == at));
        if fed || !first || strict || used || slot.is_bare() || before.each.is_some() {
            return None;
        }
        let out = tool
            .outputs
            .iter()
            .find(|o| tool.is_fresh(o) && o.plays(slot) && o.goes_into(slot) && o.is_sure(slot))?;
        Some(Offer::new(
            REQUIRED,
            Source::Output {
                node: at,
                field: Some(out.field.name.clone()),
            },
        ))
    }
}

fn group(node: &Node) -> &str {
    node.component
        .name
        .rsplit_once('.')
        .map_or("", |(group, _)| group)
}
