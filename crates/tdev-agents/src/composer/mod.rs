//! The composer: from a goal in plain words to a typed data-flow graph, without a model.
//!
//! The way through: cut the goal into clauses ([`clauses`]) and take its literals out
//! ([`literals`]); retrieve candidates for each clause ([`library`]); choose among them so that
//! picks feed each other ([`search`]); bind every input from what is given, literals ([`roles`]) or
//! earlier outputs ([`offer`]), inserting producers where one is lacking ([`bind`], [`chain`]);
//! write it down as a workflow ([`assemble`]). Where fields are no more than kinds of thing ([`nouns`]),
//! choosing and binding are one: what is at hand decides ([`flow`], [`feed`]).
//!
//! What a plan may claim is judged when it is made ([`claims`]): of each clause the deed must be done
//! and the thing known ([`wish`]) by the steps chosen for it. A clause that is not covered is tried
//! again as two steps ([`better`]); what is left open is told, or said so that it can be written
//! ([`lacking`]). Deterministic: the same goal and registry give the
//! same plan.

mod action;
mod adopt;
mod answer;
mod assemble;
mod bare;
mod better;
mod bind;
mod chain;
mod claims;
mod clauses;
mod compose;
mod conditions;
mod context;
mod dates;
mod draft;
mod feed;
mod files;
mod flow;
mod kinds;
mod lacking;
mod library;
mod links;
mod literals;
mod meaning;
mod nouns;
mod numerals;
mod offer;
mod open;
mod pieces;
mod reach;
mod reasons;
mod recut;
mod roles;
mod search;
mod slots;
mod spread;
mod telling;
mod told;
mod tool;
mod verbs;
mod widen;
mod wish;
mod words;
mod workbench;

pub(crate) use adopt::adopt;
pub(crate) use assemble::{assemble, workflow_id};
pub(crate) use claims::Claim;
pub(crate) use compose::{Composition, compose};
pub(crate) use draft::{Binding, Draft, Given, Source};
pub(crate) use lacking::Lack;
pub(crate) use library::Library;
pub use meaning::Meanings;
pub(crate) use meaning::{Goal, texts_of};
pub(crate) use telling::{kinds, telling};
pub(crate) use words::{keywords, stems};
pub(crate) use workbench::Workbench;
