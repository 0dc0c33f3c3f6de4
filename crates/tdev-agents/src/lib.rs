//! The core agents: one module each, one input and output, one name; they know only ports.
//!
//! Agents never call each other: only a state machine sequences them. `all` is the explicit list.

mod agent;
mod deps;

pub use agent::{Agent, Agents};
pub use deps::Deps;
