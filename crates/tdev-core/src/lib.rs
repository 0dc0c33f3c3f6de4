//! Domain types, pure rules and ports of T-Developer; depends on no other crate of the workspace.
//!
//! Reading order: [`error`] (the one vocabulary), [`component`] and [`schema`] (what can be
//! composed), [`workflow`] (how it is composed: references, checks, compilation to Amazon States
//! Language), [`agent_io`] (what the core agents say to each other), [`model`] (what is said to a
//! language model), [`run`] and [`trace`] (what happened), [`service`] (what is deployed), and
//! [`ports`] (what a home must provide).

pub mod error;

pub mod component;
pub mod schema;

pub mod workflow;

pub mod agent_io;
pub mod model;
pub mod run;
pub mod service;
pub mod trace;

pub mod ports;

pub mod audit;

pub mod nearest;
pub mod vector;

pub use error::{Code, Error, Result};
