//! Where each input comes from: given values, literals of the goal, earlier outputs, and
//! producers inserted where one is lacking.

use std::sync::Arc;

use tdev_core::component::Kind as ComponentKind;
use tdev_core::schema::{Field, Fit, fit};

use super::clauses::Clause;
use super::draft::{Binding, Draft, Given, Node, Source};
use super::index::Index;
use super::offer::{Offer, given_fit, literal_fit, named_choice, outputs_for};
use super::words::{overlap, stems};

/// A required input takes the best source above this; an optional one needs more.
const REQUIRED: f64 = 0.2;
const OPTIONAL: f64 = 0.6;
/// How far back producers are chained.
const DEEPEST: usize = 3;

/// Binds picks in order, inserting producers, and says what the plan takes and gives.
pub(super) fn bind(picks: Vec<Node>, clauses: &[Clause], index: &Index, given: &Given) -> Draft {
    let mut binder = Binder {
        clauses,
        index,
        given,
        draft: Draft::default(),
        used: Vec::new(),
    };
    for node in picks {
        binder.place(node, 0);
    }
    binder.draft.outputs = binder.outputs();
    binder.draft
}

struct Binder<'a> {
    clauses: &'a [Clause],
    index: &'a Index,
    given: &'a Given<'a>,
    draft: Draft,
    /// Literals already bound, as (clause, start).
    used: Vec<(usize, usize)>,
}

impl Binder<'_> {
    /// Binds a node's inputs and appends it; its position.
    fn place(&mut self, mut node: Node, depth: usize) -> usize {
        let mut fields = node.component.input_schema.fields();
        // Required ones choose first; semantic types before bare text.
        fields.sort_by_key(|f| (!f.required, f.type_name() == "string"));
        for field in &fields {
            let needed = field.required && field.default().is_none();
            let least = if needed { REQUIRED } else { OPTIONAL };
            let offer = self.best(&node, field);
            match offer.filter(|o| o.score >= least) {
                Some(offer) => self.accept(&mut node, field, offer),
                None if needed => {
                    let produced = if depth < DEEPEST {
                        self.produce(&node, field, depth)
                    } else {
                        None
                    };
                    match produced {
                        Some(offer) => self.accept(&mut node, field, offer),
                        None => self.ask_for(&mut node, field),
                    }
                }
                None => {}
            }
        }
        self.draft.nodes.push(node);
        self.draft.nodes.len() - 1
    }

    fn accept(&mut self, node: &mut Node, field: &Field, offer: Offer) {
        if let Some(each) = offer.each {
            node.each = Some(each);
        }
        self.used.extend(offer.literal);
        if let Source::Input(name) = &offer.source {
            self.declare(name, field);
        }
        node.bindings.push(Binding {
            field: field.name.clone(),
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

    fn best(&self, node: &Node, field: &Field) -> Option<Offer> {
        let mut offers = self.offers(node, field);
        offers.sort_by(|a, b| b.score.total_cmp(&a.score));
        offers.into_iter().next()
    }

    fn offers(&self, node: &Node, field: &Field) -> Vec<Offer> {
        let mut offers = Vec::new();
        for (name, schema) in self.given.inputs {
            let score = given_fit(name, schema, field);
            if score > 0.0 {
                offers.push(Offer {
                    score,
                    source: Source::Input(name.clone()),
                    each: None,
                    literal: None,
                });
            }
        }
        if let Some(clause) = node
            .clause
            .and_then(|at| self.clauses.get(at).map(|c| (at, c)))
        {
            let (at, clause) = clause;
            for literal in &clause.literals {
                let taken = self.used.contains(&(at, literal.start));
                let score = literal_fit(literal, field);
                if score > 0.0 && !taken {
                    offers.push(Offer {
                        score,
                        source: Source::Literal(literal.value.clone()),
                        each: None,
                        literal: Some((at, literal.start)),
                    });
                }
            }
            if let Some(value) = named_choice(field, &clause.text) {
                offers.push(Offer {
                    score: 0.9,
                    source: Source::Literal(value),
                    each: None,
                    literal: None,
                });
            }
        }
        let count = self.draft.nodes.len();
        for (at, producer) in self.draft.nodes.iter().enumerate() {
            let recency = 0.1 * (at + 1) as f64 / count as f64;
            offers.extend(
                outputs_for(at, producer, node, field)
                    .into_iter()
                    .map(|mut o| {
                        o.score += recency;
                        o
                    }),
            );
        }
        offers
    }

    /// Inserts the component that best produces a field, when its own inputs can be met.
    fn produce(&mut self, node: &Node, field: &Field, depth: usize) -> Option<Offer> {
        let words = stems(&format!("{} {}", field.name, field.description()));
        let goal: Vec<String> = self.clauses.iter().flat_map(|c| c.stems.clone()).collect();
        let mut best: Option<(f64, Node)> = None;
        for document in self.index.documents() {
            let component = &document.component;
            let present = self
                .draft
                .nodes
                .iter()
                .any(|n| n.component.name == component.name)
                || component.name == node.component.name;
            if present || component.side_effects || component.kind == ComponentKind::Team {
                continue;
            }
            for out in component.output_schema.fields() {
                if matches!(fit(&out.schema, &field.schema), Fit::No(_)) {
                    continue;
                }
                let named = if out.name == field.name { 0.6 } else { 0.0 };
                let score = named
                    + 0.4 * overlap(&stems(&out.name), &words)
                    + 0.3 * self.index.coverage(&goal, document);
                let meets = self.meetable(component, node.clause);
                if score >= 0.75 && meets && best.as_ref().is_none_or(|(s, _)| score > *s) {
                    best = Some((score, Node::new(Arc::clone(component), None)));
                }
            }
        }
        let (_, mut producer) = best?;
        producer.clause = node.clause;
        let at = self.place(producer, depth + 1);
        if let Some(inserted) = self.draft.nodes.get_mut(at) {
            inserted.clause = None;
        }
        let inserted = self.draft.nodes.get(at)?;
        outputs_for(at, inserted, node, field)
            .into_iter()
            .max_by(|a, b| a.score.total_cmp(&b.score))
    }

    /// Whether what is in sight could fill a component's required inputs.
    fn meetable(
        &self,
        component: &Arc<tdev_core::component::Component>,
        clause: Option<usize>,
    ) -> bool {
        let probe = Node::new(Arc::clone(component), clause);
        component
            .input_schema
            .fields()
            .iter()
            .filter(|f| f.required && f.default().is_none())
            .all(|f| self.best(&probe, f).is_some_and(|o| o.score >= REQUIRED))
    }

    /// What the plan returns: the outputs that answer clauses name, the latest producer first;
    /// else, of each end of the graph, the fields its clause names, or all of it.
    fn outputs(&self) -> Vec<Source> {
        let mut found = Vec::new();
        for clause in self.clauses.iter().filter(|c| c.answer) {
            let named = self
                .draft
                .nodes
                .iter()
                .enumerate()
                .rev()
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
        if !found.is_empty() {
            return found;
        }
        for at in self.draft.sinks() {
            let named = self.named_outputs(at);
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
    fn named_outputs(&self, at: usize) -> Vec<String> {
        let Some(node) = self.draft.nodes.get(at).filter(|n| n.each.is_none()) else {
            return Vec::new();
        };
        let Some(clause) = node.clause.and_then(|c| self.clauses.get(c)) else {
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
}
