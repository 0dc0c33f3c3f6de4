//! Retrieval: from a goal to the few components it may need, out of a hundred thousand.
//!
//! A component is found by its words ([`lexical`]: BM25 over name, description, tags and field
//! names) and by its meaning ([`semantic`]: the cosine of sentence embeddings); [`index`] fuses
//! the two. [`Retriever`] keeps the index in step with the registry: one registered component
//! costs one embedding, kept under its revision. Where there is no embedding model it works by
//! words alone, and says so.
//!
//! Invariants: an index that was changed answers as one built anew; ties fall by name.

mod document;
mod index;
mod lexical;
mod queries;
mod retriever;
mod semantic;
mod signs;

pub use document::embedded_text;
pub use index::{Candidate, Fusion, Index};
pub use queries::{Query, queries};
pub use retriever::{Retriever, Shortlist};
