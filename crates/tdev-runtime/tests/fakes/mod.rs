//! What stands in for a model and for the store of sessions, and a project to try minds in.

mod home;
mod model;
mod sessions;

pub(crate) use home::{Home, agent, python, team, timeless};
pub(crate) use model::{Scripted, asks, says, stopped};
pub(crate) use sessions::Sessions;
