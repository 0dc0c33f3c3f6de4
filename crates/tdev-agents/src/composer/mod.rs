//! The composer: from a goal in plain words to a typed data-flow graph, without a model.
//!
//! The way through: cut the goal into clauses ([`clauses`]) and take its literals out
//! ([`literals`]); retrieve candidates for each clause ([`index`]); choose among them so that
//! picks feed each other ([`search`]); bind every input from what is given, literals or earlier
//! outputs, inserting producers where one is lacking ([`bind`]); write it down as a workflow
//! ([`assemble`]). Deterministic: the same goal and registry give the same plan.

mod assemble;
mod bind;
mod clauses;
mod conditions;
mod draft;
mod index;
mod literals;
mod offer;
mod search;
mod words;

pub(crate) use assemble::assemble;
pub(crate) use draft::{Draft, Given, Source};
pub(crate) use search::{Composition, compose};
pub(crate) use words::{keywords, stems};
