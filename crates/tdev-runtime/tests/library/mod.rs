//! The starter library as a whole: its records, its sources, and its agents and teams at work.

mod examples;
pub(crate) mod home;
mod records;
mod refusals;
