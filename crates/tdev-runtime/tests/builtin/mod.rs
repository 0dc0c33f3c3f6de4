//! The starter library: every tool by its own examples, its edges, and attacks on its grants.

mod databases;
mod edges;
pub(crate) mod examples;
mod files;
mod hostile;
mod http;
mod mail;
pub(crate) mod project;
pub(crate) mod server;
mod ssrf;
