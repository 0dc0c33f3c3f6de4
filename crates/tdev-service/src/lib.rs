//! Runs services as their definitions say: the same in `tdev serve` and in the prebuilt `service`.
//!
//! Reading order: [`Ground`] (what the place lends), [`Instance`] (one definition, opened: its
//! components pinned, its permissions enforced, its state machine run in memory), [`LocalTarget`]
//! (the target `local`: instances by definition, calls kept in the log), `server` (one definition
//! over HTTP).
//!
//! Invariants: nothing is looked up outside of the definition but files by their hash and secrets
//! by their name; a definition that is not what its hash says is not opened.

mod ground;
mod instance;
mod local;
mod pinned;
mod sources;

pub mod config;
pub mod server;

pub use ground::Ground;
pub use instance::Instance;
pub use local::{LocalTarget, Place};
