//! Runs behind several routes: begun once, driven in the background, waited for, answered.

mod answer;
mod begin;
mod drives;
mod find;
mod view;

pub(crate) use answer::{Until, answer};
pub(crate) use begin::{Begin, begin};
pub(crate) use drives::Drives;
pub(crate) use find::{find, find_approval};
pub(crate) use view::{approval_view, event_view, run_summary, run_view};
