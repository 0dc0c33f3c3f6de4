//! Template families: bodies of code that are written without any model. Each reads its
//! parameters from the spec, never from anything else, and says why it is not meant where it is not.
//!
//! What a family proposes is only kept once the spec's own examples hold in the sandbox; what it
//! read off the examples alone is never kept without them.

mod conversion;
mod extraction;
mod http_api;
mod lookup;
mod rules;
mod table;

use super::candidate::Sketch;
use super::wish::Wish;

/// A way of writing a body.
pub(super) struct Family {
    pub(super) name: &'static str,
    /// What may be meant, the likeliest first, or why nothing of this family is.
    pub(super) recognise: fn(&Wish<'_>) -> Result<Vec<Sketch>, String>,
}

/// Every family, the one with the clearest signs first.
pub(super) const ALL: &[Family] = &[
    Family {
        name: http_api::NAME,
        recognise: http_api::recognise,
    },
    Family {
        name: lookup::NAME,
        recognise: lookup::recognise,
    },
    Family {
        name: rules::NAME,
        recognise: rules::recognise,
    },
    Family {
        name: conversion::NAME,
        recognise: conversion::recognise,
    },
    Family {
        name: table::NAME,
        recognise: table::recognise,
    },
    Family {
        name: extraction::NAME,
        recognise: extraction::recognise,
    },
];
