//! What people see: pure functions from what happened to lines.

mod line;

pub(crate) mod component;
pub(crate) mod cost;
pub(crate) mod declared;
pub(crate) mod evaluation;
pub(crate) mod event;
pub(crate) mod fault;
pub(crate) mod history;
pub(crate) mod machine;
pub(crate) mod progress;
pub(crate) mod service;
pub(crate) mod table;
pub(crate) mod trace;
pub(crate) mod tree;
pub(crate) mod value;
pub(crate) mod verdicts;

pub(crate) use line::{Line, Look, wrap};
