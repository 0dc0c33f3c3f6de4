//! Sentence embeddings without a server: all-MiniLM-L6-v2 with weights of a byte each.
//!
//! [`MiniLm::open`] maps the file that set-up left ([`convert`] writes it from the published
//! weights); [`MiniLm::read`] turns texts into unit vectors of 384 dimensions. A text goes through
//! [`tokens`] (the model's word pieces), then [`model`] (six layers of attention), whose products
//! are [`kernel`]'s.
//!
//! Invariants: the same file and text give the same bits on any machine, in any batch; nothing
//! is fetched; a file that is not right is refused when it is opened, not while it is read.

pub mod file;

mod embedder;
mod kernel;
mod model;
mod tokens;

pub use embedder::MiniLm;
pub use file::{convert, default_file};
