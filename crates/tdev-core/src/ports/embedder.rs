//! Texts as vectors that are near where the texts mean the same, and where such vectors are kept.

use async_trait::async_trait;

use crate::Result;
use crate::vector::Vector;

/// Which mind made a vector. Vectors of two models must never be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddingModel {
    /// Its name, with a mark of its weights: other weights are another model.
    pub name: String,
    /// The length of its vectors.
    pub dimensions: usize,
}

/// What a batch of texts came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Embedded {
    /// One vector of length 1 for each text, in order. A text without words may have zeros, which
    /// are near nothing.
    pub vectors: Vec<Vec<f32>>,
    /// The tokens that were read: what a hosted model is paid by.
    pub tokens: u64,
    /// What the batch cost, in millionths of a dollar; nothing where the model is embedded.
    pub micro_dollars: u64,
}

/// Turns texts into vectors.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The model, which is the same for as long as this lives.
    fn model(&self) -> &EmbeddingModel;

    /// A vector for each text. A text too long for the model counts by its beginning.
    ///
    /// # Errors
    /// What a hosted model says; an embedded one has nothing to fail by.
    async fn embed(&self, texts: &[String]) -> Result<Embedded>;
}

/// Vectors of texts, each by a hash of its text.
#[async_trait]
pub trait VectorStore: Send + Sync {
    /// Every vector a model made, in no order.
    async fn all(&self, model: &EmbeddingModel) -> Result<Vec<(u64, Vector)>>;

    /// Keeps vectors; one of the same model and key is replaced.
    async fn keep(&self, model: &EmbeddingModel, vectors: Vec<(u64, Vector)>) -> Result<()>;

    /// Drops the vectors a model made of these; those that are not there are passed over.
    async fn forget(&self, model: &EmbeddingModel, keys: &[u64]) -> Result<()>;
}
