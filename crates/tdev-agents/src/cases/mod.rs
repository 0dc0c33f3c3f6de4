//! Planning that learns from what worked.
//!
//! Solved goals vote on a new one ([`votes`]), by the words and meaning they share with it
//! ([`lexicon`]). The votes for a component or a link, and whether the composer would have it
//! without them, are signs ([`signs`]); what the signs are worth is learned by trying past goals on
//! each other ([`belief`]). Inputs follow habits ([`habits`]). The set worth most and its likeliest links are the plan ([`choice`]).
//! Deterministic: the same history gives the same plan.

mod belief;
mod case;
mod choice;
mod factor;
mod habits;
mod lessons;
mod lexicon;
mod parts;
mod past;
mod signs;
mod stored;
mod votes;

pub(crate) use case::{Case, Outline};
pub(crate) use past::{Advice, Composer, Past, Same};
pub(crate) use stored::case_of;
