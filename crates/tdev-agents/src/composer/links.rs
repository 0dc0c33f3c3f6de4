//! What a component's inputs say for picking it: a bonus for each fed by an earlier pick, a malus
//! for each that nothing feeds. Looked at once for each pair of components and clause.

use std::collections::HashMap;

use super::bind::Pick;
use super::clauses::Clause;
use super::offer::given_fit;
use super::roles::suits;
use super::search::Search;
use super::slots::Slot;
use super::words::overlap;

/// What is told or can be made of one needed input.
#[derive(Clone, Copy)]
enum Else {
    /// The goal or those who give it tell it.
    Told,
    /// Some component gives it.
    Made,
    Nobody,
}

/// The links of one clause.
pub(super) struct Links<'a> {
    search: &'a Search<'a>,
    clause: &'a Clause,
    /// Of each consumer, what its needed inputs have besides earlier picks.
    alone: HashMap<usize, Vec<Else>>,
    /// Of each producer and consumer, how well each needed input is fed.
    fed: HashMap<(usize, usize), Vec<f64>>,
}

impl<'a> Links<'a> {
    pub(super) fn of(search: &'a Search<'a>, clause: &'a Clause) -> Self {
        Self {
            search,
            clause,
            alone: HashMap::new(),
            fed: HashMap::new(),
        }
    }

    /// What the needed inputs of a component say for it after these picks.
    pub(super) fn link(&mut self, picks: &[Pick], consumer: usize) -> f64 {
        let (search, clause) = (self.search, self.clause);
        let alone = self.alone.entry(consumer).or_insert_with(|| {
            let needed = needed(search, consumer);
            needed.map(|slot| otherwise(search, clause, slot)).collect()
        });
        let mut best = vec![0.0_f64; alone.len()];
        for pick in picks {
            let fed = self.fed.entry((pick.tool, consumer)).or_insert_with(|| {
                let needed = needed(search, consumer);
                needed
                    .map(|slot| feeds(search, clause, pick.tool, slot))
                    .collect()
            });
            for (best, fed) in best.iter_mut().zip(fed) {
                *best = best.max(*fed);
            }
        }
        let sum: f64 = best
            .iter()
            .zip(alone.iter())
            .map(|(fed, alone)| match alone {
                _ if *fed > 0.12 => *fed,
                Else::Told => 0.02,
                _ if *fed > 0.0 => *fed,
                Else::Nobody => -0.1,
                Else::Made => -0.06,
            })
            .sum();
        sum / (best.len() as f64 / 2.0).max(1.0)
    }
}

fn needed<'a>(search: &'a Search, consumer: usize) -> impl Iterator<Item = &'a Slot> {
    let tool = search.library.get(consumer).into_iter();
    tool.flat_map(|t| &t.inputs).filter(|s| s.needed())
}

fn otherwise(search: &Search, clause: &Clause, slot: &Slot) -> Else {
    let literal = clause.literals.iter().any(|l| suits(l, slot) > 0.3);
    let mut inputs = search.given.inputs.iter();
    if literal || inputs.any(|(name, schema)| given_fit(name, schema, &slot.field) > 0.3) {
        Else::Told
    } else if search.library.givers(slot).is_empty() {
        Else::Nobody
    } else {
        Else::Made
    }
}

/// How well a component's own outputs feed an input.
fn feeds(search: &Search, clause: &Clause, producer: usize, slot: &Slot) -> f64 {
    let Some(tool) = search.library.get(producer) else {
        return 0.0;
    };
    tool.outputs
        .iter()
        .filter(|o| tool.is_fresh(o))
        .filter(|out| out.goes_into(slot) || out.item_goes_into(slot))
        .map(|out| {
            let mentioned = overlap(&out.name, &clause.stems);
            (0.1 + 0.3 * out.alike(slot).max(0.7 * mentioned))
                * search.library.rarity(&out.field.name)
        })
        .fold(0.0, f64::max)
}
