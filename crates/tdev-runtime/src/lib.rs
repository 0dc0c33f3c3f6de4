//! Runs components, whatever their runtime, inside what their metadata grants: the security
//! boundary.

pub mod builtin;
pub mod grants;
pub mod library;
mod prompt;
pub mod python;
pub mod runner;
mod team;
